"""A booking from the free slots to the partner's calendar, on a real Radicale."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar as ICalendar

from bot.appointments.booking import Wish
from bot.appointments.desks import Stop, Visit
from bot.appointments.spans import Span
from bot.conversation.events import Booked, BookingFailed, CancelFailed, Cancelled, SlotTaken
from tests.appointments.worlds import MONDAY, shown, world


async def book_first(ours):
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    return await ours.bookings.book(first, "rsa", "fr")


async def test_free_slots_leave_out_what_the_partner_has_planned(ours, calendar):
    calendar.add("UID:meeting\nDTSTART;TZID=Europe/Paris:20261123T090000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY")
    calendar.add("UID:free\nDTSTART;TZID=Europe/Paris:20261124T090000\nDURATION:PT1H\nTRANSP:TRANSPARENT")
    slots = await ours.bookings.free("ccas", "rsa")
    assert (shown(slots), slots.more, slots.readable) == (
        ["Mon 09:30", "Tue 09:00", "Tue 09:30"],
        False,
        True,
    )


async def test_more_slots_come_page_by_page_and_none_twice(ours):
    first = await ours.bookings.free("ccas", "rsa")
    second = await ours.bookings.free("ccas", "rsa", skip=3)
    assert (shown(first), first.more) == (["Mon 09:00", "Mon 09:30", "Tue 09:00"], True)
    assert (shown(second), second.more) == (["Tue 09:30"], False)


async def test_an_office_without_a_calendar_has_no_slots_and_no_booking(ours):
    slots = await ours.bookings.free("elsewhere", "rsa")
    assert (slots.free, slots.readable) == ((), False)
    (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
    assert isinstance(await ours.bookings.book(replace(slot, office="elsewhere"), "rsa", "fr"), BookingFailed)


async def test_a_booking_is_an_event_that_another_client_reads(ours, calendar):
    booked = await book_first(ours)
    assert isinstance(booked, Booked)
    appointment = booked.appointment
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", appointment.reference)
    assert (appointment.right, f"{appointment.slot.starts:%a %H:%M}") == ("rsa", "Mon 09:00")
    (text,) = calendar.events()
    (event,) = ICalendar.from_ical(text).walk("VEVENT")
    assert (event.start, event.end) == (appointment.slot.starts, appointment.slot.ends)
    assert event["SUMMARY"] == f"Rendez-vous {appointment.reference} (à l'accueil)"
    # nothing else: no right, no person, nobody who would be mailed
    assert event["DESCRIPTION"] == "Durée : 30 minutes.\nLangue : français."
    assert set(event) <= {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "SEQUENCE",
    }  # fmt: skip
    assert "rsa" not in text.lower()
    assert shown(await ours.bookings.free("ccas", "rsa")) == ["Mon 09:30", "Tue 09:00", "Tue 09:30"]


async def test_the_file_name_is_the_uid(ours):
    booked = await book_first(ours)
    record = await ours.store.find(booked.appointment.reference)
    found = await ours.calendars.named("").get(f"{record.uid}.ics")
    assert f"UID:{record.uid}" in found.text
    assert record.state == "confirmed"


async def test_a_mobile_stop_is_booked_where_it_stands(ours, calendar):
    ours.stops = (Stop("Marché de Cézy", "Mo 09:00-09:30"),)
    booked = await book_first(ours)
    assert booked.appointment.slot.place == "Marché de Cézy"
    assert "(permanence mobile)" in calendar.events()[0]


async def test_a_slot_that_another_person_took_is_refused_with_the_next_ones(ours, calendar):
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    assert isinstance(await ours.bookings.book(first, "rsa", "fr"), Booked)
    taken = await ours.bookings.book(first, "aspa", "fr")
    assert isinstance(taken, SlotTaken)
    assert shown(taken.slots) == ["Mon 09:30", "Tue 09:00", "Tue 09:30"]
    assert len(calendar.events()) == 1


async def test_a_slot_that_the_partner_filled_meanwhile_is_refused_and_nothing_written(ours, calendar):
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    calendar.add("UID:sudden\nDTSTART;TZID=Europe/Paris:20261123T083000\nDURATION:PT45M")
    taken = await ours.bookings.book(first, "rsa", "fr")
    assert isinstance(taken, SlotTaken)
    assert shown(taken.slots) == ["Mon 09:30", "Tue 09:00", "Tue 09:30"]
    assert [text for text in calendar.events() if "Rendez-vous" in text] == []
    assert await ours.store.holding("ccas", _day()) == []


async def test_a_partner_who_writes_while_we_write_wins_and_we_withdraw(ours, calendar, monkeypatch):
    """The partner's event lands between our reading and our writing."""
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    put_new = type(ours.calendars.named("")).put_new

    async def slow_put(self, name, text):
        calendar.add("UID:sudden\nDTSTART;TZID=Europe/Paris:20261123T091500\nDURATION:PT5M")
        await put_new(self, name, text)

    monkeypatch.setattr(type(ours.calendars.named("")), "put_new", slow_put)
    taken = await ours.bookings.book(first, "rsa", "fr")
    assert isinstance(taken, SlotTaken)
    assert shown(taken.slots) == ["Mon 09:30", "Tue 09:00", "Tue 09:30"]
    assert [text for text in calendar.events() if "Rendez-vous" in text] == []
    assert await ours.store.holding("ccas", _day()) == []


