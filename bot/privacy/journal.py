"""Who saw or erased what: codes and counts, in which nobody can be found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert, select

from bot.storage.conversations import Clock, utc_now
from bot.storage.database import Database
from bot.storage.tables import journal

Who = Literal["person", "operator", "partner", "program"]
Did = Literal[
    "conversations_expired", "appointments_expired", "journal_expired",  # the purge
    "conversation_erased", "journal_read",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    who: str
    did: str
    how_many: int


class Journal:
    """The access log, kept in the database and readable with ``clairdroit privacy journal``."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    async def note(self, who: Who, did: Did, how_many: int = 1) -> None:
        row = {"at": self._now(), "who": who, "did": did, "how_many": how_many}
        async with self._database.writing() as tx:
            await tx.execute(insert(journal).values(**row))

    async def latest(self, limit: int = 1000) -> Sequence[Entry]:
        """The newest first."""
        newest = select(journal).order_by(journal.c.id.desc()).limit(limit)
        async with self._database.reading() as tx:
            rows = await tx.execute(newest)
        return [Entry(row.at, row.who, row.did, row.how_many) for row in rows]

    async def purge(self, before: datetime) -> int:
        """Erase what was noted before then; how many entries they were."""
        async with self._database.writing() as tx:
            gone = await tx.execute(delete(journal).where(journal.c.at < before))
        return gone.rowcount
