"""Where appointments are held: the seat first, the calendar after. A change names the state that it leaves.

    claimed ──► confirmed ──► leaving ──► gone ──► (row deleted a day after the visit)
       └───────────────────────►┘

`claimed`: a booking is under way, until `due`. `confirmed`: the event stands in the partner's calendar.
`leaving`: the event, if there is one, must go. `gone`: it is not there; looked at once more at `due`, since a
request that got lost on its way may still arrive. The first three hold the seat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.appointments.spans import Span
from bot.storage.database import Database
from bot.storage.tables import appointments

State = Literal["claimed", "confirmed", "leaving", "gone"]
HOLDING: Final[tuple[State, ...]] = ("claimed", "confirmed", "leaving")
KEPT: Final = timedelta(days=1)
"""How long after the visit its row is kept."""
TIMES: Final = ("starts", "ends", "until", "due")


@dataclass(frozen=True, slots=True)
class Record:
    """One appointment as stored: nobody's name, no right. `until`: the end with the buffer after it."""

    reference: str
    office: str
    seat: int
    starts: datetime
    ends: datetime
    until: datetime
    calendar: str
    uid: str
    state: State
    due: datetime

    @property
    def visit(self) -> Span:
        return Span(self.starts, self.ends)

    @property
    def span(self) -> Span:
        return Span(self.starts, self.until)

    @property
    def file(self) -> str:
        return f"{self.uid}.ics"

    @property
    def term(self) -> datetime:
        return self.ends + KEPT


class Store(Protocol):
    """What booking needs of the database. `Appointments` is the real one, `InMemory` its twin."""

    async def claim(self, record: Record) -> bool:
        """Take the seat; False when another holds any of that time, or has the reference."""
        ...

    async def change(self, reference: str, before: tuple[State, ...], after: State, due: datetime) -> bool:
        """Go to another state, in one stroke; False, and nothing is done, when it was in none of `before`."""
        ...

    async def find(self, reference: str) -> Record | None: ...

    async def holding(self, office: str, window: Span) -> list[Record]:
        """The records that hold a seat of this office at some time of `window`."""
        ...

    async def due(self, now: datetime) -> list[Record]: ...

    async def drop(self, reference: str) -> None: ...


class Appointments:
    """The store in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, record: Record) -> bool:
        try:
            async with self._database.writing() as tx:
                await self._one_at_a_time(tx, record.office)
                held = _holding(record.office, record.span).where(appointments.c.seat == record.seat)
                if (await tx.execute(held)).first() is not None:
                    return False
                await tx.execute(insert(appointments).values(_row(record)))
        except IntegrityError:
            return False
        return True

    async def change(self, reference: str, before: tuple[State, ...], after: State, due: datetime) -> bool:
        going = update(appointments).where(
            appointments.c.reference == reference, appointments.c.state.in_(before)
        )
        async with self._database.writing() as tx:
            return (await tx.execute(going.values(state=after, due=_seconds(due)))).rowcount == 1

    async def find(self, reference: str) -> Record | None:
        async with self._database.reading() as tx:
            query = select(appointments).where(appointments.c.reference == reference)
            row = (await tx.execute(query)).mappings().first()
            return None if row is None else _record(row)

    async def holding(self, office: str, window: Span) -> list[Record]:
        async with self._database.reading() as tx:
            return [_record(row) for row in (await tx.execute(_holding(office, window))).mappings()]

    async def due(self, now: datetime) -> list[Record]:
        async with self._database.reading() as tx:
            query = select(appointments).where(appointments.c.due <= _seconds(now))
            rows = (await tx.execute(query.order_by(appointments.c.due))).mappings()
            return [_record(row) for row in rows]

    async def drop(self, reference: str) -> None:
        async with self._database.writing() as tx:
            await tx.execute(delete(appointments).where(appointments.c.reference == reference))

    async def _one_at_a_time(self, tx: AsyncConnection, office: str) -> None:
        """SQLite's writing transaction keeps all others out; PostgreSQL is asked to, for this office."""
        if not self._database.on_sqlite:
            lock = "SELECT pg_advisory_xact_lock(hashtextextended(%(office)s, 0))"
            await tx.exec_driver_sql(lock, {"office": office})


class InMemory:
    """The same in a dictionary, for tests and for a conversation that is not kept."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}

    async def claim(self, record: Record) -> bool:
        others = await self.holding(record.office, record.span)
        if record.reference in self.records or any(other.seat == record.seat for other in others):
            return False
        self.records[record.reference] = record
        return True

    async def change(self, reference: str, before: tuple[State, ...], after: State, due: datetime) -> bool:
        record = self.records.get(reference)
        if record is None or record.state not in before:
            return False
        self.records[reference] = replace(record, state=after, due=due)
        return True

    async def find(self, reference: str) -> Record | None:
        return self.records.get(reference)

    async def holding(self, office: str, window: Span) -> list[Record]:
        return [
            one
            for one in self.records.values()
            if one.office == office and one.state in HOLDING and one.span.overlaps(window)
        ]

    async def due(self, now: datetime) -> list[Record]:
        return sorted((one for one in self.records.values() if one.due <= now), key=lambda one: one.due)

    async def drop(self, reference: str) -> None:
        self.records.pop(reference, None)


def _holding(office: str, window: Span) -> Any:
    return select(appointments).where(
        appointments.c.office == office,
        appointments.c.state.in_(HOLDING),
        appointments.c.starts < _seconds(window.ends),
        appointments.c.until > _seconds(window.starts),
    )


def _row(record: Record) -> dict[str, Any]:
    return asdict(record) | {name: _seconds(getattr(record, name)) for name in TIMES}


def _record(row: Mapping[Any, Any]) -> Record:
    return Record(**(dict(row) | {name: datetime.fromtimestamp(row[name], UTC) for name in TIMES}))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
