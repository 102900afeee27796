"""The twin of the appointments' store that keeps them in a dictionary, for tests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.appointments.spans import Span
from bot.appointments.store import BESIDE, HOLDING, Record, State, Visit, moved_to
from bot.appointments.tidings import Tiding
from bot.storage import references


class InMemory:
    """Fulfils `bot.appointments.store.Store`."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.news: dict[str, Tiding] = {}

    async def claim(self, record: Record) -> bool:
        others = await self.holding(record.office, record.span)
        if record.reference in self.records or any(other.seat == record.seat for other in others):
            return False
        self.records[record.reference] = record
        return True

    async def go_on(self, reference: str, now: datetime, due: datetime) -> bool:
        record = self.records.get(reference)
        return bool(
            record and record.due > now and await self.change(reference, ("claimed",), "claimed", due)
        )

    async def change(self, reference: str, before: tuple[State, ...], after: State, due: datetime) -> bool:
        record = self.records.get(reference)
        if record is None or record.state not in before:
            return False
        self.records[reference] = replace(record, state=after, due=due)
        return True

    async def find(self, reference: str) -> Record | None:
        return self.records.get(reference)

    async def holding(self, office: str, window: Span) -> list[Record]:
        found = (one for one in self.records.values() if one.office == office and one.state in HOLDING)
        return [one for one in found if one.span.overlaps(window)]

    async def gone(self, office: str, spans: Collection[Span]) -> list[Visit]:
        found = (one for one in self.records.values() if one.office == office and one.state == "gone")
        return [Visit(one.uid, one.visit) for one in found if one.visit in spans]

    async def due(self, now: datetime) -> list[Record]:
        return sorted((one for one in self.records.values() if one.due <= now), key=lambda one: one.due)

    async def take(self, record: Record, due: datetime) -> bool:
        if self.records.get(record.reference) != record:
            return False
        self.records[record.reference] = replace(record, due=due)
        return True

    async def silent(self, references: Collection[str]) -> None:
        for reference in references:
            await self.change(reference, ("gone",), "gone", self.records[reference].term)

    async def drop(self, reference: str) -> None:
        self.records.pop(reference, None)
        self.news.pop(reference, None)

    async def change_over(self, record: Record, now: datetime) -> Record | None:
        assert record.moves
        old, new = self.records.get(record.moves), self.records.get(record.reference)
        if old is None or new is None or (old.state, new.state) != ("confirmed", "claimed"):
            return None
        left = replace(old, reference=references.new(), state="leaving", due=now)
        del self.records[record.reference]
        self.records[left.reference] = left
        self.records[record.moves] = replace(
            record, reference=record.moves, state="confirmed", due=record.term, moves=None
        )
        self.news.pop(record.moves, None)
        return left

    async def confirmed(self, calendar: str, now: datetime) -> list[Record]:
        found = (one for one in self.records.values() if one.calendar == calendar and one.ends > now)
        return [one for one in found if one.state == "confirmed"]

    async def partner_cancelled(self, record: Record) -> bool:
        gone = replace(record, state="gone", due=record.term)
        return self._partner_did(gone, Tiding.of(record, "cancelled"))

    async def partner_moved(self, record: Record, visit: Span, until: datetime) -> bool:
        moved = moved_to(record, visit, until)
        others = await self.holding(moved.office, moved.span)
        if any(one.seat == moved.seat and one.reference != moved.reference for one in others):
            moved = replace(moved, seat=moved.seat + BESIDE)
        return self._partner_did(moved, Tiding.of(moved, "moved") if moved.starts != record.starts else None)

    def _partner_did(self, record: Record, tiding: Tiding | None) -> bool:
        there = self.records.get(record.reference)
        if there is None or (there.state, there.uid) != ("confirmed", record.uid):
            return False
        self.records[record.reference] = record
        if tiding:
            self.news[record.reference] = tiding
        return True

    async def tidings(self, references: Collection[str] | None = None) -> list[Tiding]:
        wanted = (one for one in self.news.values() if references is None or one.reference in references)
        return sorted(wanted, key=lambda one: one.starts)

    async def told(self, reference: str) -> None:
        self.news.pop(reference, None)
