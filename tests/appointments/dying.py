"""A process that books, moves and cancels until it is killed. See test_soak.py.

    python -m tests.appointments.dying CALENDAR DATABASE SEED

Says before each call what it is about to do, and after it what the person is told, a line each.
"""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import UTC

from bot.appointments.store import Appointments
from bot.conversation.events import Booked
from bot.storage.database import Database
from tests.appointments.worlds import world

HOURS = "Mo-Tu 00:00-24:00"


def say(*words):
    print(*words, flush=True)


async def main(url, database, seed):
    chance = random.Random(seed)
    async with Database(database) as opened, world(url, Appointments(opened), hours=HOURS) as ours:
        bookings = ours.bookings
        await bookings.free("ccas", "rsa")
        say("ready")
        while True:
            slots = (await bookings.free("ccas", "rsa", skip=chance.randrange(60))).free
            booked = await bookings.book(slots[0], "rsa", "fr")
            if not isinstance(booked, Booked):
                continue
            reference = booked.appointment.reference
            say("holds", reference, at(slots[0]))
            for slot in slots[1:]:
                say("moving", reference, at(slot))
                if isinstance(await bookings.move(reference, slot, "rsa", "fr"), Booked):
                    say("holds", reference, at(slot))
            if chance.random() < 0.8:
                say("cancelling", reference, "-")
                await bookings.cancel(reference)
                say("gone", reference, "-")


def at(slot):
    return slot.starts.astimezone(UTC).isoformat()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
