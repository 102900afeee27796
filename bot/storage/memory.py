"""The conversation store's twin without a database: for tests, and held by the same tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.storage.conversations import Ask, Box, Clock, Kept, OneAtATime, Overtaken, Taken, nothing, utc_now
from bot.storage.lines import Line


@dataclass(slots=True)
class _Row:
    sealed: bytes
    turn: int
    expires_at: datetime


class RememberedConversations:
    """Sealed conversations in a dictionary."""

    def __init__(self, now: Clock = utc_now) -> None:
        self._rows: dict[str, _Row] = {}
        self._lines: dict[str, Line] = {}
        self._owed: dict[bytes, bool] = {}
        self._now = now
        self._turns = OneAtATime()

    @asynccontextmanager
    async def turn(
        self, pseudonym: str, former: Sequence[str] = (), ask: Ask = nothing
    ) -> AsyncIterator[Box]:
        async with self._turns.held(pseudonym):
            box = self._box(pseudonym, former)
            box.owed = {id_: self._owed[id_] for id_ in ask(box.kept) if id_ in self._owed}
            try:
                yield box
            finally:
                self._hand_back(box.line)

    async def look(self, pseudonym: str, former: Sequence[str] = ()) -> Kept | None:
        return self._box(pseudonym, former).kept

    async def purge(self) -> int:
        due = [name for name, row in self._rows.items() if row.expires_at <= self._now()]
        for name in due:
            del self._rows[name]
        return len(due)

    async def count(self) -> int:
        return len(self._rows)

    def _hand_back(self, line: Line) -> None:
        self._owed.update(dict.fromkeys(line.said, False))
        self._lines[line.name] = Line(line.name, line.ready_at, line.asked)
        if line.forget:
            del self._lines[line.name]

    def _box(self, pseudonym: str, former: Sequence[str]) -> _RememberedBox:
        line = self._lines.get(pseudonym) or Line(pseudonym)
        name = next((name for name in (pseudonym, *former) if name in self._rows), None)
        if name is None:
            return _RememberedBox(self._rows, self._owed, line)
        row = self._rows[name]
        kept = Kept(name, row.sealed) if row.expires_at > self._now() else None
        return _RememberedBox(self._rows, self._owed, line, kept, name, row.turn)


@dataclass(slots=True)
class _RememberedBox:
    _rows: dict[str, _Row]
    _owed: dict[bytes, bool] = field(repr=False)
    line: Line
    kept: Kept | None = None
    _stored_as: str | None = None
    _turn: int = 0
    owed: Mapping[bytes, bool] = field(default_factory=dict)

    async def save(self, sealed: bytes, expires_at: datetime, taken: Taken | None = None) -> None:
        there = self._rows.get(self._stored_as or self.line.name)
        if (there.turn if there else 0) != self._turn or (taken and taken.id in self._owed):
            raise Overtaken
        self._rows.pop(self._stored_as or self.line.name, None)
        self._stored_as, self._turn = self.line.name, self._turn + 1
        self._rows[self.line.name] = _Row(sealed, self._turn, expires_at)
        self._owed.update(dict.fromkeys(self.line.said, False))
        if taken:
            self._owed[taken.id] = taken.owed

    async def note(self, taken: Taken) -> None:
        self._owed[taken.id] = taken.owed

    async def forget(self, taken: Taken | None = None) -> None:
        for name in {self.line.name, self._stored_as or self.line.name}:
            self._rows.pop(name, None)
        self._stored_as, self._turn = None, 0
        if taken:
            self._owed[taken.id] = taken.owed
