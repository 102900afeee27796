"""Taking events out later: what holds a seat first, nothing twice, and no calendar waits for another."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.appointments.in_memory import InMemory
from bot.appointments.withdrawal import ECHOES
from tests.appointments.test_faults import proxy_before
from tests.appointments.worlds import MONDAY, world

DAY = "Mo-Tu 09:00-17:00"


@pytest.fixture
async def proxy(calendar):
    async with proxy_before(calendar.url) as proxy:
        yield proxy


async def booked(ours, count):
    """So many visits."""
    slots = await ours.bookings.soonest("ccas", "rsa", "", ours.clock() + timedelta(days=9))
    made = [await ours.bookings.book(slot, "rsa", "fr") for slot in slots[:count]]
    return [outcome.appointment.reference for outcome in made]


async def states(store, references):
    return [(await store.find(reference)).state for reference in references]


async def test_processes_share_the_sweep(proxy, store):
    async with world(proxy.url, store, hours=DAY) as ours, world(proxy.url, store, hours=DAY) as other:
        references = await booked(ours, 3)
        for reference in references:
            await store.change(reference, ("confirmed",), "leaving", MONDAY)
        proxy.seen.clear()
        await asyncio.gather(ours.bookings.recover(), other.bookings.recover())
        assert await states(store, references) == ["gone"] * 3
        assert (proxy.seen.count("GET"), proxy.seen.count("DELETE")) == (3, 3)


async def test_a_seat_does_not_wait_for_what_is_only_looked_at_once_more(proxy):
    store = InMemory()
    async with world(proxy.url, store, hours=DAY) as ours:
        (reference,) = await booked(ours, 1)
        record = await store.find(reference)
        for number in range(ECHOES + 5):
            name = f"echo-{number}"
            store.records[name] = replace(record, reference=name, uid=name, state="gone", due=MONDAY)
        await store.change(reference, ("confirmed",), "leaving", MONDAY)
        proxy.seen.clear()
        await ours.bookings.recover()
        assert await states(store, [reference]) == ["gone"]
        assert proxy.seen == ["GET", "DELETE", "REPORT"]
        assert len(await store.due(MONDAY)) == 5
        await ours.bookings.recover()
        assert await store.due(MONDAY) == []


async def test_a_calendar_that_hangs_holds_up_no_other(proxy, calendar):
    store = InMemory()
    async with proxy_before(calendar.url) as stuck, world(proxy.url, store, hours=DAY) as ours:
        stuck.faults["*"] = "hang"
        (reference,) = await booked(ours, 1)
        record = await store.find(reference)
        store.records["first"] = replace(record, reference="first", calendar=stuck.url, seat=1, due=MONDAY)
        for each in ("first", reference):
            await store.change(each, ("confirmed",), "leaving", MONDAY)
        sweep = asyncio.create_task(ours.bookings.recover())
        while await states(store, [reference]) != ["gone"]:
            assert not sweep.done()
            await asyncio.sleep(0.01)
        assert stuck.seen == ["GET"]
        sweep.cancel()
