"""Many likely households inside a box, drawn from the priors: how probable something is, read off by counting.

A set of households is a whole number with one bit for each, so that counting those for which several things
hold is one "and" and one count of bits. Drawn with a fixed seed: the same rules always give the same households.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import or_
from typing import Final

from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Box, Point
from bot.eligibility.model import Fact
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.values import Interval, Values

_KEPT: Final = 5_000


class Sampler:
    """Draws households; facts that others imply come after those."""

    def __init__(self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes) -> None:
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._columns: dict[object, list[tuple[float, float]]] = {}

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

    def _column(self, name: str, box: Box, count: int) -> list[tuple[float, float]]:
        """Values spread evenly over the prior within the box, in order."""
        values, prior = self._boxes.values(box, name), self._priors[name]
        key = (name, values, count)
        if key not in self._columns:
            if len(self._columns) >= _KEPT:
                self._columns.clear()
            picked = [prior.pick(values, (step + 0.5) / count) for step in range(count)]
            ends = {value: self._boxes.ends(name, _one(value)) for value in set(picked)}
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


class Cloud:
    """Drawn households, with what holds for each of them as bits."""

    def __init__(self, rows: Sequence[Box], facts: Mapping[str, Fact], boxes: Boxes) -> None:
        self.rows = rows
        self._points: list[Point] = [row[::2] for row in rows]  # every fact has one value: low and high agree
        self.everyone = (1 << len(rows)) - 1
        self._facts = facts
        self._boxes = boxes
        self._held: dict[int, int] = {}
        self._sorted: dict[str, tuple[list[float], list[int]]] = {}

    def learn(self, atoms: Sequence[Node], function: Callable[[Point], tuple[float, ...]]) -> None:
        """Note for which households each of these conditions holds; `function` says it of one of them."""
        if self.knows(atoms):
            return
        bit, bits = 1, [0] * len(atoms)
        for point in self._points:
            for position, said in enumerate(function(point)):
                if said:
                    bits[position] |= bit
            bit <<= 1
        self._held.update({atom.number: held for atom, held in zip(atoms, bits, strict=True)})

    def note(self, node: Node, held: int) -> None:
        """Remember for which households a combination of conditions holds."""
        self._held[node.number] = held

    def holds(self, atom: Node) -> int:
        return self._held[atom.number]

    def knows(self, atoms: Iterable[Node]) -> bool:
        return all(atom.number in self._held for atom in atoms)

    def where(self, fact: str, values: Values) -> int:
        """The households whose fact is one of these values."""
        ordered, prefix = self._order(fact)
        if isinstance(values, Interval):
            scale = self._facts[fact].scale
            first = bisect_left(ordered, values.low / scale - 1e-6)
            last = bisect_right(ordered, values.high / scale + 1e-6)
            return prefix[last] & ~prefix[first]
        held = 0
        for value in values:
            end = self._boxes.ends(fact, frozenset({value}))[0]
            held |= prefix[bisect_right(ordered, end)] & ~prefix[bisect_left(ordered, end)]
        return held

    def inside(self, box: Box, facts: Iterable[str]) -> int:
        """The households that lie in a box, as far as these facts go."""
        held = self.everyone
        for fact in facts:
            held &= self.where(fact, self._boxes.values(box, fact))
        return held

    def some(self, held: int, most: int) -> list[Box]:
        """A few of these households."""
        found: list[Box] = []
        while held and len(found) < most:
            lowest = held & -held
            found.append(self.rows[lowest.bit_length() - 1])
            held ^= lowest
        return found

    def _order(self, fact: str) -> tuple[list[float], list[int]]:
        if fact not in self._sorted:
            place = self._boxes.place(fact)
            order = sorted(range(len(self.rows)), key=lambda index: self.rows[index][place])
            prefix = [0, *accumulate((1 << index for index in order), or_)]
            self._sorted[fact] = ([self.rows[index][place] for index in order], prefix)
        return self._sorted[fact]
