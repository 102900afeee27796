"""Taking an appointment back, at once or later; what a crash left half-way, at whatever instant, ends here.

A booking that is not confirmed is always undone, since nobody was told of it. A cancellation that was begun
is always finished.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from bot.appointments.caldav import Calendar, CalendarDown, Calendars, Changed
from bot.appointments.spans import Span
from bot.appointments.store import Record, Store
from bot.background import background

RETRY: Final = timedelta(seconds=30)
ECHO: Final = timedelta(minutes=2)
"""After this a request that was lost on its way has arrived or never will: we look once more."""
EVERY: Final = 10.0
"""Seconds between two sweeps."""
ABREAST: Final = 8
"""Calendars that are swept at once: a slow one holds up no other."""
ECHOES: Final = 200
"""Of what is gone, looked for once more in one sweep of a calendar: what holds a seat waits for no more."""
LOG: Final = logging.getLogger(__name__)


class Withdrawal:
    """Removes events and lets their seats go."""

    def __init__(self, store: Store, calendars: Calendars, clock: Callable[[], datetime]) -> None:
        self._store, self._calendars, self._clock = store, calendars, clock
        self._due = asyncio.Event()
        self._one_sweep = asyncio.Lock()

    async def leave_to_sweeper(self, record: Record) -> None:
        """Write down that the event must go, whatever became of it; the sweeper is woken up to see to it."""
        await self._store.change(record.reference, ("claimed", "confirmed"), "leaving", self._clock())
        self.wake()

    def wake(self) -> None:
        """Sweep soon."""
        self._due.set()

    async def now(self, record: Record) -> None:
        """Remove the event, then let the seat go. Raises `CalendarDown`: then the sweeper goes on trying."""
        await self._store.change(record.reference, ("claimed", "confirmed"), "leaving", self._clock() + RETRY)
        await self._remove(record)
        await self._store.change(record.reference, ("leaving",), "gone", self._clock() + ECHO)

    async def sweep(self) -> None:
        """See to the records that are due, calendar by calendar. Several processes share the work."""
        async with self._one_sweep:
            due = defaultdict[str, list[Record]](list)
            for record in await self._store.due(self._clock()):
                due[record.calendar].append(record)
            abreast = asyncio.Semaphore(ABREAST)
            left = await asyncio.gather(*(self._swept(records, abreast) for records in due.values()))
        if any(left):
            self.wake()

    async def _swept(self, records: Sequence[Record], abreast: asyncio.Semaphore) -> bool:
        """What holds seats in one calendar, then some echoes; whether more of them are left for the next time."""
        over, rest = _parted(records, lambda record: record.term <= self._clock())
        echoes, seats = _parted(rest, lambda record: record.state == "gone")
        async with abreast:
            try:
                for record in seats:
                    await self._settle(record)
                if echoes:
                    await self._listen(echoes[:ECHOES])
            except CalendarDown as trouble:
                LOG.warning("an event of %s waits to be removed: %s", records[0].office, trouble)
                echoes = []
        for record in over:
            await self._store.drop(record.reference)
        return len(echoes) > ECHOES

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """Sweep in the background: at once, every ten seconds, and whenever something was left."""
        async with background(self._forever()):
            yield

    async def _forever(self) -> None:
        while True:
            self._due.clear()
            try:
                await self.sweep()
            except Exception as trouble:  # noqa: BLE001 - a database away for a while must not end the sweeping
                LOG.error("the sweep of appointments failed: %s", type(trouble).__name__)  # noqa: TRY400
            with suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), EVERY)

    async def _settle(self, record: Record) -> None:
        now = self._clock()
        if record.state == "claimed":
            if await self._store.change(record.reference, ("claimed",), "leaving", now):
                await self.now(record)
        elif await self._store.take(record, now + RETRY):
            await self._remove(record)
            await self._store.change(record.reference, ("leaving",), "gone", self._clock() + ECHO)

    async def _listen(self, echoes: Sequence[Record]) -> None:
        """Whether a request that was lost on its way has arrived after all: one question for all of them."""
        window = Span(min(each.starts for each in echoes), max(each.ends for each in echoes))
        there = await self._calendars.named(echoes[0].calendar).etags(window)
        for record in echoes:
            if record.file in there:
                await self._remove(record)
        await self._store.silent([record.reference for record in echoes])

    async def _remove(self, record: Record) -> None:
        """Delete what stands there now, even if the partner has just changed it."""
        calendar = self._calendars.named(record.calendar)
        with suppress(Changed):
            return await _delete(calendar, record.file)
        return await _delete(calendar, record.file)


async def _delete(calendar: Calendar, file: str) -> None:
    found = await calendar.get(file)
    if found is not None:
        await calendar.delete(file, found.etag)


def _parted(records: Iterable[Record], by: Callable[[Record], bool]) -> tuple[list[Record], list[Record]]:
    """Those of which it holds, and the others."""
    parts: tuple[list[Record], list[Record]] = [], []
    for record in records:
        parts[not by(record)].append(record)
    return parts
