"""Leaves of a right's tree of conditions only what is open.

What is left of a part hangs on nothing but what is known of the facts that the part is about: it is found once, and
shared by all rights that have the part, and by everybody of whom the same is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Cloud
from bot.eligibility.compiled import Bounds, Box, Layout, over_box
from bot.eligibility.estimate import Part, Wanted, joined, of_atom
from bot.eligibility.keeping import Kept
from bot.eligibility.nodes import Node

if TYPE_CHECKING:
    from bot.eligibility.scouting import Gate

_KEPT: Final = 30_000
_NOTHING: Final = frozenset[str]()


class Sight(NamedTuple):
    """What is known, what will not be asked, and likely households."""

    box: Box
    closed: frozenset[str]
    cloud: Cloud


class Trimmer:
    """Remembers what it has left of each part."""

    def __init__(
        self, boxes: Boxes, doors: Mapping[str, Gate], layout: Layout, behind: Mapping[str, frozenset[str]]
    ) -> None:
        self._boxes = boxes
        self._doors = doors
        self._layout = layout
        self._behind = behind
        self._states: dict[int, Callable[[Box], tuple[float, ...]]] = {}
        self._readers: dict[int, tuple[Callable[[Box], object], frozenset[str]]] = {}
        self._parts = Kept[object, Part | bool](_KEPT)
        self._plain: dict[str, Wanted] = {}

    def part(self, node: Node, sight: Sight) -> Part | bool:
        """The open part of a node, or what it says where it is settled."""
        read, reached = self._reading(node)
        closed = tuple(sorted(sight.closed & reached)) if sight.closed else ()
        key = (node.number, sight.cloud.drawer is None, read(sight.box), closed)
        found = self._parts.get(key)
        return self._parts.put(key, self._trimmed(node, sight)) if found is None else found

    def _reading(self, node: Node) -> tuple[Callable[[Box], object], frozenset[str]]:
        found = self._readers.get(node.number)
        if found is None:
            reached = node.facts.union(*(self._behind.get(fact, _NOTHING) for fact in node.facts))
            found = self._readers[node.number] = self._boxes.reader(reached), reached
        return found

    def _trimmed(self, node: Node, sight: Sight) -> Part | bool:
        if node.op == "not":
            part = self.part(node.args[0], sight)
            if isinstance(part, bool):
                return not part
            return joined(node, (part,), ~part.holds & sight.cloud.drawn)
        if node.op in ("and", "or"):
            return self._joint(node, sight)
        low, high = self._state(node, sight.box)
        if bool(low) == bool(high):
            return bool(low)
        return of_atom(node, self._wanted(node.facts, sight), sight.cloud.holds(node))

    def _state(self, atom: Node, box: Box) -> Bounds:
        if atom.number not in self._states:
            self._states[atom.number] = over_box([atom], self._layout)
        low, high = self._states[atom.number](box)
        return low, high

    def _joint(self, node: Node, sight: Sight) -> Part | bool:
        ends = node.op == "or"
        inner: list[Part] = []
        for arg in node.args:
            part = self.part(arg, sight)
            if not isinstance(part, bool):
                inner.append(part)
            elif part is ends:
                return ends
        if len(inner) <= 1:
            return inner[0] if inner else not ends
        return joined(node, inner, reduce(or_ if ends else and_, (p.holds for p in inner)))

    # --- what may be asked ------------------------------------------------------------------------------------

    def _wanted(self, facts: Iterable[str], sight: Sight) -> Sequence[Wanted]:
        open_ = [fact for fact in sorted(facts) if self._is_open(fact, sight)]
        return tuple(self._behind_door(fact, sight) for fact in open_)

    def _behind_door(self, fact: str, sight: Sight) -> Wanted:
        before = tuple(each for each in self._askable(fact, sight) if each != fact)
        if before:
            return Wanted(fact, before, sight.cloud.holds(self._doors[fact].node))
        if fact not in self._plain:
            self._plain[fact] = Wanted(fact)
        return self._plain[fact]

    def _askable(self, fact: str, sight: Sight) -> Iterator[str]:
        """The fact itself; while it is open whether it makes sense at all, what decides that."""
        if not self._is_open(fact, sight):
            return
        gate = self._doors.get(fact)
        before = [] if gate is None or gate.holds(sight.box) else sorted(gate.facts)
        behind = {each for other in before for each in self._askable(other, sight)}
        yield from sorted(behind) or (fact,)

    def _is_open(self, fact: str, sight: Sight) -> bool:
        return fact not in sight.closed and not self._boxes.settled(sight.box, fact)
