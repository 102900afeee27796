"""Where appointments are held: the seat first, the calendar after. A change names the state that it leaves.

    claimed ──► confirmed ──► leaving ──► gone ──► (row deleted a day after the visit)
       └───────────────────────►┘

`claimed`: a booking is under way, until `due`. `confirmed`: the event stands in the partner's calendar.
`leaving`: the event, if there is one, must go. `gone`: it is not there; looked at once more at `due`, since a
request that got lost on its way may still arrive. The first three hold the seat.

A move is a claim of its own that `moves` another. When its event stands, the two rows change over in one stroke:
the new one takes the code that the person knows, the old one gets another and is `leaving`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, Protocol

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.appointments.spans import Span
from bot.appointments.tidings import Tiding
from bot.storage import references
from bot.storage.database import Database
from bot.storage.tables import appointments, tidings
from bot.storage.transactions import Transaction

State = Literal["claimed", "confirmed", "leaving", "gone"]
HOLDING: Final[tuple[State, ...]] = ("claimed", "confirmed", "leaving")
KEPT: Final = timedelta(days=1)
"""How long after the visit its row is kept."""
TIMES: Final = ("starts", "ends", "until", "due")
BESIDE: Final = 10_000
"""Added to a seat's number when the partner moved the visit to where that seat is taken: it then holds no seat of
ours, and its event counts as the partner's own.
"""


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
    sequence: int = 0
    """How often the visit was moved: what calendars call SEQUENCE."""
    moves: str | None = None
    """While claimed: the code of the appointment whose place this one is to take."""
    kind: str = ""
    """How the person is received, of `desks.KINDS`; empty where it is not known."""

    @property
    def visit(self) -> Span:
        return Span(self.starts, self.ends)

    @property
    def span(self) -> Span:
        return Span(self.starts, self.until)

    @property
    def holds(self) -> bool:
        """Whether it holds a seat of ours."""
        return self.state in HOLDING and self.seat < BESIDE

    @property
    def file(self) -> str:
        return f"{self.uid}.ics"

    @property
    def term(self) -> datetime:
        return self.ends + KEPT


class Visit(NamedTuple):
    """The event of an appointment, and when it was."""

    uid: str
    span: Span


class Store(Protocol):
    """What booking needs of the database. `Appointments` is the real one, `in_memory.InMemory` its twin."""

    async def claim(self, record: Record) -> bool:
        """Take the seat; False when another holds any of that time, or has the reference."""
        ...

    async def change(self, reference: str, before: tuple[State, ...], after: State, due: datetime) -> bool:
        """Go to another state, in one stroke; False, and nothing is done, when it was in none of `before`."""
        ...

    async def go_on(self, reference: str, now: datetime, due: datetime) -> bool:
        """Let a claim last until `due`; False when its time was over."""
        ...

    async def find(self, reference: str) -> Record | None: ...

    async def holding(self, office: str, window: Span) -> list[Record]:
        """The records that hold a seat of this office at some time of `window`."""
        ...

    async def gone(self, office: str, spans: Collection[Span]) -> list[Visit]:
        """Those at just these times that hold no seat any more."""
        ...

    async def due(self, now: datetime) -> list[Record]: ...

    async def take(self, record: Record, due: datetime) -> bool:
        """Have what is due for oneself until the next time it is; False when another process has it."""
        ...

    async def silent(self, references: Collection[str]) -> None:
        """Of these that are gone nothing was heard any more: they are due again when they are to be dropped."""
        ...

    async def drop(self, reference: str) -> None: ...

    async def change_over(self, record: Record, now: datetime) -> Record | None:
        """Confirm a claimed `record` in place of the one it moves, whose code it takes. Returns the old one as
        it must now be taken out of the calendar; None, and nothing is done, when either is not as it was.
        """
        ...

    async def confirmed(self, calendar: str, now: datetime) -> list[Record]:
        """The visits to come in this calendar of which people were told."""
        ...

    async def partner_cancelled(self, record: Record) -> bool:
        """Let the seat go, and keep the tiding; False when it was no longer confirmed."""
        ...

    async def partner_moved(self, record: Record, visit: Span, until: datetime) -> bool:
        """Follow the partner's calendar, and keep the tiding; False when it was no longer confirmed. A visit
        that only got longer or shorter is no news.
        """
        ...

    async def tidings(self, references: Collection[str] | None = None) -> list[Tiding]:
        """What partners did to these appointments (to all, without a list), until `told`."""
        ...

    async def told(self, reference: str) -> None:
        """The person knows: the tiding goes."""
        ...


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

    async def go_on(self, reference: str, now: datetime, due: datetime) -> bool:
        named = (appointments.c.reference == reference, appointments.c.state == "claimed")
        going = update(appointments).where(*named, appointments.c.due > _seconds(now))
        async with self._database.writing() as tx:
            return (await tx.execute(going.values(due=_seconds(due)))).rowcount == 1

    async def find(self, reference: str) -> Record | None:
        async with self._database.reading() as tx:
            query = select(appointments).where(appointments.c.reference == reference)
            row = (await tx.execute(query)).mappings().first()
            return None if row is None else _record(row)

    async def holding(self, office: str, window: Span) -> list[Record]:
        async with self._database.reading() as tx:
            return [_record(row) for row in (await tx.execute(_holding(office, window))).mappings()]

    async def gone(self, office: str, spans: Collection[Span]) -> list[Visit]:
        if not spans:
            return []
        wanted = {(_seconds(span.starts), _seconds(span.ends)): span for span in spans}
        query = select(appointments.c.uid, appointments.c.starts, appointments.c.ends).where(
            appointments.c.office == office,
            appointments.c.starts.in_({starts for starts, _ in wanted}),
            appointments.c.state == "gone",
        )
        async with self._database.reading() as tx:
            rows: Sequence[Any] = (await tx.execute(query)).all()
        return [Visit(uid, wanted[start, end]) for uid, start, end in rows if (start, end) in wanted]

    async def due(self, now: datetime) -> list[Record]:
        async with self._database.reading() as tx:
            query = select(appointments).where(appointments.c.due <= _seconds(now))
            rows = (await tx.execute(query.order_by(appointments.c.due))).mappings()
            return [_record(row) for row in rows]

    async def take(self, record: Record, due: datetime) -> bool:
        there = (appointments.c.reference == record.reference, appointments.c.state == record.state)
        taking = update(appointments).where(*there, appointments.c.due == _seconds(record.due))
        async with self._database.writing() as tx:
            return (await tx.execute(taking.values(due=_seconds(due)))).rowcount == 1

    async def silent(self, references: Collection[str]) -> None:
        named = (appointments.c.reference.in_(references), appointments.c.state == "gone")
        term = appointments.c.ends + int(KEPT.total_seconds())
        async with self._database.writing() as tx:
            await tx.execute(update(appointments).where(*named).values(due=term))

    async def drop(self, reference: str) -> None:
        async with self._database.writing() as tx:
            await tx.execute(delete(appointments).where(appointments.c.reference == reference))
            await tx.execute(delete(tidings).where(tidings.c.reference == reference))

    async def change_over(self, record: Record, now: datetime) -> Record | None:
        assert record.moves
        async with self._database.writing() as tx:
            query = select(appointments).where(appointments.c.reference == record.moves).with_for_update()
            row = (await tx.execute(query)).mappings().first()
            if row is None:
                return None
            old = replace(_record(row), reference=references.new(), state="leaving", due=now)
            renamed = await _update(tx, record.moves, ("confirmed",), old)
            kept = replace(record, reference=record.moves, state="confirmed", due=record.term, moves=None)
            if not renamed or not await _update(tx, record.reference, ("claimed",), kept):
                await tx.rollback()
                return None
            await tx.execute(delete(tidings).where(tidings.c.reference == record.moves))
        return old

    async def confirmed(self, calendar: str, now: datetime) -> list[Record]:
        query = select(appointments).where(
            appointments.c.calendar == calendar,
            appointments.c.state == "confirmed",
            appointments.c.ends > _seconds(now),
        )
        async with self._database.reading() as tx:
            return [_record(row) for row in (await tx.execute(query)).mappings()]

    async def partner_cancelled(self, record: Record) -> bool:
        return await self._partner_did(
            record, replace(record, state="gone", due=record.term), Tiding.of(record, "cancelled")
        )

    async def partner_moved(self, record: Record, visit: Span, until: datetime) -> bool:
        moved = moved_to(record, visit, until)
        tiding = Tiding.of(moved, "moved") if moved.starts != record.starts else None
        return await self._partner_did(record, moved, tiding)

    async def _partner_did(self, record: Record, now_is: Record, tiding: Tiding | None) -> bool:
        async with self._database.writing() as tx:
            await self._one_at_a_time(tx, record.office)
            if now_is.state == "confirmed" and now_is.seat < BESIDE and await self._taken(tx, now_is):
                now_is = replace(now_is, seat=now_is.seat + BESIDE)
            if not await _update(tx, record.reference, ("confirmed",), now_is):
                return False
            if tiding:
                await tx.execute(delete(tidings).where(tidings.c.reference == tiding.reference))
                await tx.execute(insert(tidings).values(**tiding.row()))
        return True

    async def _taken(self, tx: Transaction, record: Record) -> bool:
        held = _holding(record.office, record.span).where(
            appointments.c.seat == record.seat, appointments.c.reference != record.reference
        )
        return (await tx.execute(held)).first() is not None

    async def tidings(self, references: Collection[str] | None = None) -> list[Tiding]:
        query = select(tidings).order_by(tidings.c.starts)
        if references is not None:
            query = query.where(tidings.c.reference.in_(references))
        async with self._database.reading() as tx:
            return [Tiding.from_row(row) for row in (await tx.execute(query)).mappings()]

    async def told(self, reference: str) -> None:
        async with self._database.writing() as tx:
            await tx.execute(delete(tidings).where(tidings.c.reference == reference))

    async def _one_at_a_time(self, tx: Transaction, office: str) -> None:
        """SQLite's writing transaction keeps all others out; PostgreSQL is asked to, for this office."""
        if not self._database.on_sqlite:
            lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:office, 0))")
            await tx.execute(lock, {"office": office})


def moved_to(record: Record, visit: Span, until: datetime) -> Record:
    """The record where the partner's calendar has the visit now."""
    moved = replace(record, starts=visit.starts, ends=visit.ends, until=until, seat=record.seat % BESIDE)
    return replace(moved, due=moved.term)


async def _update(tx: Transaction, reference: str, before: tuple[State, ...], after: Record) -> bool:
    """Only where the code still stands for the same event: a move may have given it to another."""
    going = update(appointments).where(
        appointments.c.reference == reference,
        appointments.c.uid == after.uid,
        appointments.c.state.in_(before),
    )
    return (await tx.execute(going.values(**_row(after)))).rowcount == 1


def _holding(office: str, window: Span) -> Any:
    return select(appointments).where(
        appointments.c.office == office,
        appointments.c.starts < _seconds(window.ends),
        appointments.c.until > _seconds(window.starts),
        appointments.c.state.in_(HOLDING),
    )


def _row(record: Record) -> dict[str, Any]:
    return asdict(record) | {name: _seconds(getattr(record, name)) for name in TIMES}


def _record(row: Mapping[Any, Any]) -> Record:
    return Record(**(dict(row) | {name: datetime.fromtimestamp(row[name], UTC) for name in TIMES}))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
