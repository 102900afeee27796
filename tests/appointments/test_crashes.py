"""A crash at any instant leaves a whole booking or none, in the database and in the calendar, after recovery.

The process dies before, within or after each call to the database or the calendar: from then on nothing of it
works any more, clean-up included. Another process then starts on what it left.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.appointments.caldav import Calendar, Calendars
from bot.appointments.in_memory import InMemory
from bot.appointments.slots import free
from bot.appointments.spans import Span
from bot.conversation.events import Booked, Cancelled, SlotTaken
from tests.appointments.worlds import MONDAY, World, world

DAY = Span(MONDAY, MONDAY + timedelta(days=2))
MEETING = "UID:sudden\nDTSTART;TZID=Europe/Paris:20261123T091500\nDURATION:PT5M"


BEATS = {"never": 14, "before": 20, "meanwhile": 28}
"""Two for each call to the database or the calendar, by when a partner writes into the same half-hour."""


class Dead(BaseException):
    """The process is no more."""


class Mortal:
    """Passes calls on to the real thing until the process dies: before or after its n-th call."""

    def __init__(self, real, life):
        self._real, self._life = real, life

    def __getattr__(self, name):
        real = getattr(self._real, name)
        if name == "named":
            return lambda *given: Mortal(real(*given), self._life)

        async def call(*given):
            self._life.beat()
            answer = await real(*given)
            self._life.beat()
            return answer

        return call


class Life:
    def __init__(self, beats):
        self.left = beats

    def beat(self):
        self.left -= 1
        if self.left < 0:
            raise Dead


def dying_world(calendars, beats, store):
    """A world that shares calendar and store with another, and dies after so many beats."""
    life = Life(beats)
    return World(Mortal(calendars, life), Mortal(store, life))


@pytest.fixture
async def calendars(calendar):
    async with Calendars(calendar.url) as opened:
        yield opened


async def recovered(where, store):
    """Another process, once the claims have run out."""
    async with world(where, store) as after:
        after.clock.forward(seconds=31)
        await after.bookings.recover()
        after.clock.forward(minutes=3)
        await after.bookings.recover()
        return await after.bookings.free("ccas", "rsa")


async def whole_or_none(calendar, store):
    """How many bookings there are: each has its confirmed record and its event, and there is nothing else."""
    events = [text for text in calendar.events() if "Rendez-vous" in text]
    held = await store.holding("ccas", DAY)
    assert {record.state for record in held} <= {"confirmed"}
    assert len(events) == len(held)
    for record in held:
        assert any(f"UID:{record.uid}" in text for text in events)
    return len(events)


@pytest.mark.parametrize("partner_writes", BEATS)
async def test_a_booking_that_dies_at_any_call_is_whole_or_undone(
    calendars, calendar, monkeypatch, partner_writes
):
    if partner_writes == "meanwhile":
        monkeypatch.setattr(Calendar, "put_new", partner_first(calendar, Calendar.put_new))
    left = []
    for beats in range(100):
        store = InMemory()
        calendar.delete_all()
        dying = dying_world(calendars, beats, store)
        slot = next(free(dying.desk, MONDAY, [[]], ()))
        if partner_writes == "before":
            calendar.add(MEETING)
        try:
            outcome = await dying.bookings.book(slot, "rsa", "fr")
        except Dead:
            outcome = None
        slots = await recovered(calendars, store)
        left.append(await whole_or_none(calendar, store))
        assert len(slots.free) == 3  # slots come back by themselves
        if outcome is not None:
            break
    assert len(left) == BEATS[partner_writes] + 1
    if partner_writes == "never":
        assert isinstance(outcome, Booked)
        # the first whole booking is that of a death right after the last commit: nobody was told of it
        assert left == [0] * (len(left) - 2) + [1, 1]
    else:
        assert isinstance(outcome, SlotTaken)
        assert left == [0] * len(left)


def partner_first(calendar, put_new):
    """The partner's own event lands just before ours is written."""

    async def put(self, name, text):
        calendar.add(MEETING)
        await put_new(self, name, text)

    return put


async def test_a_cancellation_that_dies_at_any_call_is_finished_or_not_begun(calendars, calendar):
    left = []
    for beats in range(100):
        store = InMemory()
        calendar.delete_all()
        async with world(calendars, store) as ours:
            slot = next(free(ours.desk, MONDAY, [[]], ()))
            reference = (await ours.bookings.book(slot, "rsa", "fr")).appointment.reference
        dying = dying_world(calendars, beats, store)
        try:
            outcome = await dying.bookings.cancel(reference)
        except Dead:
            outcome = None
        await recovered(calendars, store)
        left.append(await whole_or_none(calendar, store))
        if outcome is not None:
            break
    assert outcome == Cancelled(reference)
    # untouched up to the commit that writes the wish down, finished from there on
    assert left == [1, 1, 1] + [0] * 8


async def test_the_sweeper_leaves_a_booking_alone_that_is_still_under_way(calendars):
    store = InMemory()
    dying = dying_world(calendars, 8, store)
    async with world(calendars, store) as other:
        (slot, *_) = (await other.bookings.free("ccas", "rsa")).free
        with pytest.raises(Dead):
            await dying.bookings.book(slot, "rsa", "fr")
        await other.bookings.recover()
        assert [record.state for record in await store.holding("ccas", DAY)] == ["claimed"]
        assert isinstance(await other.bookings.book(slot, "rsa", "fr"), SlotTaken)
        other.clock.forward(seconds=31)
        await other.bookings.recover()
        assert isinstance(await other.bookings.book(slot, "rsa", "fr"), Booked)


async def test_a_request_that_arrives_after_the_undoing_is_undone_too(calendar):
    """The PUT of a dead process hung in some queue and arrives a minute late."""
    store = InMemory()
    async with world(calendar.url, store) as ours:
        (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
        reference = (await ours.bookings.book(slot, "rsa", "fr")).appointment.reference
        text = calendar.events()[0]
        await ours.bookings.cancel(reference)
        calendar.add(text)
        ours.clock.forward(minutes=3)
        await ours.bookings.recover()
        assert calendar.events() == []
