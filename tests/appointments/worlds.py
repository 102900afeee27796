"""A desk, a clock that stands still, and everything that a booking needs, around one real calendar."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.appointments.booking import Bookings
from bot.appointments.caldav import Calendars
from bot.appointments.desks import Desk, Visit
from bot.appointments.ics import Words
from bot.appointments.in_memory import InMemory

PARIS = ZoneInfo("Europe/Paris")
CONTENT = Path(__file__).parents[2] / "content"
WORDS = Words.read(CONTENT)
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=PARIS)


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = MONDAY

    def __call__(self):
        return self.now

    def forward(self, **amount):
        self.now += timedelta(**amount)


HALF_HOURS = Visit(minutes=30, lead_hours=0, horizon_days=1)


@dataclass
class World:
    """Two half-hours on Monday and two on Tuesday, at one seat, unless told otherwise."""

    calendars: Calendars
    store: object
    clock: Clock = field(default_factory=Clock)
    names: tuple[str, ...] = ("",)
    hours: str = "Mo-Tu 09:00-10:00"
    visit: Visit = HALF_HOURS
    stops: tuple = ()
    others: tuple = ()

    @property
    def desk(self):
        return Desk("ccas", PARIS, self.hours, self.names, self.visit, self.stops, others=self.others)

    @property
    def bookings(self):
        return Bookings({"ccas": self.desk}, self.store, self.calendars, WORDS, self.clock)


@asynccontextmanager
async def world(where, store=None, **more):
    """`where`: a calendar, its address, or its open `Calendars` (opening reads the machine's certificates: slow)."""
    async with AsyncExitStack() as opened:
        if isinstance(where, str):
            where = Calendars(where)
            await opened.enter_async_context(where)
        elif not isinstance(where, Calendars):  # a partner's calendar with its user
            where = Calendars(where.url, where.user, where.password)
            await opened.enter_async_context(where)
        calendars = where
        yield World(calendars, store if store is not None else InMemory(), **more)


def shown(slots):
    return [f"{slot.starts:%a %H:%M}" for slot in slots.free]
