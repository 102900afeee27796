"""A seat kept for who waits: nobody else gets it meanwhile, and it is free again when it was not taken."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.events import Booked, BookingFailed, SlotTaken
from tests.appointments.worlds import shown


async def late_visit(ours):
    """A visit on Tuesday at 9:30, and the slot on Monday at 9 that came free."""
    first, *_ = (await ours.bookings.free("ccas", "rsa")).free
    last = (await ours.bookings.soonest("ccas", "rsa", "", ours.clock() + timedelta(days=9)))[-1]
    return (await ours.bookings.book(last, "rsa", "fr")).appointment, first


async def offered(ours, minutes=30):
    made, slot = await late_visit(ours)
    until = ours.clock() + timedelta(minutes=minutes)
    return made, slot, await ours.bookings.offer(made.reference, slot, "rsa", "", until)


async def test_all_free_slots_come_in_the_order_of_time(ours):
    found = await ours.bookings.soonest("ccas", "rsa", "", ours.clock() + timedelta(hours=30))
    assert [f"{slot.starts:%a %H:%M}" for slot in found] == ["Mon 09:00", "Mon 09:30"]
    assert await ours.bookings.soonest("nowhere", "rsa", "", ours.clock() + timedelta(days=9)) == []


async def test_what_is_kept_is_offered_to_nobody_else_and_stands_in_no_calendar(ours, calendar):
    made, slot, claim = await offered(ours)
    assert claim
    assert "Mon 09:00" not in shown(await ours.bookings.free("ccas", "rsa"))
    assert isinstance(await ours.bookings.book(slot, "rsa", "fr"), SlotTaken)
    assert await ours.bookings.offer(made.reference, slot, "rsa", "", ours.clock()) == "", "nor twice"
    assert len(calendar.events()) == 1


async def test_who_takes_it_has_the_new_time_and_the_old_one_is_free(ours, calendar):
    made, slot, claim = await offered(ours)
    moved = await ours.bookings.move(made.reference, slot, "rsa", "fr", held=claim)
    assert isinstance(moved, Booked)
    assert (moved.appointment.reference, moved.appointment.slot.starts) == (made.reference, slot.starts)
    assert len(calendar.events()) == 1
    assert "Tue 09:30" in shown(await ours.bookings.free("ccas", "rsa"))
    again = await ours.bookings.move(made.reference, slot, "rsa", "fr", held=claim)
    assert isinstance(again, Booked), "a turn that is repeated"
    await ours.bookings.recover()
    assert len(calendar.events()) == 1


async def test_after_its_time_it_is_free_again_and_cannot_be_taken(ours, calendar):
    made, slot, claim = await offered(ours, minutes=30)
    ours.clock.forward(minutes=30)
    await ours.bookings.recover()
    assert "Mon 09:00" in shown(await ours.bookings.free("ccas", "rsa"))
    taken = await ours.bookings.move(made.reference, slot, "rsa", "fr", held=claim)
    assert isinstance(taken, SlotTaken)
    assert await ours.bookings.standing(made.reference)
    assert len(calendar.events()) == 1


async def test_a_claim_whose_time_is_over_does_not_go_on_even_before_it_is_swept(ours):
    made, slot, claim = await offered(ours, minutes=30)
    ours.clock.forward(minutes=30)
    assert isinstance(await ours.bookings.move(made.reference, slot, "rsa", "fr", held=claim), SlotTaken)
    assert await ours.bookings.standing(made.reference)


async def test_given_back_it_is_free_at_once(ours):
    _, _, claim = await offered(ours)
    await ours.bookings.withdraw(claim)
    await ours.bookings.recover()
    assert "Mon 09:00" in shown(await ours.bookings.free("ccas", "rsa"))
    await ours.bookings.withdraw(claim)
    await ours.bookings.withdraw("FFFF-7777")


async def test_a_partner_who_wrote_there_meanwhile_goes_first_and_the_visit_stands(ours, calendar):
    made, slot, claim = await offered(ours)
    calendar.add("UID:sudden\nDTSTART;TZID=Europe/Paris:20261123T090000\nDURATION:PT15M")
    assert isinstance(await ours.bookings.move(made.reference, slot, "rsa", "fr", held=claim), SlotTaken)
    await ours.bookings.recover()
    assert await ours.bookings.standing(made.reference)
    assert len(calendar.events()) == 2


async def test_a_calendar_out_of_reach_leaves_the_visit(ours, calendar, monkeypatch):
    made, slot, claim = await offered(ours)
    monkeypatch.setattr(ours, "calendars", type(ours.calendars)("http://127.0.0.1:9/"))
    assert await ours.bookings.move(made.reference, slot, "rsa", "fr", held=claim) == BookingFailed()
    assert await ours.bookings.standing(made.reference)


async def test_nothing_is_kept_for_who_has_no_visit(ours):
    made, slot = await late_visit(ours)
    await ours.bookings.cancel(made.reference)
    assert (
        await ours.bookings.offer(made.reference, slot, "rsa", "", ours.clock() + timedelta(minutes=30)) == ""
    )
