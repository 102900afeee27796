"""Keeping the calendars' readings warm, and noticing what a partner did there to one of our appointments."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from bot.appointments import slots
from bot.appointments.busy import UnreadableEvent, standing
from bot.appointments.cache import Cache, Known, fingerprint
from bot.appointments.caldav import CalendarDown, Calendars
from bot.appointments.desks import Desk
from bot.appointments.profiles import Profiles
from bot.appointments.readings import Readings, Source
from bot.appointments.spans import Span
from bot.appointments.store import Record, Store
from bot.background import background

EVERY: Final = timedelta(seconds=60)
"""Between two looks at a calendar, whichever process takes them."""
TICK: Final = 10.0
"""Seconds between two looks at what is due."""
LIMIT: Final = 20.0
"""Seconds for one look: nobody waits for it."""
AT_ONCE: Final = 2
"""Calendars looked at together: a server has room left for the people who wait."""
LOG: Final = logging.getLogger(__name__)


class Watch:
    """Looks at each desk's calendars once a minute; several processes share the work by the cache's leases."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        store: Store,
        calendars: Calendars,
        cache: Cache,
        readings: Readings,
        clock: Callable[[], datetime],
        profiles: Profiles | None = None,
    ) -> None:
        self._profiles = profiles
        self._desks, self._store, self._calendars = desks, store, calendars
        self._cache, self._readings, self._clock = cache, readings, clock
        self._turnstile = asyncio.Semaphore(AT_ONCE)

    async def look(self) -> None:
        """At every calendar that is due, as `clairdroit calendar check` last found its server."""
        if self._profiles:
            self._calendars.profiles = await self._profiles.read()
        pairs = [(desk, name) for desk in self._desks.values() for name in dict.fromkeys(desk.calendars)]
        await asyncio.gather(*(self._calendar(desk, name) for desk, name in pairs))

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look in the background as long as this lasts."""
        async with background(self._forever()):
            yield

    async def _forever(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as trouble:  # noqa: BLE001 - a database away for a while must not end the watching
                LOG.error("the look at calendars failed: %s", type(trouble).__name__)  # noqa: TRY400
            await asyncio.sleep(TICK)

    async def _calendar(self, desk: Desk, name: str) -> None:
        source, now = Source.of(desk, name), self._clock()
        async with self._turnstile:
            if not await self._cache.lease(source.key, now, now + EVERY):
                return
            try:
                async with asyncio.timeout(LIMIT):
                    known = await self._readings.read(source)
                    for record in await self._store.confirmed(name, now):
                        if record.office == desk.office and not _as_written(known, record):
                            await self._judge(desk, known, record)
            except (TimeoutError, CalendarDown, UnreadableEvent) as trouble:
                LOG.warning("a calendar of %s could not be read: %s", desk.office, str(trouble) or "too slow")

    async def _judge(self, desk: Desk, known: Known, record: Record) -> None:
        """By the event itself: the reading may be older than the appointment."""
        found = await self._calendars.named(record.calendar).get(record.file)
        if found is None:
            visit = _elsewhere(known, record)
        else:
            visit = standing(found.text, record.uid, desk.zone, desk.addresses)
        if visit is None:
            if await self._store.partner_cancelled(record):
                LOG.info("%s cancelled an appointment in its calendar", desk.office)
        elif visit != record.visit:
            until = slots.needed(desk, visit).ends
            if await self._store.partner_moved(record, visit, until):
                LOG.info("%s moved an appointment in its calendar", desk.office)


def _as_written(known: Known, record: Record) -> bool:
    times = known.files.get(fingerprint(record.file))
    return times is not None and any(one.span == record.visit for one in times.taken)


def _elsewhere(known: Known, record: Record) -> Span | None:
    """Some programs move an event into a file of another name: its UID stays."""
    uid = fingerprint(record.uid)
    return next((span for span, whose in known.taken if whose == uid), None)
