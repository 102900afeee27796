"""Nothing outlives its term: what is due is erased at start-up, every hour, and by a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from bot.privacy.journal import Did, Journal
from bot.storage.clock import NOW
from bot.storage.conversations import Clock, Conversations, utc_now
from bot.storage.database import Database
from bot.storage.tables import (
    appointments,
    calendar_readings,
    calendar_times,
    deliveries,
    lines,
    reaches,
    tidings,
    waiting,
)

APPOINTMENT_TERM: Final = timedelta(days=1)
"""After the end of the visit: until then its code may still be asked for at the desk."""
READING_TERM: Final = timedelta(days=1)
"""After a calendar was last read: its office is gone then, or its server."""
DELIVERY_TERM: Final = timedelta(hours=24)
"""After a message was taken: as long as Telegram delivers it again."""
JOURNAL_TERM: Final = timedelta(days=180)
"""Six months, the shorter end of what the CNIL advises for access logs (délibération n° 2021-122)."""


@dataclass(frozen=True, slots=True)
class Retention:
    """`purge` erases all that is due and says how much of each it was; the journal keeps the counts."""

    database: Database
    now: Clock = utc_now

    async def purge(self) -> Mapping[Did, int]:
        noted = Journal(self.database, self.now)
        gone: dict[Did, int] = {
            "conversations_expired": await Conversations(self.database, self.now).purge(),
            "appointments_expired": await self._appointments(),
            "journal_expired": await noted.purge(self.now() - JOURNAL_TERM),
        }
        for did, how_many in gone.items():
            if how_many:
                await noted.note("program", did, how_many)
        await self._readings()
        await self._traffic()
        await self.database.wipe_leftovers()
        return gone

    async def _appointments(self) -> int:
        before = int((self.now() - APPOINTMENT_TERM).timestamp())
        now = int(self.now().timestamp())
        async with self.database.writing() as tx:
            gone = await tx.execute(delete(appointments).where(appointments.c.ends < before))
            await tx.execute(delete(tidings).where(tidings.c.ends < before))
            await tx.execute(delete(reaches).where(reaches.c.until <= now))
            await tx.execute(delete(waiting).where(waiting.c.until <= now))
        return gone.rowcount

    async def _readings(self) -> None:
        """What is known of calendars that nobody reads any more. It is about no person: not counted."""
        before = int((self.now() - READING_TERM).timestamp())
        old = select(calendar_readings.c.source).where(calendar_readings.c.read_at < before)
        async with self.database.writing() as tx:
            await tx.execute(delete(calendar_times).where(calendar_times.c.source.in_(old)))
            await tx.execute(delete(calendar_readings).where(calendar_readings.c.read_at < before))

    async def _traffic(self) -> None:
        """What processes told each other about messages of yesterday. It says nothing of anybody: not counted."""
        before = self.now() - DELIVERY_TERM
        quiet = NOW - int(DELIVERY_TERM.total_seconds() * 1000)
        async with self.database.writing() as tx:
            await tx.execute(delete(deliveries).where(deliveries.c.taken_at < before))
            await tx.execute(delete(lines).where(lines.c.holder.is_(None), lines.c.ready_at < quiet))
