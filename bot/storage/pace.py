"""How fast calls may go out to a service that counts them, over all processes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.clock import NOW
from bot.storage.database import Database
from bot.storage.tables import pace
from bot.storage.transactions import Transaction

AHEAD: Final = 0.05
"""Seconds of calls that a process may reserve at once: at a low rate that is a single one."""


@dataclass(slots=True)
class Pace:
    """At most `rate` calls in any second, evenly spread; 0: as many as there are. Whoever answers a person
    queues for the next free moment; who writes first only goes when nobody queues.
    """

    database: Database
    rate: float
    name: str = "telegram"
    _reserved: list[float] = field(default_factory=list, init=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def turn(self) -> None:
        """Wait until one more call may go out."""
        if not self.rate:
            return
        loop = asyncio.get_running_loop()
        async with self._asking:
            if not self._reserved:
                self._reserved = await self._reserve(loop.time())
            at = self._reserved.pop(0)
        await asyncio.sleep(max(0.0, at - loop.time()))

    async def spare(self) -> bool:
        """Take a turn if it is free right now and nobody queues."""
        return not self.rate or bool(await self.database.insist(self._take_spare))

    async def rest(self, seconds: float) -> None:
        """Nothing more from anybody for so long: the service asked for it."""
        self._reserved.clear()
        until = NOW + int(seconds * 1000)
        await self.database.insist(
            lambda tx: self._put(tx, until, _later(pace.c.next_at, until)), singly=True
        )

    async def _reserve(self, now: float) -> list[float]:
        """The next moments, by this process's own clock."""
        count = max(1, int(self.rate * AHEAD))
        step = 1000 / self.rate
        ahead = round(count * step)
        wait = await self.database.insist(lambda tx: self._moved(tx, ahead), singly=True)
        return [now + (wait - ahead + step * number) / 1000 for number in range(count)]

    async def _moved(self, tx: Transaction, ahead: int) -> int:
        return int(await self._put(tx, NOW + ahead, _later(pace.c.next_at, NOW) + ahead))

    async def _put(self, tx: Transaction, first: Any, following: Any) -> Any:
        """Milliseconds from now until the moment that is kept."""
        make = sqlite.insert(pace) if self.database.on_sqlite else postgresql.insert(pace)
        kept = make.values(name=self.name, next_at=first).on_conflict_do_update(
            index_elements=[pace.c.name], set_={"next_at": following}
        )
        return (await tx.execute(kept.returning(pace.c.next_at - NOW))).scalar_one()

    async def _take_spare(self, tx: Transaction) -> bool:
        step = round(1000 / self.rate)
        free = update(pace).where(pace.c.name == self.name, pace.c.next_at <= NOW)
        if (await tx.execute(free.values(next_at=NOW + step))).rowcount:
            return True
        known = await tx.execute(pace.select().where(pace.c.name == self.name))
        if known.first() is None:  # the very first call of all
            await self._moved(tx, step)
            return True
        return False


def _later(one: Any, other: Any) -> Any:
    """GREATEST on one database is MAX on the other."""
    return case((one > other, one), else_=other)
