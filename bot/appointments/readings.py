"""Reading the partners' calendars: all of one at first, then what changed; and knowing how old that is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.appointments.busy import UnreadableEvent, busy
from bot.appointments.cache import Cache, Known, Taken, Times, fingerprint
from bot.appointments.caldav import Calendar, CalendarDown, Calendars, Changes, Resource
from bot.appointments.desks import Desk
from bot.appointments.spans import Span
from bot.storage.conversations import OneAtATime

READING: Final = 3.0
"""Seconds that a person waits for a calendar."""
FRESH: Final = timedelta(minutes=2)
"""So old may a reading be that slots are shown from it without another look; a booking reads again anyway."""
TERM: Final = timedelta(minutes=10)
"""A calendar that could not be read for so long offers no slots."""
PATIENCE: Final = 30.0
"""Seconds before a calendar that did not answer keeps a person waiting again, while it is within its term."""
WHOLE: Final = timedelta(hours=6)
"""After this everything is read anew: what a server forgot to say is known then."""
DAY: Final = timedelta(days=1)
AHEAD: Final = 8 * DAY
"""So much more is read than is offered: recurring events are known for a week of days to come."""
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """One calendar as one desk reads it."""

    office: str
    calendar: str
    zone: ZoneInfo
    addresses: frozenset[str]
    days: int

    @classmethod
    def of(cls, desk: Desk, calendar: str) -> Source:
        return cls(desk.office, calendar, desk.zone, desk.addresses, desk.horizon)

    @property
    def key(self) -> str:
        return fingerprint(self.calendar, self.zone.key, *sorted(self.addresses))

    def span(self, now: datetime) -> Span:
        return Span(now - DAY, now + self.days * DAY + DAY)


class Readings:
    """What is taken in each calendar, from the cache where it is fresh."""

    def __init__(self, calendars: Calendars, cache: Cache, clock: Callable[[], datetime]) -> None:
        self._calendars, self._cache, self._clock = calendars, cache, clock
        self._one_reading = OneAtATime()
        self._failed: dict[str, float] = {}

    async def taken(self, source: Source, *, anew: bool = False) -> tuple[Taken, ...] | None:
        """What is taken; None when that cannot be known in time, or was not known for a whole term.

        `anew`: look at the calendar itself, since something in it was otherwise than we knew.
        """
        now = self._clock()
        known = await self._cache.load(source.key)
        if known and not anew and self._will_do(source, known, now):
            return known.taken
        try:
            async with asyncio.timeout(READING):
                return (await self.read(source)).taken
        except (TimeoutError, CalendarDown, UnreadableEvent) as trouble:
            LOG.warning("a calendar of %s could not be read: %s", source.office, str(trouble) or "too slow")
            self._failed[source.key] = asyncio.get_running_loop().time()
        usable = known and not anew and now - known.read_at <= TERM
        return known.taken if known and usable else None

    async def read(self, source: Source) -> Known:
        """Look at the calendar itself. Raises `CalendarDown` and `UnreadableEvent`."""
        asked = self._clock()
        async with self._one_reading.held(source.key):
            known = await self._cache.load(source.key)
            if known and known.read_at > asked:  # somebody else's look came while we waited for it
                return known
            calendar = self._calendars.named(source.calendar)
            read = await _Look(source, calendar, known, self._clock()).read()
            await self._cache.save(source.key, known, read)
            self._failed.pop(source.key, None)
            return read

    def _will_do(self, source: Source, known: Known, now: datetime) -> bool:
        age = now - known.read_at
        failed = self._failed.get(source.key)
        if failed is not None and asyncio.get_running_loop().time() - failed < PATIENCE:
            return age <= TERM
        return age <= FRESH and known.covers.ends >= source.span(now).ends


@dataclass(frozen=True, slots=True)
class _Look:
    """One reading of one calendar, starting from what was known before."""

    source: Source
    calendar: Calendar
    known: Known | None
    now: datetime

    async def read(self) -> Known:
        known = self.known
        if (
            known is None
            or self.now - known.whole_at >= WHOLE
            or known.covers.ends < self.source.span(self.now).ends
        ):
            return await self._whole()
        changes = await self.calendar.changes(known.token) if known.token else None
        changes = changes or await self._compared(known)
        return await self._whole() if changes is None else await self._changed(known, changes)

    async def _whole(self) -> Known:
        """The token first: what changes while we read is told again the next time."""
        wanted = self.source.span(self.now)
        covers = Span(wanted.starts, wanted.ends + AHEAD)
        token = await self.calendar.token()
        files = await self._files(await self.calendar.between(covers), covers)
        return Known(token, self.now, self.now, covers, files)

    async def _compared(self, known: Known) -> Changes | None:
        """What changed, by the versions of the files; None where the server gives none."""
        token = await self.calendar.token()
        there = await self.calendar.etags(known.covers)
        if not all(one.etag for one in there.values()):
            return None
        were = {file: one.etag for file, one in known.files.items()}
        other = {
            name: one.href
            for name, one in there.items()
            if were.get(fingerprint(name)) != fingerprint(one.etag)
        }
        names = {fingerprint(name) for name in there}
        return Changes(other, frozenset(were.keys() - names), token)

    async def _changed(self, known: Known, changes: Changes) -> Known:
        found = await self.calendar.some(list(changes.changed.values())) if changes.changed else []
        went = {*changes.removed, *(fingerprint(name) for name in (*changes.removed, *changes.changed))}
        files = {file: one for file, one in known.files.items() if file not in went}
        files |= await self._files(found, known.covers)
        return Known(changes.token, self.now, known.whole_at, known.covers, files, known.version)

    async def _files(self, found: Iterable[Resource], covers: Span) -> dict[str, Times]:
        return await asyncio.to_thread(self._expanded, list(found), covers)

    def _expanded(self, found: list[Resource], covers: Span) -> dict[str, Times]:
        return {
            fingerprint(one.name): Times(fingerprint(one.etag), self._taken(one, covers)) for one in found
        }

    def _taken(self, one: Resource, covers: Span) -> tuple[Taken, ...]:
        times = busy([one.text], covers, self.source.zone, self.source.addresses)
        return tuple(sorted(Taken(time.span, fingerprint(time.uid)) for time in times))
