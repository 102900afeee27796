"""Whose turn it is, over all processes: a row that is held as long as its holder lives.

Held by no transaction and no connection, so that a slow partner or Telegram's patience costs the database nothing.
A process shows that it lives by moving `processes.alive_until` on; what a dead one held is free.
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.background import background
from bot.failures import described
from bot.storage.clock import NOW
from bot.storage.database import Database
from bot.storage.tables import deliveries, lines, processes
from bot.storage.transactions import Transaction, to_the_end

BEAT: Final = 2.0
"""Seconds between two signs of life."""
ALIVE: Final = 10_000
"""Milliseconds that a sign of life counts: as long as a chat may wait for a process that died unseen."""
PATIENCE: Final = 20.0
"""Seconds that somebody waits for a line until they are asked to come back."""
LOOK: Final = (0.01, 0.02, 0.04, 0.08)
"""Seconds between two looks at a line that another process holds."""
_SAID: Final = update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(owed=False)
_MINE: Final = (lines.c.name == bindparam("line")) & (lines.c.holder == bindparam("me"))
_HAND_BACK: Final = update(lines).where(_MINE).values(holder=None)
_FORGET: Final = delete(lines).where(_MINE)
_SAY_AND_HAND_BACK: Final = (
    update(lines)
    .where(_MINE)
    .values(holder=None, ready_at=bindparam("ready"), asked=bindparam("question"))
    .add_cte(_SAID.returning(deliveries.c.id).cte("said"))
)
"""For PostgreSQL: both in one statement, where one answer was said."""
_log = logging.getLogger(__name__)


class Busy(Exception):  # noqa: N818 - not a mistake: somebody else's turn lasts
    """Another turn of the same person goes on; come back."""


@dataclass(slots=True)
class Line:
    """What the turns of one person, on any process, tell each other. `ready_at`: milliseconds since 1970 until
    which nothing more may be sent; `asked`: the channel's id of the message with the newest buttons. `said`:
    the deliveries whose answers went out; `forget`: nothing of this shall stay.
    """

    name: str
    ready_at: int = 0
    asked: int | None = None
    said: list[bytes] = field(default_factory=list)
    forget: bool = False


class Lines:
    """Lines in the database. `process` is this process's name there."""

    def __init__(self, database: Database, process: str = "") -> None:
        self.process = process or uuid.uuid4().hex
        self._database = database
        self._late: dict[str, Line] = {}  # handed back while the database was away
        self._take = self._taking()

    @asynccontextmanager
    async def living(self, heir_of: str = "") -> AsyncIterator[None]:
        """Show that this process lives, as long as this lasts. `heir_of`: one that is known to be dead."""
        await self._database.insist(lambda tx: self._bury(tx, heir_of))
        await self.beat()
        try:
            async with background(self._beating()):
                yield
        finally:
            await self._database.insist(lambda tx: self._bury(tx, self.process), patience=1.0)

    async def take(self, tx: Transaction, name: str) -> Line | None:
        """The line; None while another living process holds it. Taking twice is as good as once."""
        mine = {"name": name, "holder": self.process, "ready_at": 0}
        row = (await tx.execute(self._take, mine)).first()
        return Line(name, row.ready_at, row.asked) if row else None

    def _taking(self) -> Any:
        alive = select(processes.c.id).where(processes.c.alive_until > NOW)
        free = (lines.c.holder.is_(None), lines.c.holder == self.process, lines.c.holder.not_in(alive))
        put = self._insert(lines).on_conflict_do_update(
            index_elements=[lines.c.name], set_={"holder": self.process}, where=or_(*free)
        )
        return put.returning(lines.c.ready_at, lines.c.asked)

    async def hand_back(self, line: Line) -> None:
        """Let others have it, and keep what was said; later if the database is away. Never raises."""
        try:
            await to_the_end(self._database.insist(lambda tx: self._at_once(tx, line), singly=True))
        except Exception as trouble:  # noqa: BLE001 - the next sign of life takes it along
            _log.warning("a line could not be handed back yet: %s", described(trouble))
            self._late[line.name] = line

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Once no other process does this; for work that only one may do."""
        while not await self._database.insist(lambda tx: self.take(tx, name)):  # noqa: ASYNC110 - others hold it
            await asyncio.sleep(BEAT)
        try:
            yield
        finally:
            await self.hand_back(Line(name, forget=True))

    async def beat(self) -> None:
        """One sign of life."""
        await self._database.insist(self._beat)

    async def _beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self.beat()
            except Exception as trouble:  # noqa: BLE001 - the next beat may go better
                _log.warning("no sign of life could be given: %s", described(trouble))

    async def _beat(self, tx: Transaction) -> None:
        alive = {"id": self.process, "alive_until": NOW + ALIVE}
        await tx.execute(
            self._insert(processes).values(**alive).on_conflict_do_update(index_elements=["id"], set_=alive)
        )
        for line in list(self._late.values()):
            await self._handed_back(tx, line)
            del self._late[line.name]

    async def _at_once(self, tx: Transaction, line: Line) -> None:
        if self._database.on_sqlite or line.forget or len(line.said) != 1:
            return await self._handed_back(tx, line)
        of = {"line": line.name, "me": self.process, "delivery": line.said[0]}
        await tx.execute(_SAY_AND_HAND_BACK, {**of, "ready": line.ready_at, "question": line.asked})
        return None

    async def _handed_back(self, tx: Transaction, line: Line) -> None:
        await settle(tx, line)
        mine = {"line": line.name, "me": self.process}
        if line.forget:
            await tx.execute(_FORGET, mine)
        else:
            await tx.execute(_HAND_BACK, {**mine, "ready_at": line.ready_at, "asked": line.asked})

    async def _bury(self, tx: Transaction, process: str) -> None:
        """A process that ended: with it goes whatever ended unseen long ago."""
        gone = (processes.c.id == process) | (processes.c.alive_until < NOW - 6 * ALIVE)
        await tx.execute(delete(processes).where(gone))

    def _insert(self, table: Any) -> Any:
        """Both databases know ON CONFLICT, each under SQLAlchemy's own name for it."""
        return sqlite.insert(table) if self._database.on_sqlite else postgresql.insert(table)


async def settle(tx: Transaction, line: Line) -> None:
    """Keep what was said."""
    for delivery in line.said:
        await tx.execute(_SAID, {"delivery": delivery})


async def looks(patience: float = PATIENCE) -> AsyncIterator[None]:
    """One turn of the loop for each look at something that others hold. Raises `Busy` when it takes too long."""
    loop = asyncio.get_running_loop()
    deadline, number = loop.time() + patience, 0
    while True:
        yield
        if loop.time() > deadline:
            raise Busy
        await asyncio.sleep(LOOK[min(number, len(LOOK) - 1)] * random.uniform(0.5, 1.0))  # noqa: S311
        number += 1
