"""One right of one day, compiled: what a box says of each of its conditions, and of the right as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Bounds, Box, Layout, Point, at_point, over_box
from bot.eligibility.model import Conclusion, RightText
from bot.eligibility.nodes import Node
from bot.eligibility.rights import Condition

_SEARCH: Final = 600
_SEARCH_FEW: Final = 1_500  # with only a few facts left, cutting on is cheap and saves a question
_FEW: Final = 2
_KEPT: Final = 500
EITHER: Final = (0.0, 1.0)


def settled(bounds: Bounds) -> bool:
    """Whether a low and a high bound say the same."""
    return bool(bounds[0]) == bool(bounds[1])


@dataclass(frozen=True, slots=True)
class Resolved:
    """A right's version with its names resolved on one day."""

    right: str
    version: date
    text: RightText
    conditions: tuple[tuple[Condition, Node, Node], ...]  # each with: surely holds, possibly holds
    amount: Node | None
    shown: Mapping[str, tuple[Node, str]]  # what {placeholders} may name, with the unit
    draft: bool


class Program:
    """Evaluates over boxes whether all conditions of a right hold (`test`); remembers what it has found."""

    def __init__(
        self, rules: Resolved, test: Node, layout: Layout, boxes: Boxes, behind: Mapping[str, frozenset[str]]
    ) -> None:
        """`behind` names for a fact those that its `only_if` depends on, however far."""
        self.rules = rules
        self.test = test
        self._layout = layout
        self._boxes = boxes
        self.facts: tuple[str, ...] = tuple(sorted(test.facts, key=layout.position.__getitem__))
        reached = test.facts.union(*(behind.get(fact, frozenset()) for fact in self.facts))
        self.reached = frozenset(reached)
        self._places = tuple(p for f in sorted(reached) for p in (boxes.place(f), boxes.place(f) + 1))
        self.key = boxes.reader(reached)  # the part of a box that this right depends on
        self._found: dict[tuple[float, ...], Bounds] = {}
        self._asked_about: dict[int, dict[str, list[int]]] = {}

    @cached_property
    def atoms(self) -> tuple[Node, ...]:
        """The comparisons and yes/no facts that the verdict joins."""
        return tuple(n for n in self.test.walk() if n.logical and n.op not in ("and", "or", "not"))

    @cached_property
    def _verdict(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a compiled function
        return over_box([self.test], self._layout)

    @cached_property
    def _each(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a compiled function
        return over_box(
            [n for _, sure, possible in self.rules.conditions for n in (sure, possible)], self._layout
        )

    @cached_property
    def _atoms(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a compiled function
        return over_box([self.test, *self.atoms], self._layout)

    @cached_property
    def _amount(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a compiled function
        return over_box([self.rules.amount], self._layout) if self.rules.amount else None

    @cached_property
    def _exactly(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a compiled function
        return at_point([self.test], self._layout)

    @cached_property
    def settle(self) -> Callable[[Box, Box], bool]:
        """`Boxes.settle` for what this right depends on."""
        return self._boxes.settler(self.reached)

    @cached_property
    def _corner(self) -> Callable[[Box, int], Box]:
        return self._boxes.cornerer(self.reached)

    def alone(self, box: Box) -> Box:
        """The box with nothing known but what this right depends on."""
        own = self._boxes.widest.copy()
        for place in self._places:
            own[place] = box[place]
        return own

    def holds_at(self, point: Point) -> bool:
        return bool(self._exactly(point)[0])

    def quick(self, box: Box) -> Bounds:
        """Sound, and mostly exact: open may be said of what is settled, never the reverse."""
        return self._verdict(box)  # type: ignore[no-any-return]

    def verdict(self, box: Box) -> Bounds:
        """(1, 1) where it holds, (0, 0) where not, (0, 1) where both still occur in the box."""
        low, high = self._verdict(box)
        if bool(low) == bool(high):
            return float(low), float(high)
        key = self.key(box)
        if key not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[key] = self._searched(box)
        return self._found[key]

    def _searched(self, box: Box) -> Bounds:
        """Cut the box until both outcomes are seen, or all of it agrees; open where that takes too long."""
        seen: set[bool] = set()
        unknown = sum(not self._boxes.settled(box, fact) for fact in self.facts)
        stack, budget = [box], _SEARCH if unknown > _FEW else _SEARCH_FEW
        while stack and budget and len(seen) < 2:  # noqa: PLR2004 - yes and no
            budget -= 1
            part = stack.pop()
            said = self._atoms(part)
            if settled(said[:2]):
                seen.add(bool(said[0]))
                continue
            seen |= self._corners(part, box)
            stack.extend(self._boxes.halves(part, self._widest(part, said)))
        if len(seen) == 1 and not stack:
            only = float(seen.pop())
            return only, only
        return EITHER

    def _corners(self, part: Box, box: Box) -> set[bool]:
        """What two far-off households of this part are told."""
        seen = set()
        for end in (0, 1):
            corner = self._corner(part, end)
            if self.settle(corner, box):
                seen.add(bool(self._verdict(corner)[0]))
        return seen

    def _widest(self, box: Box, said: Sequence[float]) -> str:
        """The fact to cut, by what the test and its comparisons have said: of those that an open one waits for,
        choices and yes/no first, then the number with the most values left.
        """
        best, width = "", -1.0
        for fact in sorted(self._undecided(box, said)):
            place = self._boxes.place(fact)
            weight = box[place + 1] - box[place] if self._boxes.numeric(fact) else float("inf")
            if weight > width:
                best, width = fact, weight
        return best

    def _undecided(self, box: Box, said: Sequence[float]) -> set[str]:
        """The facts whose remaining values an open comparison can still tell apart."""
        open_ = list[Node]()
        ends = zip(said[2::2], said[3::2], strict=True)
        self._visit(self.test, dict(zip([a.number for a in self.atoms], ends, strict=True)), open_)
        return {fact for atom in open_ for fact in atom.facts if self._told_apart(fact, atom, box)}

    def _told_apart(self, fact: str, atom: Node, box: Box) -> bool:
        if self._boxes.settled(box, fact):
            return False
        masks = self._masks(atom).get(fact)
        if masks is None:
            return True
        left = int(box[self._boxes.place(fact)])
        return any(left & mask not in (0, left) for mask in masks)

    def _masks(self, atom: Node) -> Mapping[str, list[int]]:
        """For each choice fact of a comparison, the sets of choices that it asks about."""
        if atom.number not in self._asked_about:
            found: dict[str, list[int]] = {}
            for node in atom.walk():
                if node.op == "in":
                    fact, choices = node.membership
                    found.setdefault(fact, []).append(self._layout.mask(fact, choices))
            self._asked_about[atom.number] = found
        return self._asked_about[atom.number]

    def conditions(self, box: Box) -> tuple[float, ...]:
        """For each condition low, high of whether it surely holds, then of whether it possibly holds."""
        return self._each(box)  # type: ignore[no-any-return]

    def _visit(self, node: Node, states: Mapping[int, Bounds], found: list[Node]) -> Bounds:
        if node.op == "not":
            low, high = self._visit(node.args[0], states, found)
            return 1 - high, 1 - low
        if node.op not in ("and", "or"):
            low, high = (float(bool(end)) for end in states[node.number])
            if low != high:
                found.append(node)
            return low, high
        mark = len(found)
        bounds = [self._visit(arg, states, found) for arg in node.args]
        take = min if node.op == "and" else max
        low, high = take(low for low, _ in bounds), take(high for _, high in bounds)
        if low == high:
            del found[mark:]
        return low, high

    def amount(self, box: Box) -> Bounds | None:
        """In the right's amount unit; None where its file gives no formula."""
        return self._amount(box) if self._amount else None


@dataclass(frozen=True, slots=True)
class Goals:
    """The two things that settle a right: whether it surely holds, and whether it possibly does. They are one
    and the same where nothing is left open on purpose (``maybe``).
    """

    surely: Program
    possibly: Program

    @property
    def rules(self) -> Resolved:
        return self.surely.rules

    @property
    def reached(self) -> frozenset[str]:
        return self.surely.reached | self.possibly.reached

    def conclusion(self, box: Box) -> Conclusion:
        low, high = self.surely.verdict(box)
        if self.possibly is not self.surely:
            high = self.possibly.verdict(box)[1]
        return "likely" if low else "open" if high else "unlikely"

    def doubtful(self, box: Box) -> list[Program]:
        """What a first look leaves open of it."""
        both = [self.surely] if self.possibly is self.surely else [self.surely, self.possibly]
        return self.left({each.test.number: each.quick(box) for each in both})

    def left(self, said: Mapping[int, Sequence[float]]) -> list[Program]:
        """The same, where the tests have been looked at already."""
        low, high = said[self.surely.test.number]
        if self.possibly is self.surely:
            return [] if bool(low) == bool(high) else [self.surely]
        least, most = said[self.possibly.test.number]
        if low or not most:
            return []
        found = [self.surely] if bool(low) != bool(high) else []
        return [*found, self.possibly] if bool(least) != bool(most) else found
