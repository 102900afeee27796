"""How to write to somebody who agreed to it, until their visit: sealed, under a name that only the key leads to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from bot.conversation import moments
from bot.conversation.ports import Appointment, Care
from bot.conversation.state import State, begin, pack, unpack
from bot.dialogue import Person
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.sealing import Broken, Seals
from bot.storage.database import Database
from bot.storage.tables import reaches

LEASE: Final = timedelta(minutes=5)
"""After this a reminder that could not be sent is tried again, perhaps by another process."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`state`: the smallest conversation from which a reminder can be written, should the real one be gone: the
    appointment without what it is about, and the reminders that are left.
    """

    person: Person
    state: State

    @classmethod
    def of(cls, person: Person, appointment: Appointment, before: tuple[str, ...], language: str) -> Reach:
        bare = replace(appointment, right="", care=Care(kind=appointment.care.kind, before=before))
        day = appointment.slot.starts.date()
        return cls(person, replace(begin(day, language), appointments=(bare,)))

    @property
    def appointment(self) -> Appointment:
        return self.state.appointments[0]

    @property
    def reference(self) -> str:
        return self.appointment.reference

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.appointment)

    def left(self, now: datetime) -> Reach:
        """Without the reminders whose time has come."""
        coming = {which for _, which in self._coming(now)}
        before = tuple(which for which in self.appointment.care.before if which in coming)
        return Reach.of(self.person, self.appointment, before, self.state.language)

    def at(self, appointment: Appointment) -> Reach:
        """After the visit was moved, with all the reminders that were asked for."""
        return Reach.of(self.person, appointment, appointment.care.before, self.state.language)

    def due(self, now: datetime) -> datetime:
        """When something is to be done next: a reminder, or to erase this."""
        return next((at for at, _ in self._coming(now)), self.appointment.slot.ends.astimezone(UTC))

    def _coming(self, now: datetime) -> list[tuple[datetime, str]]:
        slot, care = self.appointment.slot, self.appointment.care
        return moments.coming(slot.starts, self.zone, care.before, now)


def zone_of(appointment: Appointment) -> ZoneInfo:
    """Of its office."""
    zone = appointment.slot.starts.tzinfo
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


class Reaches:
    """In the database."""

    def __init__(
        self, database: Database, seals: Seals, pseudonyms: Pseudonyms, now: Callable[[], datetime]
    ) -> None:
        self._database, self._seals, self._pseudonyms, self._now = database, seals, pseudonyms, now

    async def keep(self, reach: Reach) -> None:
        """In place of what was kept for the same visit."""
        name = self._names(reach.reference)[0]
        row = {
            "visit": name,
            "sealed": self._seals.seal(_packed(reach), name),
            "due": _seconds(reach.due(self._now())),
            "until": _seconds(reach.appointment.slot.ends),
        }
        async with self._database.writing() as tx:
            await tx.execute(delete(reaches).where(reaches.c.visit.in_(self._names(reach.reference))))
            await tx.execute(insert(reaches).values(**row))

    async def find(self, reference: str) -> Reach | None:
        query = select(reaches).where(reaches.c.visit.in_(self._names(reference)))
        async with self._database.reading() as tx:
            row = (await tx.execute(query)).mappings().first()
        return self._reach(row) if row else None

    async def drop(self, reference: str) -> None:
        """Keep nothing to write to who has this appointment."""
        async with self._database.writing() as tx:
            await tx.execute(delete(reaches).where(reaches.c.visit.in_(self._names(reference))))

    async def due(self) -> list[Reach]:
        """Those to write to now, each given to one process at a time; those whose visit is over are erased."""
        now = _seconds(self._now())
        async with self._database.reading() as tx:
            rows = (await tx.execute(select(reaches).where(reaches.c.due <= now))).mappings().all()
        if any(row["until"] <= now for row in rows):
            await self.purge()
        leased = [row for row in rows if row["until"] > now and await self._lease(row, now)]
        return [reach for row in leased if (reach := self._reach(row))]

    async def purge(self) -> None:
        """Erase what was kept for visits that are over."""
        async with self._database.writing() as tx:
            await tx.execute(delete(reaches).where(reaches.c.until <= _seconds(self._now())))

    async def _lease(self, row: Any, now: int) -> bool:
        same = (reaches.c.visit == row["visit"], reaches.c.due == row["due"])
        taking = update(reaches).where(*same).values(due=now + int(LEASE.total_seconds()))
        async with self._database.writing() as tx:
            return (await tx.execute(taking)).rowcount == 1

    def _names(self, reference: str) -> tuple[str, ...]:
        return names_of(self._pseudonyms, reference)

    def _reach(self, row: Any) -> Reach | None:
        """None for what cannot be opened any more: nobody can be written to then."""
        try:
            return _unpacked(self._seals.open(row["sealed"], row["visit"]))
        except (Broken, ValueError):
            return None


def names_of(pseudonyms: Pseudonyms, reference: str) -> tuple[str, ...]:
    """What stands for an appointment's code: under the newest key, and under those before it."""
    return pseudonyms.of("visit", reference), *pseudonyms.former("visit", reference)


def _packed(reach: Reach) -> bytes:
    who = json.dumps([reach.person.channel, reach.person.id])
    return who.encode() + b"\n" + pack(reach.state)


def _unpacked(content: bytes) -> Reach:
    """Raises ValueError."""
    who, _, state = content.partition(b"\n")
    channel, name = json.loads(who)
    return Reach(Person(channel, name), unpack(state))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
