"""What a partner did to an appointment in their own calendar, kept until the person was told. Least data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, Self

What = Literal["cancelled", "moved"]


class Visited(Protocol):
    @property
    def reference(self) -> str: ...
    @property
    def starts(self) -> datetime: ...
    @property
    def ends(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Tiding:
    """`cancelled`: the visit of `starts` is no more. `moved`: it is at `starts` now. Times in UTC."""

    reference: str
    what: What
    starts: datetime
    ends: datetime

    @classmethod
    def of(cls, record: Visited, what: What) -> Self:
        return cls(record.reference, what, record.starts, record.ends)

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        starts, ends = (datetime.fromtimestamp(row[name], UTC) for name in ("starts", "ends"))
        return cls(row["reference"], row["what"], starts, ends)

    def row(self) -> dict[str, Any]:
        return asdict(self) | {"starts": int(self.starts.timestamp()), "ends": int(self.ends.timestamp())}


class Tidings(Protocol):
    """What the person's side reads: `Appointments` and its twin `InMemory` fulfil it, and so does `Bookings`."""

    async def tidings(self, references: Collection[str] | None = None) -> list[Tiding]:
        """What partners did to these appointments (to all, without a list) and nobody was told of yet."""
        ...

    async def told(self, reference: str) -> None:
        """The person knows now: the tiding is erased."""
        ...
