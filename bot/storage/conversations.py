"""What is kept of a conversation between two turns: sealed bytes under a pseudonym, for a term.

With them, in the same transaction, the message that led to them is marked as taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeAlias
from weakref import WeakValueDictionary

from sqlalchemy import Insert, Update, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningInsert

from bot.storage.database import Database
from bot.storage.lines import Line, Lines, looks, settle
from bot.storage.tables import conversations, deliveries, lines
from bot.storage.transactions import Transaction

Clock = Callable[[], datetime]

# What every turn says to the database. Built once: building a statement costs more than sending it.
_KEPT: Final = select(conversations).where(conversations.c.pseudonym == bindparam("person"))
_KEPT_AS_ANY: Final = select(conversations).where(
    conversations.c.pseudonym.in_(bindparam("people", expanding=True))
)
_KNOWN: Final = select(deliveries.c.id, deliveries.c.owed).where(
    deliveries.c.id.in_(bindparam("ids", expanding=True))
)
_INSERT: Final = insert(conversations)
_UPDATE: Final = update(conversations).where(
    conversations.c.pseudonym == bindparam("was"), conversations.c.turn == bindparam("turn_before")
)
_TAKEN: Final = insert(deliveries)
_ROW: Final = {column: bindparam(f"its_{column.name}", type_=column.type) for column in conversations.c}
_DELIVERY: Final = [bindparam(column.name, type_=column.type) for column in deliveries.c]


def _with_its_message(change: Insert | Update) -> ReturningInsert[Any]:
    """For PostgreSQL: both in one statement, and neither where nothing was changed."""
    changed = change.values(_ROW).returning(conversations.c.turn).cte("changed")
    made = insert(deliveries).from_select(list(deliveries.c), select(*_DELIVERY).select_from(changed))
    return made.returning(deliveries.c.id)


_INSERT_BOTH: Final = _with_its_message(_INSERT)
_UPDATE_BOTH: Final = _with_its_message(_UPDATE)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Overtaken(Exception):  # noqa: N818 - not a mistake: somebody else was quicker
    """Another process took a turn of this conversation meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Sealed bytes and the pseudonym that they are bound to."""

    pseudonym: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken, by a digest of what its channel calls it. `owed`: its answer is to be sent, and
    counts as sent only once the line says so (`Line.said`).
    """

    id: bytes
    owed: bool = False


Ask: TypeAlias = Callable[[Kept | None], Collection[bytes]]
"""Which messages a turn wants to know about, now that it sees what is kept."""


def nothing(_kept: Kept | None) -> Collection[bytes]:
    """Asks after no message."""
    return ()


class Box(Protocol):
    """One person's place in the store, for the length of one turn."""

    @property
    def line(self) -> Line:
        """What this turn tells the next one, on whichever process."""
        ...

    @property
    def kept(self) -> Kept | None:
        """What was there when the turn began; None for somebody new, or after the term."""
        ...

    @property
    def owed(self) -> Mapping[bytes, bool]:
        """Those of the messages asked about that were taken when the turn began, and whether their answers were
        still to be sent.
        """
        ...

    async def save(self, sealed: bytes, expires_at: datetime, taken: Taken | None = None) -> None:
        """Keep this instead, under the pseudonym of the turn, and what the line says. Raises `Overtaken`."""
        ...

    async def note(self, taken: Taken) -> None:
        """Keep what is kept: this message changed nothing."""
        ...

    async def forget(self, taken: Taken | None = None) -> None:
        """Keep nothing."""
        ...


class ConversationStore(Protocol):
    """Held by `Conversations` (the database) and `RememberedConversations` (its twin for tests) alike.

    `former` are pseudonyms made with older keys: what lies under one of them is found too, and moves to
    `pseudonym` when it is saved.
    """

    def turn(
        self, pseudonym: str, former: Sequence[str] = (), ask: Ask = nothing
    ) -> AbstractAsyncContextManager[Box]:
        """One turn of one person at a time, over all processes. No transaction is open while it lasts.
        Raises `bot.storage.lines.Busy` when the one before takes too long, `bot.storage.database.Away`.
        """
        ...

    async def look(self, pseudonym: str, former: Sequence[str] = ()) -> Kept | None:
        """What is kept, without taking a turn."""
        ...

    async def purge(self) -> int:
        """Erase every conversation whose term is over; how many they were."""
        ...


