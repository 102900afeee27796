"""Another time under the same code: the person has the new time or the old one, never both and never none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar as ICalendar

from bot.appointments.booking import Wish
from bot.appointments.caldav import Calendars
from bot.appointments.in_memory import InMemory
from bot.appointments.slots import free
from bot.conversation.events import Booked, BookingFailed, Cancelled, SlotTaken
from tests.appointments.test_crashes import Dead, dying_world, recovered, whole_or_none
from tests.appointments.worlds import MONDAY, shown, world


async def booked_and_others(ours):
    first, *others = (await ours.bookings.free("ccas", "rsa")).free
    return (await ours.bookings.book(first, "rsa", "fr")).appointment, others


def events(calendar):
    return [ICalendar.from_ical(text).walk("VEVENT")[0] for text in calendar.events()]


async def test_a_moved_visit_keeps_its_code_and_stands_once_in_the_calendar(ours, calendar):
    made, (second, _) = await booked_and_others(ours)
    moved = await ours.bookings.move(made.reference.lower(), second, "rsa", "ar", Wish(accompanied=True))
    assert isinstance(moved, Booked)
    assert (moved.appointment.reference, moved.appointment.slot.starts) == (made.reference, second.starts)
    (event,) = events(calendar)
    assert (event.start, event["SEQUENCE"]) == (second.starts, 1)
    assert event["SUMMARY"] == f"Rendez-vous {made.reference} (à l'accueil)"
    assert "arabe" in event["DESCRIPTION"] and "accompagnée" in event["DESCRIPTION"]
    assert shown(await ours.bookings.free("ccas", "rsa")) == ["Mon 09:00", "Tue 09:00", "Tue 09:30"]
    assert await ours.bookings.cancel(made.reference) == Cancelled(made.reference)
    assert calendar.events() == []


async def test_moving_twice_counts_and_the_same_move_again_changes_nothing(ours, calendar):
    made, (second, third) = await booked_and_others(ours)
    await ours.bookings.move(made.reference, second, "rsa", "fr")
    for _ in range(2):
        again = await ours.bookings.move(made.reference, third, "rsa", "fr")
        assert again == Booked(replace(made, slot=replace(third, seat=0)))
    (event,) = events(calendar)
    assert (event.start, event["SEQUENCE"]) == (third.starts, 2)


async def test_a_move_to_a_time_that_somebody_took_leaves_the_visit_as_it_was(ours, calendar):
    made, (second, _) = await booked_and_others(ours)
    calendar.add("UID:sudden\nDTSTART;TZID=Europe/Paris:20261123T093000\nDURATION:PT15M")
    taken = await ours.bookings.move(made.reference, second, "rsa", "fr")
    assert isinstance(taken, SlotTaken)
    assert shown(taken.slots) == ["Tue 09:00", "Tue 09:30"]
    record = await ours.store.find(made.reference)
    assert (record.state, record.sequence) == ("confirmed", 0)
    assert [event["SUMMARY"] for event in events(calendar) if "SUMMARY" in event] == [
        f"Rendez-vous {made.reference} (à l'accueil)"
    ]


async def test_what_is_not_booked_is_not_moved(ours, calendar):
    made, (second, _) = await booked_and_others(ours)
    assert await ours.bookings.move("XXXX-XXXX", second, "rsa", "fr") == BookingFailed()
    await ours.bookings.cancel(made.reference)
    assert await ours.bookings.move(made.reference, second, "rsa", "fr") == BookingFailed()
    assert calendar.events() == []


async def test_a_visit_that_is_cancelled_while_it_is_moved_stays_cancelled(ours, calendar, monkeypatch):
    made, (second, _) = await booked_and_others(ours)
    change_over = type(ours.store).change_over

    async def late(self, record, now):
        await ours.bookings.cancel(made.reference)
        return await change_over(self, record, now)

    monkeypatch.setattr(type(ours.store), "change_over", late)
    assert await ours.bookings.move(made.reference, second, "rsa", "fr") == BookingFailed()
    await ours.bookings.recover()
    assert calendar.events() == []
    assert len((await ours.bookings.free("ccas", "rsa")).free) == 3


BEATS = 24
"""Two for each call to the database or the calendar."""


async def test_a_move_that_dies_at_any_call_is_whole_or_undone(calendar):
    left = []
    async with Calendars(calendar.url) as calendars:
        for beats in range(100):
            store = InMemory()
            calendar.delete_all()
            async with world(calendars, store) as ours:
                first, second, *_ = free(ours.desk, MONDAY, [[]], ())
                reference = (await ours.bookings.book(first, "rsa", "fr")).appointment.reference
            dying = dying_world(calendars, beats, store)
            try:
                outcome = await dying.bookings.move(reference, second, "rsa", "fr")
            except Dead:
                outcome = None
            slots = await recovered(calendars, store)
            assert await whole_or_none(calendar, store) == 1
            assert len(slots.free) == 3
            (event,) = events(calendar)
            record = await store.find(reference)
            assert (record.visit.starts, record.state) == (event.start, "confirmed")
            assert reference in event["SUMMARY"]
            left.append(record.sequence)
            if outcome is not None:
                break
    assert isinstance(outcome, Booked)
    assert len(left) == BEATS + 1
    # the old time up to the commit of the change, the new time from there on
    assert left == sorted(left)
    assert left.count(1) == 10
    assert timedelta(0) < second.starts - first.starts
