"""What a partner's calendar server can and cannot do, as `clairdroit calendar check` found out and keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import delete, insert, select

from bot.storage.database import Database
from bot.storage.tables import calendar_profiles


@dataclass(frozen=True, slots=True)
class Profile:
    """Each is something that a server should do, and that we work round where it does not.

    `if_none_match`: refuses to overwrite a file that is there. `if_match`: refuses to delete or overwrite one that
    changed. `time_range`: finds the events of a time. `multiget`: gives many files in one answer. `sync`: tells
    what changed since a token.
    """

    if_none_match: bool = True
    if_match: bool = True
    time_range: bool = True
    multiget: bool = True
    sync: bool = True

    def dumped(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def loaded(cls, text: str) -> Self:
        """What a newer or older program wrote counts as far as it is known."""
        data = json.loads(text)
        return cls(**{one.name: bool(data[one.name]) for one in fields(cls) if one.name in data})


ABLE: Final = Profile()
"""Of a server that nobody checked: believed to do what the standards ask; all that it does is proved anyway."""


class Profiles:
    """The profiles in the database, by the calendar's whole address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> Mapping[str, Profile]:
        async with self._database.reading() as tx:
            rows = (await tx.execute(select(calendar_profiles))).mappings()
            return {row["calendar"]: Profile.loaded(row["findings"]) for row in rows}

    async def keep(self, calendar: str, profile: Profile, now: datetime) -> None:
        row: dict[str, Any] = {
            "calendar": calendar,
            "checked_at": int(now.timestamp()),
            "findings": profile.dumped(),
        }
        async with self._database.writing() as tx:
            await tx.execute(delete(calendar_profiles).where(calendar_profiles.c.calendar == calendar))
            await tx.execute(insert(calendar_profiles).values(**row))
