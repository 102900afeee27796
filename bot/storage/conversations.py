"""What is kept of a conversation between two turns: sealed bytes under a pseudonym, for a term."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from weakref import WeakValueDictionary

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Database
from bot.storage.tables import conversations
from bot.storage.transactions import Transaction

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Overtaken(Exception):  # noqa: N818 - not a mistake: somebody else was quicker
    """Another process took a turn of this conversation meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Sealed bytes and the pseudonym that they are bound to."""

    pseudonym: str
    sealed: bytes = field(repr=False)


class Box(Protocol):
    """One person's place in the store, for the length of one turn."""

    @property
    def kept(self) -> Kept | None:
        """What was there when the turn began; None for somebody new, or after the term."""
        ...

    async def save(self, sealed: bytes, expires_at: datetime) -> None:
        """Keep this instead, under the pseudonym of the turn. Raises `Overtaken`."""
        ...

    async def forget(self) -> None:
        """Keep nothing."""
        ...


class ConversationStore(Protocol):
    """Held by `Conversations` (the database) and `RememberedConversations` (its twin for tests) alike.

    `former` are pseudonyms made with older keys: what lies under one of them is found too, and moves to
    `pseudonym` when it is saved.
    """

    def turn(self, pseudonym: str, former: Sequence[str] = ()) -> AbstractAsyncContextManager[Box]:
        """One turn of one person at a time. No transaction is open while it lasts."""
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

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now
        self._turns = OneAtATime()

    @asynccontextmanager
    async def turn(self, pseudonym: str, former: Sequence[str] = ()) -> AsyncIterator[Box]:
        async with self._turns.held(pseudonym):
            yield await self._box(pseudonym, former)

    async def look(self, pseudonym: str, former: Sequence[str] = ()) -> Kept | None:
        return (await self._box(pseudonym, former)).kept

    async def purge(self) -> int:
        async with self._database.writing() as tx:
            gone = await tx.execute(delete(conversations).where(conversations.c.expires_at <= self._now()))
        return gone.rowcount

    async def count(self) -> int:
        async with self._database.reading() as tx:
            return int((await tx.execute(select(func.count()).select_from(conversations))).scalar_one())

    async def _box(self, pseudonym: str, former: Sequence[str]) -> _StoredBox:
        names = [pseudonym, *former]
        async with self._database.reading() as tx:
            rows = (await tx.execute(select(conversations).where(conversations.c.pseudonym.in_(names)))).all()
        row = min(rows, key=lambda found: names.index(found.pseudonym), default=None)
        if row is None:
            return _StoredBox(self._database, self._now, pseudonym)
        kept = Kept(row.pseudonym, row.sealed) if row.expires_at > self._now() else None
        return _StoredBox(self._database, self._now, pseudonym, kept, row.pseudonym, row.turn)


@dataclass(slots=True)
class _StoredBox:
    _database: Database
    _now: Clock
    _pseudonym: str
    kept: Kept | None = None
    _stored_as: str | None = None
    _turn: int = 0

    async def save(self, sealed: bytes, expires_at: datetime) -> None:
        row = {
            "pseudonym": self._pseudonym,
            "sealed": sealed,
            "turn": self._turn + 1,
            "expires_at": expires_at,
        }
        try:
            async with self._database.writing() as tx:
                await (self._insert(tx, row) if self._stored_as is None else self._update(tx, row))
        except IntegrityError:  # somebody new, twice at once
            raise Overtaken from None
        self._stored_as, self._turn = self._pseudonym, self._turn + 1

    async def forget(self) -> None:
        names = {self._pseudonym, self._stored_as or self._pseudonym}
        async with self._database.writing() as tx:
            await tx.execute(delete(conversations).where(conversations.c.pseudonym.in_(names)))
        await self._database.wipe_leftovers()
        self._stored_as, self._turn = None, 0

    async def _insert(self, tx: Transaction, row: dict[str, Any]) -> None:
        await tx.execute(insert(conversations).values(**row))

    async def _update(self, tx: Transaction, row: dict[str, Any]) -> None:
        """Only where the row is as this turn found it."""
        found = update(conversations).where(
            conversations.c.pseudonym == self._stored_as, conversations.c.turn == self._turn
        )
        if (await tx.execute(found.values(**row))).rowcount != 1:
            raise Overtaken
