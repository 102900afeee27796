"""What is known of the partners' calendars between two readings: times, and not one word of an event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.appointments.spans import Span
from bot.storage.database import Database
from bot.storage.tables import calendar_readings as readings
from bot.storage.tables import calendar_times as times
from bot.storage.transactions import Transaction

NEVER = datetime.fromtimestamp(0, UTC)


def fingerprint(*words: str) -> str:
    """32 letters that stand for a name: names of files and events may hold words."""
    return blake2b("\0".join(words).encode(), digest_size=16).hexdigest()


class Taken(NamedTuple):
    """A time that an event takes, with the fingerprint of its UID."""

    span: Span
    uid: str


class Times(NamedTuple):
    """One file of a calendar: the fingerprint of its version, and when it is busy."""

    etag: str
    taken: tuple[Taken, ...]


@dataclass(frozen=True)
class Known:
    """A calendar as it was read. `whole_at`: when everything was read anew, not only what had changed."""

    token: str
    read_at: datetime
    whole_at: datetime
    covers: Span
    files: Mapping[str, Times]
    version: int = 0

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        return tuple(sorted(one for file in self.files.values() for one in file.taken))


class Cache(Protocol):
    """Held by `Cached` (the database) and `Remembered` (its twin) alike. `source` stands for one calendar."""

    async def load(self, source: str) -> Known | None: ...

    async def save(self, source: str, before: Known | None, now: Known) -> bool:
        """Keep `now` in place of `before`; False, and nothing is done, when somebody else read it meanwhile."""
        ...

    async def lease(self, source: str, now: datetime, until: datetime) -> bool:
        """Whether it is due, and then nobody else's turn until then."""
        ...


class Cached:
    """In the database, so that every process has what one of them read. What did not change is not read twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[str, Known] = {}

    async def load(self, source: str) -> Known | None:
        async with self._database.reading() as tx:
            row = (await tx.execute(select(readings).where(readings.c.source == source))).mappings().first()
            if row is None or not row["version"]:
                return None
            seen = self._seen.get(source)
            if seen is None or seen.version != row["version"]:
                files = await tx.execute(select(times).where(times.c.source == source))
                seen = self._seen[source] = _known(row, files.mappings())
        return seen

    async def save(self, source: str, before: Known | None, now: Known) -> bool:
        was = before.files if before else {}
        gone = [file for file, one in was.items() if now.files.get(file) != one]
        new = {file: one for file, one in now.files.items() if was.get(file) != one}
        try:
            async with self._database.writing() as tx:
                if not await _turn_over(tx, source, before, now):
                    return False
                old = delete(times).where(times.c.source == source)
                if before is None or gone:
                    await tx.execute(old if before is None else old.where(times.c.file.in_(gone)))
                if new:
                    await tx.execute(insert(times), [_file(source, file, one) for file, one in new.items()])
        except IntegrityError:  # two processes read it for the first time at once
            return False
        return True

    async def lease(self, source: str, now: datetime, until: datetime) -> bool:
        there = readings.c.source == source
        async with self._database.reading() as tx:
            due = (await tx.execute(select(readings.c.due).where(there))).scalar()
        if due is not None and due > _seconds(now):
            return False
        taking = update(readings).where(there, readings.c.due <= _seconds(now)).values(due=_seconds(until))
        try:
            async with self._database.writing() as tx:
                if due is not None:
                    return (await tx.execute(taking)).rowcount == 1
                await tx.execute(insert(readings).values(**(_unread(source) | {"due": _seconds(until)})))
        except IntegrityError:
            return False
        return True


class Remembered:
    """The same in dictionaries."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._due: dict[str, datetime] = {}

    async def load(self, source: str) -> Known | None:
        return self._known.get(source)

    async def save(self, source: str, before: Known | None, now: Known) -> bool:
        there = self._known.get(source)
        if (there.version if there else 0) != (before.version if before else 0):
            return False
        self._known[source] = replace(now, version=(before.version if before else 0) + 1)
        return True

    async def lease(self, source: str, now: datetime, until: datetime) -> bool:
        if self._due.get(source, NEVER) > now:
            return False
        self._due[source] = until
        return True


async def _turn_over(tx: Transaction, source: str, before: Known | None, now: Known) -> bool:
    version = before.version if before else 0
    row = {
        "version": version + 1,
        "token": now.token,
        "read_at": _seconds(now.read_at),
        "whole_at": _seconds(now.whole_at),
        "covers_from": _seconds(now.covers.starts),
        "covers_until": _seconds(now.covers.ends),
    }
    mine = update(readings).where(readings.c.source == source, readings.c.version == version)
    if (await tx.execute(mine.values(**row))).rowcount == 1:
        return True
    if version:
        return False
    await tx.execute(insert(readings).values(**(_unread(source) | row)))
    return True


def _unread(source: str) -> dict[str, Any]:
    numbers = ("version", "read_at", "whole_at", "covers_from", "covers_until", "due")
    return {"source": source, "token": ""} | dict.fromkeys(numbers, 0)


def _file(source: str, file: str, one: Times) -> dict[str, str]:
    taken = [[_seconds(span.starts), _seconds(span.ends), uid] for span, uid in one.taken]
    return {"source": source, "file": file, "etag": one.etag, "times": json.dumps(taken)}


def _known(row: Mapping[Any, Any], files: Iterable[Mapping[Any, Any]]) -> Known:
    return Known(
        token=row["token"],
        read_at=_moment(row["read_at"]),
        whole_at=_moment(row["whole_at"]),
        covers=Span(_moment(row["covers_from"]), _moment(row["covers_until"])),
        files={one["file"]: Times(one["etag"], _taken(one["times"])) for one in files},
        version=row["version"],
    )


def _taken(text: str) -> tuple[Taken, ...]:
    return tuple(Taken(Span(_moment(starts), _moment(ends)), uid) for starts, ends, uid in json.loads(text))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
