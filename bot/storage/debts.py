"""Time that is still to pass before something is allowed again, over all processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.clock import NOW
from bot.storage.database import Database
from bot.storage.tables import pace


@dataclass(frozen=True, slots=True)
class Debt:
    """Fulfils `bot.guesses.Debt`. Raises `bot.storage.database.Away`."""

    database: Database
    name: str

    async def left(self) -> float:
        """Seconds; at most zero when there is none."""
        known = select(pace.c.next_at - NOW).where(pace.c.name == self.name)
        found = await self.database.insist(lambda tx: tx.execute(known), singly=True)
        return (found.scalar() or 0) / 1000

    async def add(self, seconds: float) -> None:
        more = round(seconds * 1000)
        await self.database.insist(lambda tx: tx.execute(self._adding(more)), singly=True)

    def _adding(self, more: int) -> Any:
        make = sqlite.insert(pace) if self.database.on_sqlite else postgresql.insert(pace)
        following = case((pace.c.next_at > NOW, pace.c.next_at), else_=NOW) + more
        return make.values(name=self.name, next_at=NOW + more).on_conflict_do_update(
            index_elements=[pace.c.name], set_={"next_at": following}
        )