class OneAtATime:
    """A lock for each name, as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        lock = self._locks.get(name) or asyncio.Lock()
        self._locks[name] = lock
        async with lock:
            yield


class Conversations:
    """The conversation store in the database."""

    def __init__(self, database: Database, now: Clock = utc_now, held: Lines | None = None) -> None:
        self._database = database
        self._now = now
        self._lines = held or Lines(database)
        self._turns = OneAtATime()

    @asynccontextmanager
    async def turn(
        self, pseudonym: str, former: Sequence[str] = (), ask: Ask = nothing
    ) -> AsyncIterator[Box]:
        async with self._turns.held(pseudonym):
            box = await self._when_free(pseudonym, former, ask)
            try:
                yield box
            finally:
                await self._lines.hand_back(box.line)

    async def look(self, pseudonym: str, former: Sequence[str] = ()) -> Kept | None:
        async with self._database.reading() as tx:
            return (await self._box(tx, Line(pseudonym), former)).kept

    async def purge(self) -> int:
        async with self._database.writing() as tx:
            gone = await tx.execute(delete(conversations).where(conversations.c.expires_at <= self._now()))
        return gone.rowcount

    async def count(self) -> int:
        async with self._database.reading() as tx:
            return int((await tx.execute(select(func.count()).select_from(conversations))).scalar_one())

    async def _when_free(self, pseudonym: str, former: Sequence[str], ask: Ask) -> _StoredBox:
        async for _ in looks():
            box = await self._database.insist(
                lambda tx: self._opened(tx, pseudonym, former, ask), singly=True
            )
            if box:
                return box
        raise AssertionError  # `looks` ends with Busy

    async def _opened(
        self, tx: Transaction, pseudonym: str, former: Sequence[str], ask: Ask
    ) -> _StoredBox | None:
        line = await self._lines.take(tx, pseudonym)
        if line is None:
            return None
        box = await self._box(tx, line, former)
        box.owed = await _known(tx, ask(box.kept))
        return box

    async def _box(self, tx: Transaction, line: Line, former: Sequence[str]) -> _StoredBox:
        names = [line.name, *former]
        query, of = (_KEPT_AS_ANY, {"people": names}) if former else (_KEPT, {"person": line.name})
        rows = (await tx.execute(query, of)).all()
        row = min(rows, key=lambda found: names.index(found.pseudonym), default=None)
        if row is None:
            return _StoredBox(self._database, self._now, line)
        kept = Kept(row.pseudonym, row.sealed) if row.expires_at > self._now() else None
        return _StoredBox(self._database, self._now, line, kept, _stored_as=row.pseudonym, _turn=row.turn)


async def _known(tx: Transaction, ids: Collection[bytes]) -> Mapping[bytes, bool]:
    """Those of these messages that were taken, and whether their answers are still to be sent."""
    found = await tx.execute(_KNOWN, {"ids": list(ids)}) if ids else ()
    return {row.id: row.owed for row in found}


@dataclass(slots=True)
class _StoredBox:
    _database: Database
    _now: Clock
    line: Line
    kept: Kept | None = None
    owed: Mapping[bytes, bool] = field(default_factory=dict)
    _stored_as: str | None = None
    _turn: int = 0

    async def save(self, sealed: bytes, expires_at: datetime, taken: Taken | None = None) -> None:
        row = {
            "pseudonym": self.line.name,
            "sealed": sealed,
            "turn": self._turn + 1,
            "expires_at": expires_at,
        }
        if taken and not self.line.said and not self._database.on_sqlite:
            await self._once(lambda tx: self._saved_with(tx, row, taken), taken, sealed, singly=True)
        else:
            await self._once(lambda tx: self._saved(tx, row, taken), taken, sealed)
        self._stored_as, self._turn = self.line.name, self._turn + 1

    async def note(self, taken: Taken) -> None:
        await self._once(lambda tx: self._taken(tx, taken), taken)

    async def forget(self, taken: Taken | None = None) -> None:
        names = {self.line.name, self._stored_as or self.line.name}
        await self._once(lambda tx: self._forgotten(tx, names, taken), taken)
        await self._database.wipe_leftovers()
        self._stored_as, self._turn = None, 0

    async def _once(
        self,
        work: Callable[[Transaction], Awaitable[None]],
        taken: Taken | None,
        sealed: bytes = b"",
        *,
        singly: bool = False,
    ) -> None:
        """Carried out once, although it is tried again when the database went away in the middle."""
        try:
            await self._database.insist(work, singly=singly)
        except (IntegrityError, Overtaken):
            if not await self._was_done(taken, sealed):
                raise Overtaken from None

    async def _was_done(self, taken: Taken | None, sealed: bytes) -> bool:
        """Whether the attempt before this one had been carried out unseen. No two seals are alike; and while we
        have the line, nobody else takes this person's messages.
        """
        if not sealed:
            return taken is not None and bool(await self._database.insist(lambda tx: _known(tx, [taken.id])))
        mine = (conversations.c.pseudonym == self.line.name, conversations.c.sealed == sealed)
        same = select(exists().where(*mine))
        return bool((await self._database.insist(lambda tx: tx.execute(same))).scalar())

    async def _saved_with(self, tx: Transaction, row: dict[str, Any], taken: Taken) -> None:
        """As `_saved`, at once."""
        both = {"id": taken.id, "taken_at": self._now(), "owed": taken.owed}
        both |= {f"its_{name}": value for name, value in row.items()}
        if self._stored_as is None:
            await tx.execute(_INSERT_BOTH, both)
        else:
            both |= {"was": self._stored_as, "turn_before": self._turn}
            if (await tx.execute(_UPDATE_BOTH, both)).first() is None:
                raise Overtaken

    async def _saved(self, tx: Transaction, row: dict[str, Any], taken: Taken | None) -> None:
        await (self._insert(tx, row) if self._stored_as is None else self._update(tx, row))
        await settle(tx, self.line)
        if taken:
            await self._taken(tx, taken)

    async def _forgotten(self, tx: Transaction, names: Collection[str], taken: Taken | None) -> None:
        """The line too, before its end: from here on nothing says that somebody was here."""
        await tx.execute(delete(conversations).where(conversations.c.pseudonym.in_(names)))
        await tx.execute(delete(lines).where(lines.c.name.in_(names)))
        if taken:
            await self._taken(tx, taken)

    async def _taken(self, tx: Transaction, taken: Taken) -> None:
        """A message that somebody else took ends the transaction."""
        await tx.execute(_TAKEN, {"id": taken.id, "taken_at": self._now(), "owed": taken.owed})

    async def _insert(self, tx: Transaction, row: dict[str, Any]) -> None:
        await tx.execute(_INSERT, row)

    async def _update(self, tx: Transaction, row: dict[str, Any]) -> None:
        """Only where the row is as this turn found it."""
        found = await tx.execute(_UPDATE, {**row, "was": self._stored_as, "turn_before": self._turn})
        if found.rowcount != 1:
            raise Overtaken
