"""A measured figure beside its aim, or beside a peer measured in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Figure:
    """`most` is the aim: the value should not be above it. `note` says beside what it was measured."""

    what: str
    value: float
    unit: str = ""
    most: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        return self.most is not None and self.value > self.most

    def row(self) -> tuple[str, str, str, str]:
        aim = "" if self.most is None else f"≤ {_number(self.most)} {self.unit}".rstrip()
        verdict = (
            ""
            if self.most is None
            else f"MISSED by {_number(self.value - self.most)}"
            if self.missed
            else "met"
        )
        return (
            self.what,
            f"{_number(self.value)} {self.unit}".rstrip(),
            aim,
            "  ".join(filter(None, (verdict, self.note))),
        )


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned columns: what, measured, aim, verdict."""
    rows = [figure.row() for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = (
        f"  {row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip()
        for row in rows
    )
    return "\n".join(lines)


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which `share` percent of them lie."""
    return quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else values[0]


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
