"""Who waits for an earlier slot. Whoever waits longest is asked first, and the slot is kept while they think.

An offer is a claim on the seat like any booking's, so nobody else gets it meanwhile, on the list or off it. The
person's own visit is given back only once the earlier one is confirmed (`Bookings.move`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import delete, insert, select, update

from bot.aftercare.reaches import names_of
from bot.conversation.ports import Appointment, Earlier, Slot
from bot.conversation.state import State, begin, pack, unpack
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.sealing import Broken, Seals
from bot.storage.database import Database
from bot.storage.tables import waiting

OFFER: Final = timedelta(minutes=30)
"""How long a slot is kept for who was asked."""
GAIN: Final = timedelta(hours=1)
"""How much earlier a slot must be to be worth asking."""
MISSED: Final = 2
"""After so many offers without an answer the person leaves the list: others wait behind them."""


class Offers(Protocol):
    """What the list needs of booking (`bot.appointments.booking.Bookings`)."""

    async def soonest(self, office: str, right: str, kind: str, before: datetime) -> list[Slot]: ...

    async def offer(self, reference: str, slot: Slot, right: str, kind: str, until: datetime) -> str: ...

    async def withdraw(self, claim: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Waiter:
    """One on the list. `passed`: the starts of slots they were offered and did not take; `missed`: how many
    offers in a row they left unanswered; `claim` keeps the seat of the `earlier` one that is offered now.
    """

    appointment: Appointment
    since: datetime
    passed: tuple[int, ...] = ()
    missed: int = 0
    claim: str = ""
    earlier: Earlier | None = None

    @property
    def reference(self) -> str:
        return self.appointment.reference

    def wants(self, slot: Slot) -> bool:
        """Whether this slot would be worth asking them about."""
        sooner = slot.starts + GAIN <= self.appointment.slot.starts
        return sooner and _seconds(slot.starts) not in self.passed

    def past(self) -> Waiter:
        """After the offer, without it."""
        assert self.earlier
        passed = (*self.passed, _seconds(self.earlier.slot.starts))
        return replace(self, passed=passed, claim="", earlier=None)


class Waiting:
    """The list in the database."""

    def __init__(
        self,
        database: Database,
        seals: Seals,
        pseudonyms: Pseudonyms,
        offers: Offers,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._seals, self._pseudonyms = database, seals, pseudonyms
        self._offers, self._now = offers, now

    async def join(self, appointment: Appointment) -> None:
        """At the end of the list, unless they wait already."""
        if await self.find(appointment.reference) is None:
            await self._write(Waiter(appointment, self._clock()))

    async def leave(self, reference: str) -> None:
        """Off the list; what was kept for them is free again."""
        waiter = await self.find(reference)
        async with self._database.writing() as tx:
            await tx.execute(delete(waiting).where(waiting.c.visit.in_(self._names(reference))))
        if waiter and waiter.claim:
            await self._offers.withdraw(waiter.claim)

    async def find(self, reference: str) -> Waiter | None:
        query = select(waiting).where(waiting.c.visit.in_(self._names(reference)))
        async with self._database.reading() as tx:
            row = (await tx.execute(query)).mappings().first()
        return self._waiter(row) if row else None

    async def asked(self) -> list[Waiter]:
        """Those to whom something is offered now."""
        return [waiter for waiter in await self._everybody() if waiter.earlier]

    async def moved(self, appointment: Appointment) -> None:
        """Who waits has another time meanwhile, and keeps their place; what was offered may be no gain now."""
        waiter = await self.find(appointment.reference)
        if waiter is None:
            return
        await self._write(replace(waiter, appointment=appointment, claim="", earlier=None))
        if waiter.claim:
            await self._offers.withdraw(waiter.claim)

    async def let_pass(self, reference: str) -> Waiter | None:
        """The person does not want what is offered: it goes to the next one."""
        waiter = await self.find(reference)
        if waiter is None or waiter.earlier is None:
            return waiter
        return await self._end(replace(waiter, missed=0))

    async def look(self, may_ask: Callable[[Waiter], bool] = lambda _: True) -> list[Waiter]:
        """End offers that ran out; make new ones to those who may be asked now, and say to whom."""
        now, offered = self._clock(), list[Waiter]()
        for waiter in await self._everybody():
            if waiter.appointment.slot.starts <= now:
                await self.leave(waiter.reference)
            elif waiter.earlier and waiter.earlier.until <= now:
                await self._unanswered(waiter)
        for waiter in await self._everybody():
            if waiter.earlier is None and may_ask(waiter) and (asked := await self._ask(waiter)):
                offered.append(asked)
        return offered

    async def _unanswered(self, waiter: Waiter) -> None:
        if waiter.missed + 1 >= MISSED:
            await self.leave(waiter.reference)
        else:
            await self._end(replace(waiter, missed=waiter.missed + 1))

    async def _end(self, waiter: Waiter) -> Waiter:
        after = waiter.past()
        if await self._change(waiter, after):
            await self._offers.withdraw(waiter.claim)
        return after

    async def _ask(self, waiter: Waiter) -> Waiter | None:
        """About the first slot that they want and that can still be kept for them."""
        made, until = waiter.appointment, self._clock() + OFFER
        kind, office = made.care.kind, made.slot.office
        for slot in await self._offers.soonest(office, made.right, kind, made.slot.starts):
            if not waiter.wants(slot):
                continue
            if claim := await self._offers.offer(waiter.reference, slot, made.right, kind, until):
                asked = replace(waiter, claim=claim, earlier=Earlier(slot, until))
                if await self._change(waiter, asked):
                    return asked
                await self._offers.withdraw(claim)
                return None
        return None

    async def _everybody(self) -> list[Waiter]:
        """Who waits longest first."""
        query = select(waiting).order_by(waiting.c.since, waiting.c.visit)
        async with self._database.reading() as tx:
            rows = (await tx.execute(query)).mappings().all()
        return [waiter for row in rows if (waiter := self._waiter(row))]

    async def _write(self, waiter: Waiter) -> None:
        async with self._database.writing() as tx:
            await tx.execute(delete(waiting).where(waiting.c.visit.in_(self._names(waiter.reference))))
            await tx.execute(insert(waiting).values(**self._row(waiter)))

    async def _change(self, before: Waiter, after: Waiter) -> bool:
        """Only where it is as it was read: two processes never offer to one person twice."""
        offered = waiting.c.claim == before.claim if before.claim else waiting.c.claim.is_(None)
        found = update(waiting).where(waiting.c.visit.in_(self._names(before.reference)), offered)
        async with self._database.writing() as tx:
            return (await tx.execute(found.values(**self._row(after)))).rowcount == 1

    def _row(self, waiter: Waiter) -> dict[str, Any]:
        name, made = self._names(waiter.reference)[0], waiter.appointment
        return {
            "visit": name,
            "office": made.slot.office,
            "since": _micros(waiter.since),
            "until": _seconds(made.slot.starts),
            "sealed": self._seals.seal(_packed(waiter), name),
            "claim": waiter.claim or None,
            "offered_until": _seconds(waiter.earlier.until) if waiter.earlier else None,
        }

    def _waiter(self, row: Any) -> Waiter | None:
        try:
            found = _unpacked(self._seals.open(row["sealed"], row["visit"]))
        except (Broken, ValueError):
            return None
        since = datetime.fromtimestamp(row["since"] / 1e6, UTC)
        return replace(found, since=since, claim=row["claim"] or "")

    def _names(self, reference: str) -> tuple[str, ...]:
        return names_of(self._pseudonyms, reference)

    def _clock(self) -> datetime:
        return self._now().astimezone(UTC)


def _packed(waiter: Waiter) -> bytes:
    """As the smallest conversation that holds the appointment and the offer."""
    made = waiter.appointment
    care = replace(made.care, earlier=waiter.earlier, before=(), topic="", accompanied=False)
    state = begin(made.slot.starts.date()).with_appointment(replace(made, care=care))
    return json.dumps([waiter.passed, waiter.missed]).encode() + b"\n" + pack(state)


def _unpacked(content: bytes) -> Waiter:
    """Raises ValueError."""
    counts, _, packed = content.partition(b"\n")
    passed, missed = json.loads(counts)
    state: State = unpack(packed)
    (made,) = state.appointments
    return Waiter(made, datetime.fromtimestamp(0, UTC), tuple(passed), missed, "", made.care.earlier)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _micros(moment: datetime) -> int:
    """Who came first counts, even within a second."""
    return int(moment.timestamp() * 1e6)
