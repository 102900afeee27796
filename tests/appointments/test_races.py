"""Many people after the same few seats, over two installations that know nothing of each other."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise

import pytest
from icalendar import Calendar

from bot.appointments.caldav import Calendars
from bot.appointments.desks import Visit
from bot.appointments.spans import Span
from bot.appointments.store import Appointments
from bot.conversation.events import Booked, Cancelled
from bot.storage.database import Database
from tests.appointments.worlds import MONDAY, world

WINDOW = Span(MONDAY, MONDAY + timedelta(days=3))
ROUNDS = 3


async def person(ours, chance, booked, cancelled):
    """Looks, hesitates, books one of the slots shown; now and then cancels."""
    for _ in range(ROUNDS):
        slots = (await ours.bookings.free("ccas", "rsa")).free
        if not slots:
            return
        await asyncio.sleep(chance.uniform(0, 0.02))
        outcome = await ours.bookings.book(chance.choice(slots), "rsa", "fr")
        if isinstance(outcome, Booked):
            booked.append(outcome.appointment)
            if chance.random() < 0.3:
                await ours.bookings.cancel(outcome.appointment.reference)
                booked.remove(outcome.appointment)
                cancelled.append(outcome.appointment.reference)


def spans(calendar):
    events = [event for text in calendar.events() for event in Calendar.from_ical(text).walk("VEVENT")]
    return sorted((event.start, event.end) for event in events)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize(("installations", "people"), [(1, 24), (2, 8)])
async def test_no_seat_is_given_twice(calendar, tmp_path, request, kind, installations, people):
    chance = random.Random(7)
    async with AsyncExitStack() as opened:
        calendars = await opened.enter_async_context(Calendars(calendar.url))
        worlds = []
        booked, cancelled = [[] for _ in range(installations)], [[] for _ in range(installations)]
        for number in range(installations):
            url = f"sqlite+aiosqlite:///{tmp_path}/{number}.sqlite"
            if kind == "postgres":
                url = request.getfixturevalue("postgres").fresh()
            database = Database(url)
            store = Appointments(await opened.enter_async_context(database))
            worlds.append(await opened.enter_async_context(world(calendars, store, visit=Visit(10, 0, 0, 1))))
        await asyncio.gather(
            *(
                person(ours, chance, mine, given_up)
                for ours, mine, given_up in zip(worlds, booked, cancelled, strict=True)
                for _ in range(people)
            )
        )
        for ours, given_up in zip(worlds, cancelled, strict=True):
            ours.clock.forward(minutes=3)
            await ours.bookings.recover()
            for reference in given_up:  # what a busy server did not finish then is finished now
                assert isinstance(await ours.bookings.cancel(reference), Cancelled)
        held = [await ours.store.holding("ccas", WINDOW) for ours in worlds]

    appointments = [one for mine in booked for one in mine]
    times = sorted((one.slot.starts, one.slot.ends) for one in appointments)
    assert all(one[1] <= two[0] for one, two in pairwise(times)), "a seat given twice"
    assert spans(calendar) == times, "a booking without its event, or an event without its booking"
    assert sorted(record.reference for mine in held for record in mine) == sorted(
        one.reference for one in appointments
    )
    print(f"{people * installations} people, {len(appointments)} appointments, none twice")
    assert installations > 1 or appointments  # two installations may keep withdrawing from each other
