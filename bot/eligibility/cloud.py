"""Many likely households inside a box, drawn from the priors: how probable something is, read off by counting.

A set of households is a whole number with one bit for each, so that counting those for which several things
hold is one "and" and one count of bits. Drawn with a fixed seed: the same rules always give the same households.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from bot.eligibility.boxes import Boxes
from bot.eligibility.columns import Column, packed
from bot.eligibility.compiled import Box
from bot.eligibility.model import Fact
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.values import Interval, Values

if TYPE_CHECKING:
    from bot.eligibility.few import Drawer

_KEPT: Final = 5_000
_STRIDE: Final = 16  # sorted households between two sets that are kept
_MOST_SETS: Final = 300  # of one fact


class Sampler:
    """Draws households; facts that others imply come after those."""

    def __init__(self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes) -> None:
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._columns: dict[object, list[tuple[float, float]]] = {}
        self._shuffled: dict[object, list[float]] = {}

    def draw(self, box: Box, names: Iterable[str], count: int) -> list[Box]:
        """Up to `count` boxes in which each of these facts has one value; spread evenly over each prior."""
        open_ = [name for name in sorted(names) if not self._boxes.settled(box, name)]
        columns = [(self._boxes.place(name), self._column(name, box, count)) for name in open_]
        drawn = []
        for row in zip(*(_order(count, index) for index in range(len(columns))), strict=True):
            inner = box.copy()
            for (place, column), position in zip(columns, row, strict=True):
                inner[place], inner[place + 1] = column[position]
            if self._boxes.settle(inner, box):
                drawn.append(inner)
        return drawn

    def mixed(self, name: str, box: Box, count: int) -> list[float]:
        """A column in an order of its own."""
        key = (name, self._boxes.both(box, name), count)
        if key not in self._shuffled:
            if len(self._shuffled) >= _KEPT:
                self._shuffled.clear()
            column = self._column(name, box, count)
            order = _order(count, self._boxes.place(name))
            self._shuffled[key] = [column[position][0] for position in order]
        return self._shuffled[key]

    def _column(self, name: str, box: Box, count: int) -> list[tuple[float, float]]:
        """Values spread evenly over the prior within the box, in order."""
        values, prior = self._boxes.values(box, name), self._priors[name]
        key = (name, values, count)
        if key not in self._columns:
            if len(self._columns) >= _KEPT:
                self._columns.clear()
            picked = prior.spread(values, count)
            ends = {value: self._boxes.ends(name, _one(value)) for value in set[int | str](picked)}
            self._columns[key] = [ends[value] for value in picked]
        return self._columns[key]


@lru_cache(maxsize=4_096)
def _order(count: int, index: int) -> tuple[int, ...]:
    """A fixed shuffling of 0 to count - 1, another for each index."""
    order = list(range(count))
    random.Random(1_000 * count + index).shuffle(order)  # noqa: S311 - a fixed spread of examples, no secret
    return tuple(order)


def _one(value: int | str) -> Values:
    return Interval(value, value) if isinstance(value, int) else frozenset({value})


class Source(Protocol):
    """Where a cloud's households come from."""

    everyone: int

    def holds(self, node: Node) -> int: ...

    def fact(self, name: str) -> Column: ...

    def ranked(self, name: str) -> Ranked: ...


class Cloud:
    """Drawn households, fact by fact, with what holds for each of them as bits."""

    __slots__ = ("_box", "_boxes", "_source", "drawer", "everyone")

    def __init__(
        self, box: Box, source: Source, everyone: int, boxes: Boxes, drawer: Drawer | None = None
    ) -> None:
        """`box` holds what all of them share; `drawer` has drawn them for it."""
        self.drawer = drawer
        self._box = box
        self._source = source
        self._boxes = boxes
        self.everyone = everyone

    def holds(self, node: Node) -> int:
        """The households for which a condition holds."""
        return self._source.holds(node)

    @property
    def drawn(self) -> int:
        """All that were drawn, whether or not there can be such a household."""
        return self._source.everyone

    def where(self, fact: str, values: Values) -> int:
        """The households whose fact is one of these values."""
        low, high = self._boxes.ends(fact, values)
        return self.between(fact, low, high)

    def between(self, fact: str, low: float, high: float) -> int:
        """As `where`, by the ends in a box."""
        ranked = self._source.ranked(fact)
        return ranked.masked(int(low)) if self._boxes.masked(fact) else ranked.between(low, high)

    def groups(self, fact: str, many: Iterable[tuple[float, float]]) -> list[int]:
        """`between`, of many ends."""
        ranked = self._source.ranked(fact)
        if self._boxes.masked(fact):
            return [ranked.masked(int(low)) for low, _ in many]
        return [ranked.between(low, high) for low, high in many]

    def inside(self, box: Box, facts: Iterable[str]) -> int:
        """The households that lie in a box, as far as these facts go."""
        held = self.everyone
        for fact in facts:
            held &= self.between(fact, *self._boxes.both(box, fact))
        return held

    def some(self, held: int, most: int, facts: Iterable[str]) -> Iterator[Box]:
        """A few of these households, as far as these facts go."""
        columns = [(self._boxes.place(fact), self._source.fact(fact)) for fact in facts]
        open_ = [(place, column) for place, column in columns if not isinstance(column, int | float)]
        for _ in range(min(most, held.bit_count())):
            lowest = held & -held
            held ^= lowest
            index, row = lowest.bit_length() - 1, self._box.copy()
            for place, column in open_:
                row[place] = row[place + 1] = column[index]
            yield row


class Ranked:
    """The households in the order of one fact; sets of the first ones are kept at every few steps."""

    __slots__ = ("_column", "_everyone", "_found", "_kept", "_order", "_values")

    def __init__(self, column: Column, count: int) -> None:
        if isinstance(column, int | float):
            column = [column] * count
        self._column = column
        self._order = sorted(range(count), key=column.__getitem__)
        self._values = [column[index] for index in self._order]
        self._everyone = (1 << count) - 1
        self._kept = [0]
        for start in range(0, count, _STRIDE):
            some = sum(1 << index for index in self._order[start : start + _STRIDE])
            self._kept.append(self._kept[-1] | some)
        self._found: dict[object, int] = {}

    def between(self, low: float, high: float) -> int:
        found = self._found.get((low, high))
        return self._remember((low, high), self._between(low, high)) if found is None else found

    def masked(self, mask: int) -> int:
        """The households whose choice is one of these."""
        found = self._found.get(mask)
        if found is None:
            bits = packed([int(value) & mask != 0 for value in self._column])
            found = self._remember(mask, bits)
        return found

    def _remember(self, key: object, found: int) -> int:
        if len(self._found) >= _MOST_SETS:
            self._found.clear()
        self._found[key] = found
        return found

    def _between(self, low: float, high: float) -> int:
        first, last = bisect_left(self._values, low - 1e-6), bisect_right(self._values, high + 1e-6)
        below = self._first(first)
        return (self._everyone if last == len(self._values) else self._first(last)) & ~below

    def _first(self, count: int) -> int:
        kept = count // _STRIDE
        held = self._kept[kept]
        for index in self._order[kept * _STRIDE : count]:
            held |= 1 << index
        return held