async def test_the_buffer_is_kept_from_what_the_partner_has_planned(ours, calendar):
    ours.visit = replace(ours.visit, buffer=15)
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    calendar.add("UID:next\nDTSTART;TZID=Europe/Paris:20261123T093500\nDURATION:PT25M")
    assert isinstance(await ours.bookings.book(first, "rsa", "fr"), SlotTaken)


async def test_a_second_person_gets_the_second_seat_at_the_same_time(ours, calendar):
    ours.visit = replace(ours.visit, seats=2)
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    seats = [(await ours.bookings.book(first, "rsa", "fr")).appointment.slot.seat for _ in range(2)]
    assert seats == [0, 1]
    assert isinstance(await ours.bookings.book(first, "rsa", "fr"), SlotTaken)
    assert len(calendar.events()) == 2


async def test_a_slot_that_is_not_offered_any_more_is_not_booked(ours, calendar):
    (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
    for wrong in (
        replace(first, starts=first.starts - timedelta(hours=2), ends=first.ends - timedelta(hours=2)),
        replace(first, ends=first.ends + timedelta(hours=3)),
        replace(first, place="ailleurs"),
        replace(first, starts=first.starts + timedelta(days=70), ends=first.ends + timedelta(days=70)),
    ):
        assert isinstance(await ours.bookings.book(wrong, "rsa", "fr"), SlotTaken)
    ours.clock.forward(hours=10)
    assert isinstance(await ours.bookings.book(first, "rsa", "fr"), SlotTaken)
    assert calendar.events() == []


async def test_a_cancelled_visit_leaves_the_calendar_and_frees_its_seat(ours, calendar):
    booked = await book_first(ours)
    reference = booked.appointment.reference
    typed = reference.lower().replace("-", " ")
    assert await ours.bookings.cancel(typed) == Cancelled(reference)
    assert calendar.events() == []
    assert shown(await ours.bookings.free("ccas", "rsa"))[0] == "Mon 09:00"
    assert await ours.bookings.cancel(reference) == Cancelled(reference)  # twice is as good as once
    assert isinstance(await book_first(ours), Booked)


async def test_an_unknown_code_is_not_cancelled(ours):
    assert await ours.bookings.cancel("XXXX-XXXX") == CancelFailed("XXXX-XXXX")


async def test_a_visit_that_the_partner_deleted_or_changed_can_still_be_cancelled(ours, calendar):
    booked = await book_first(ours)
    calendar.add(calendar.events()[0].replace("SEQUENCE:0", "SEQUENCE:1"))
    assert isinstance(await ours.bookings.cancel(booked.appointment.reference), Cancelled)
    assert calendar.events() == []
    booked = await book_first(ours)
    calendar.delete_all()
    assert isinstance(await ours.bookings.cancel(booked.appointment.reference), Cancelled)


async def test_a_past_visit_is_forgotten_a_day_later(ours):
    booked = await book_first(ours)
    reference = booked.appointment.reference
    ours.clock.forward(days=1)
    await ours.bookings.recover()
    assert await ours.store.find(reference) is not None
    ours.clock.forward(days=1)
    await ours.bookings.recover()
    assert await ours.store.find(reference) is None


async def test_a_call_and_a_visit_share_the_adviser(ours, calendar):
    """A quarter of an hour by phone, half an hour at the desk, one seat: never two at once."""
    ours.others = (Visit(minutes=15, lead_hours=0, horizon_days=1, kind="phone"),)
    assert ours.bookings.kinds("ccas", "rsa") == ("desk", "phone")
    assert ours.bookings.kinds("elsewhere", "rsa") == ()
    calls = await ours.bookings.free("ccas", "rsa", kind="phone")
    assert shown(calls) == ["Mon 09:00", "Mon 09:15", "Tue 09:00"]
    made = await ours.bookings.book(calls.free[1], "rsa", "fr", Wish(kind="phone", topic="logement"))
    assert isinstance(made, Booked)
    assert f"Rendez-vous {made.appointment.reference} (par téléphone)" in calendar.events()[0]
    assert "Durée : 15 minutes." in calendar.events()[0] and "Sujet : logement." in calendar.events()[0]
    assert shown(await ours.bookings.free("ccas", "rsa")) == ["Mon 09:30", "Tue 09:00", "Tue 09:30"]
    assert not (await ours.bookings.free("ccas", "rsa", kind="video")).readable
    assert isinstance(await ours.bookings.book(calls.free[0], "rsa", "fr", Wish(kind="video")), BookingFailed)
    assert isinstance(
        await ours.bookings.book(calls.free[0], "rsa", "fr"), SlotTaken
    )  # no such time at the desk


async def test_advisers_each_have_their_calendar_and_one_that_is_away_is_left_out(
    calendar, radicale_url, store
):
    async with world(calendar.url, store, names=("nowhere/", ""), visit=Visit(30, 0, 0, 1)) as ours:
        booked = await book_first(ours)
        assert isinstance(booked, Booked)
        assert booked.appointment.slot.seat == 1
        assert len(calendar.events()) == 1


def _day():
    return Span(MONDAY, MONDAY + timedelta(days=1))
