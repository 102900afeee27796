"""How likely each answer is among the people served. Orders questions; never decides anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from bot.eligibility.values import Interval, Values


class Band(NamedTuple):
    low: int
    high: int
    share: float


class Prior(Protocol):
    def share(self, values: Values) -> float:
        """The probability mass of these values, 0 to 1."""
        ...

    def pick(self, values: Values, at: float) -> int | str:
        """The value below which the share `at` (0 to 1) of the mass within `values` lies."""
        ...

    def spread(self, values: Values, count: int) -> list[int] | list[str]:
        """So many values, spread evenly over the mass within `values`, in order."""
        ...


@dataclass(frozen=True)
class ChoicePrior:
    shares: Mapping[str, float]

    def share(self, values: Values) -> float:
        return sum(self.shares.get(choice, 0.0) for choice in values if isinstance(choice, str))

    def pick(self, values: Values, at: float) -> str:
        within = [(name, share) for name, share in self.shares.items() if name in values]
        left = at * sum(share for _, share in within)
        for name, share in within:
            left -= share
            if left < 0:
                return name
        return within[-1][0] if within else str(min(map(str, values)))

    def spread(self, values: Values, count: int) -> list[str]:
        return [self.pick(values, (step + 0.5) / count) for step in range(count)]


@dataclass(frozen=True)
class BandPrior:
    """Even within each band; bands in order, without overlap."""

    bands: Sequence[Band]

    @cached_property
    def _edges(self) -> tuple[Band, ...]:
        return tuple(band for band in self.bands if band.share > 0)

    def share(self, values: Values) -> float:
        if not isinstance(values, Interval):
            return 0.0
        low, high = values
        total = 0.0
        if low > high:
            return total
        for start, end, share in self._edges:
            if start > high:
                break
            if end >= low:
                width = min(high, end) - max(low, start) + 1
                total += share * width / (end - start + 1)
        return total

    @staticmethod
    def _within(band: Band, low: int, high: int) -> float:
        width = min(high, band.high) - max(low, band.low) + 1
        return band.share * width / (band.high - band.low + 1) if width > 0 else 0.0

    def pick(self, values: Values, at: float) -> int:
        assert isinstance(values, Interval)
        left = at * self.share(values)
        for band in self._edges:
            mass = self._within(band, values.low, values.high)
            if mass > 0 and left < mass:
                low, high = max(values.low, band.low), min(values.high, band.high)
                return low + int((high - low + 1) * left / mass)
            left -= mass
        return values.low + int((values.high - values.low) * at)

    def spread(self, values: Values, count: int) -> list[int]:
        assert isinstance(values, Interval)
        pieces = [
            (
                self._within(band, values.low, values.high),
                max(values.low, band.low),
                min(values.high, band.high),
            )
            for band in self._edges
        ]
        pieces = [piece for piece in pieces if piece[0] > 0]
        if not pieces:
            return [
                values.low + int((values.high - values.low) * (step + 0.5) / count) for step in range(count)
            ]
        step = sum(mass for mass, *_ in pieces) / count
        found: list[int] = []
        start = 0.0
        for number, (mass, low, high) in enumerate(pieces):
            end, last = start + mass, number == len(pieces) - 1
            rate = (high - low + 1) / mass
            while len(found) < count and (last or (len(found) + 0.5) * step < end):
                found.append(min(high, low + int(((len(found) + 0.5) * step - start) * rate)))
            start = end
        return found


def even(domain: Values) -> Prior:
    """Every value as likely as any other."""
    if isinstance(domain, Interval):
        return BandPrior((Band(domain.low, domain.high, 1.0),))
    return ChoicePrior({choice: 1 / len(domain) for choice in sorted(domain)})
