"""Many people in many processes, and processes that are killed: no seat given twice, none lost, nothing left over.

The long runs are behind `make soak`; `make test` has a short one of each. All print their counts.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from icalendar import Calendar as ICalendar

from bot.appointments.booking import Bookings
from bot.appointments.caldav import Calendars
from bot.appointments.spans import Span
from bot.appointments.store import Appointments
from bot.storage.database import Database
from tests.appointments.racing import DESK, ROOM, Running
from tests.appointments.test_crashes import recovered
from tests.appointments.worlds import MONDAY, WORDS, world

ROOT = Path(__file__).parents[2]
long_run = pytest.mark.soak
short_run = pytest.mark.slow


def module(name, *arguments):
    return [sys.executable, "-m", f"tests.appointments.{name}", *map(str, arguments)]


async def in_calendar(calendar):
    """(UID, times) of every event."""
    texts = await asyncio.to_thread(calendar.events)
    events = [event for text in texts for event in ICalendar.from_ical(text).walk("VEVENT")]
    return {
        str(event["UID"]): Span(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events
    }


async def settled(calendar, url, clock):
    """The records once everything half-way is finished or undone."""
    async with Database(url) as database, Calendars(calendar.url) as calendars:
        store = Appointments(database)
        bookings = Bookings({"ccas": DESK}, store, calendars, WORDS, clock)
        for _ in range(50):
            await bookings.recover()
            held = await store.holding("ccas", ROOM)
            if all(record.state == "confirmed" for record in held):
                return held
    raise AssertionError("something is left half-way")


# --- races -----------------------------------------------------------------------------------------------------


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    ("attempts", "crowd"),
    [pytest.param(80, 12, marks=short_run), pytest.param(10_000, 50, marks=long_run)],
)
async def test_many_people_in_four_processes_and_a_partner(calendar, request, kind, attempts, crowd):
    url = request.getfixturevalue(f"{kind}_url")
    async with Database(url):
        pass  # its tables
    began = time.time()
    shares = [("people", attempts // 4, crowd // 4 + (number < crowd % 4)) for number in range(4)]
    shares.append(("partner", attempts // 5, 1))  # for about as long as the people
    commands = [
        module("racing", what, calendar.url, url, began, share, people, number)
        for number, (what, share, people) in enumerate(shares)
    ]
    done = await asyncio.gather(*(asyncio.to_thread(_run, command) for command in commands))
    clock = Running(began - 200)  # what was lost on its way has arrived by then

    held = await settled(calendar, url, clock)
    await settled(calendar, url, Running(began - 400))
    there = await in_calendar(calendar)

    told = sum((Counter(one["told"]) for one in done), Counter())
    believed = {reference: starts for one in done for reference, starts in one["holds"].items()}
    known = {record.reference: record.starts.isoformat() for record in held}
    missing = [reference for reference in believed if known.get(reference) != believed[reference]]
    events = {uid: span for uid, span in there.items() if not uid.startswith("partner-")}
    unwritten = [record for record in held if events.get(record.uid) != record.visit]
    orphans = events.keys() - {record.uid for record in held}
    twice = [1 for one, two in combinations(held, 2) if one.seat == two.seat and one.span.overlaps(two.span)]
    partners = [span for uid, span in there.items() if uid.startswith("partner-")]
    over = [1 for record in held for span in partners if span.overlaps(record.visit)]
    missed = [*missing, *unwritten]
    print(
        f"{kind}: {attempts} attempts in {time.time() - began:.0f} s: {dict(told)}; at the end {len(held)} visits and"
        f" {len(partners)} of the partner: {len(twice) + len(over)} double bookings, {len(missed)} confirmed but"
        f" missing, {len(orphans)} orphans"
    )
    assert not twice and not over
    assert not missed
    assert not orphans
    assert told["booked"] > attempts / 10


def _run(command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=3000)
    return json.loads(done.stdout)


# --- deaths ----------------------------------------------------------------------------------------------------


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("kills", [pytest.param(3, marks=short_run), pytest.param(200, marks=long_run)])
async def test_kill_9_at_random_instants(calendar, request, kind, kills):
    url = request.getfixturevalue(f"{kind}_url")
    chance, when, wrong = random.Random(2026), Counter(), []
    for number in range(kills):
        said = await asyncio.to_thread(run_and_kill, calendar.url, url, number, chance.uniform(0, 0.5))
        when[said[-1][0]] += 1
        async with Database(url) as database, world(calendar.url, Appointments(database)) as ours:
            store = ours.store
            await recovered(calendar.url, store)
            held = await store.holding("ccas", Span(MONDAY, MONDAY + timedelta(days=2)))
            there = await in_calendar(calendar)
            if {(record.uid, record.visit) for record in held} != set(there.items()):
                wrong.append((number, "calendar and database differ"))
            if any(record.state != "confirmed" for record in held):
                wrong.append((number, "left half-way"))
            wrong += [(number, what) for what in broken_promises(said, held)]
            for record in held:  # room for the next life
                await ours.bookings.cancel(record.reference)
                await store.drop(record.reference)
    print(f"{kind}: {kills} kills, while it said {dict(when)}: {len(wrong)} wrong")
    assert wrong == []


def run_and_kill(url, database, seed, seconds):
    """What it said before it died."""
    with subprocess.Popen(module("dying", url, database, seed), stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        lines = child.stdout.read().decode().splitlines(keepends=True)
    return [("ready", "", ""), *(line.split() for line in lines if line.endswith("\n"))]


def broken_promises(said, held):
    """What a person was told last holds, or what they asked for since."""
    known = {record.reference: record.starts for record in held}
    last = {}
    for word, reference, starts in said[1:]:
        if word in {"holds", "gone"}:
            last[reference] = {starts}
        else:
            last[reference] = last[reference] | {starts}
    for reference, may_be in last.items():
        is_at = known.get(reference)
        if (is_at.isoformat() if is_at else "-") not in may_be:
            yield f"{reference} is at {is_at}, not at {may_be}"


def test_a_broken_promise_is_seen():
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC).isoformat()
    ready = ("ready", "", "")
    assert list(broken_promises([ready, ("holds", "A", noon)], []))
    assert not list(broken_promises([ready, ("holds", "A", noon), ("cancelling", "A", "-")], []))
    assert not list(broken_promises([ready, ("holds", "A", noon), ("gone", "A", "-")], []))
