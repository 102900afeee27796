"""One process of a race: many people after the same few seats, who book, move and cancel. See test_soak.py.

    python -m tests.appointments.racing WHAT CALENDAR DATABASE BEGAN ATTEMPTS PEOPLE SEED

WHAT is "people" (of our assistant) or "partner" (another program, which writes, looks and takes back).
Prints what it did, and what its people believe they hold, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from collections import Counter, deque
from datetime import UTC, datetime, timedelta

from bot.appointments.booking import Bookings
from bot.appointments.busy import busy
from bot.appointments.cache import Cached
from bot.appointments.caldav import CalendarDown, Calendars
from bot.appointments.desks import Desk, Visit
from bot.appointments.spans import Span
from bot.appointments.store import Appointments
from bot.conversation.events import Booked, Cancelled, SlotTaken
from bot.storage.database import Database
from tests.appointments.radicale import vcalendar
from tests.appointments.worlds import MONDAY, PARIS, WORDS

DESK = Desk("ccas", PARIS, "Mo-Tu 09:00-12:00", ("",), Visit(10, 0, 0, 1, 2))
"""72 seats, for which fifty people race."""
ROOM = Span(MONDAY, MONDAY + timedelta(days=2))
MANY = 12  # events that the partner leaves standing


class Running:
    """Monday's midnight was when the race began; from there on time goes by, in every process alike."""

    def __init__(self, began):
        self._began = began

    def __call__(self):
        return MONDAY + timedelta(seconds=time.time() - self._began)


class People:
    def __init__(self, bookings, attempts, seed, clock):
        self.bookings, self.left, self.chance, self.clock = bookings, attempts, random.Random(seed), clock
        self.told, self.holds = Counter(), {}

    async def person(self):
        while self.left > 0:
            slots = await self.bookings.free("ccas", "rsa", skip=self.chance.randrange(12))
            if not slots.free:
                self.told["no slot" if slots.readable else "unreadable"] += 1
                await self.give_up()
                await asyncio.sleep(self.chance.uniform(0.1, 0.5))  # nobody asks again at once
                continue
            await asyncio.sleep(self.chance.uniform(0, 0.02))
            await self.act(self.chance.choice(slots.free))

    async def act(self, slot):
        self.left -= 1
        if self.holds and self.chance.random() < 0.3:
            reference = self.chance.choice(list(self.holds))
            starts = self.holds.pop(reference)
            outcome = await self.move(reference, slot)
            self.holds[reference] = (self.note("moved", outcome) if outcome else None) or starts
        else:
            outcome = await self.bookings.book(slot, "rsa", "fr")
            starts = self.note("booked", outcome)
            if starts:
                self.holds[outcome.appointment.reference] = starts
        if self.chance.random() < 0.5:
            await self.give_up()

    async def move(self, reference, slot):
        """At once, or to a seat that the waiting list keeps for them, which they may not want in the end."""
        if self.chance.random() < 0.5:
            return await self.bookings.move(reference, slot, "rsa", "fr")
        until = self.clock() + timedelta(seconds=5)
        claim = await self.bookings.offer(reference, slot, "rsa", "", until)
        self.told["offered" if claim else "not offered"] += 1
        if claim and self.chance.random() < 0.7:
            await asyncio.sleep(self.chance.uniform(0, 0.1))
            return await self.bookings.move(reference, slot, "rsa", "fr", held=claim)
        if claim and self.chance.random() < 0.5:
            await self.bookings.withdraw(claim)
        return None

    async def give_up(self):
        if not self.holds:
            return await asyncio.sleep(0.02)
        reference = self.chance.choice(list(self.holds))
        starts = self.holds.pop(reference)
        outcome = await self.bookings.cancel(reference)
        self.told[type(outcome).__name__] += 1
        if not isinstance(outcome, Cancelled):
            self.told["cancelled later"] += 1
        return starts

    def note(self, what, outcome):
        if isinstance(outcome, Booked):
            self.told[what] += 1
            return outcome.appointment.slot.starts.astimezone(UTC).isoformat()
        self.told["taken" if isinstance(outcome, SlotTaken) else "failed"] += 1
        return None


async def people(url, database, began, attempts, how_many, seed):
    async with Database(database) as opened, Calendars(url) as calendars:
        store, cache = Appointments(opened), Cached(opened)
        clock = Running(began)
        bookings = Bookings({"ccas": DESK}, store, calendars, WORDS, clock, cache)
        crowd = People(bookings, attempts, seed, clock)
        async with bookings.sweeping():
            await asyncio.gather(*(crowd.person() for _ in range(how_many)))
    return {"told": crowd.told, "holds": crowd.holds}


async def partner(url, _database, _began, attempts, _how_many, seed):
    """Looks, writes where it is free, looks again, and takes its own out where it met somebody else's, or has many."""
    chance, told, standing = random.Random(seed), Counter(), deque[str]()
    async with Calendars(url) as calendars:
        for _ in range(attempts):
            await asyncio.sleep(chance.uniform(0, 0.3))
            calendar = calendars.named("")
            if len(standing) >= MANY:  # else the people would soon find nothing to race for
                old = standing.popleft()
                await insist(lambda calendar=calendar, old=old: calendar.delete(f"{old}.ics", ""))
            starts = MONDAY + timedelta(days=chance.randrange(2), hours=9, minutes=5 * chance.randrange(35))
            span, uid = Span(starts, starts + timedelta(minutes=10)), f"partner-{uuid.uuid4()}"
            try:
                came = await one_event(calendar, span, uid)
            except CalendarDown:
                came = "down"
            told[came] += 1
            standing += [uid] if came == "partner wrote" else []
    return {"told": told, "holds": {}}


async def one_event(calendar, span, uid):
    """Whatever happens, its own event is out of the calendar, or stands there alone."""
    if await others(calendar, span, ""):
        return "partner saw it taken"
    starts, ends = (moment.astimezone(UTC) for moment in span)
    text = vcalendar(f"UID:{uid}\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\nDTEND:{ends:%Y%m%dT%H%M%SZ}")
    alone = False
    try:
        await calendar.put_new(f"{uid}.ics", text)
        alone = not await others(calendar, span, uid)
    finally:
        if not alone:
            await insist(lambda: calendar.delete(f"{uid}.ics", ""))
    return "partner wrote" if alone else "partner withdrew"


async def others(calendar, span, own):
    found = await calendar.between(span)
    return [one for one in busy([each.text for each in found], span, PARIS) if one.uid != own]


async def insist(do):
    for _ in range(100):
        try:
            return await do()
        except CalendarDown:
            await asyncio.sleep(0.1)
    raise RuntimeError("the partner could not take its event out")


if __name__ == "__main__":
    what, url, database, began, attempts, how_many, seed = sys.argv[1:]
    run = {"people": people, "partner": partner}[what]
    done = asyncio.run(run(url, database, float(began), int(attempts), int(how_many), int(seed)))
    print(json.dumps(done))
    print(datetime.now(UTC).isoformat(), file=sys.stderr)
