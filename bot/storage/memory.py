"""The conversation store's twin without a database: for tests, and held by the same tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.storage.conversations import Box, Clock, Kept, OneAtATime, Overtaken, utc_now


@dataclass(slots=True)
class _Row:
    sealed: bytes
    turn: int
    expires_at: datetime


class RememberedConversations:
    """Sealed conversations in a dictionary."""

    def __init__(self, now: Clock = utc_now) -> None:
        self._rows: dict[str, _Row] = {}
        self._now = now
        self._turns = OneAtATime()

    @asynccontextmanager
    async def turn(self, pseudonym: str, former: Sequence[str] = ()) -> AsyncIterator[Box]:
        async with self._turns.held(pseudonym):
            yield self._box(pseudonym, former)

    async def look(self, pseudonym: str, former: Sequence[str] = ()) -> Kept | None:
        return self._box(pseudonym, former).kept

    async def purge(self) -> int:
        due = [name for name, row in self._rows.items() if row.expires_at <= self._now()]
        for name in due:
            del self._rows[name]
        return len(due)

    async def count(self) -> int:
        return len(self._rows)

    def _box(self, pseudonym: str, former: Sequence[str]) -> _RememberedBox:
        name = next((name for name in (pseudonym, *former) if name in self._rows), None)
        if name is None:
            return _RememberedBox(self._rows, pseudonym)
        row = self._rows[name]
        kept = Kept(name, row.sealed) if row.expires_at > self._now() else None
        return _RememberedBox(self._rows, pseudonym, kept, name, row.turn)


@dataclass(slots=True)
class _RememberedBox:
    _rows: dict[str, _Row]
    _pseudonym: str
    kept: Kept | None = None
    _stored_as: str | None = None
    _turn: int = 0

    async def save(self, sealed: bytes, expires_at: datetime) -> None:
        there = self._rows.get(self._stored_as or self._pseudonym)
        if (there.turn if there else 0) != self._turn:
            raise Overtaken
        self._rows.pop(self._stored_as or self._pseudonym, None)
        self._stored_as, self._turn = self._pseudonym, self._turn + 1
        self._rows[self._pseudonym] = _Row(sealed, self._turn, expires_at)

    async def forget(self) -> None:
        for name in {self._pseudonym, self._stored_as or self._pseudonym}:
            self._rows.pop(name, None)
        self._stored_as, self._turn = None, 0
