"""What it is still expected to cost a person until one right is settled: the chance that each fact will be asked.

Read off drawn households: the open conditions are walked in the order in which they would best be asked, counting
the households that are left. A fact behind a gate also costs the question about the gate, and itself only where
the gate opens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Final, NamedTuple, TypeAlias

from bot.eligibility.cloud import Cloud
from bot.eligibility.compiled import Bounds
from bot.eligibility.nodes import Node

_HARDLY: Final = 1e-12  # a product of very many chances must not vanish
_ALMOST: Final = 0.999  # never quite certain, so that a chance can be taken out of a product again

Needs: TypeAlias = Mapping[str, float]
"""For each fact the chance, 0 to 1, that it has to be asked."""


class Wanted(NamedTuple):
    """An open fact; while its gate is not surely open, what is asked `before` it and for whom it then is."""

    fact: str
    before: tuple[str, ...] = ()
    door: int | None = None


class Part(NamedTuple):
    """An open part of a tree: what it still waits for, for which households it holds, and its open parts."""

    op: str
    node: Node
    wanted: Sequence[Wanted]
    holds: int
    inner: Sequence[Part] = ()
    facts: tuple[str, ...] = ()

    def atoms(self) -> Iterator[Node]:
        if self.op == "atom":
            yield self.node
        for part in self.inner:
            yield from part.atoms()


def unasked(needs: Iterable[Needs]) -> dict[str, float]:
    """The chance that none of these asks a fact, for each fact that one of them may ask."""
    left: dict[str, float] = {}
    for each in needs:
        for fact, chance in each.items():
            left[fact] = max(_HARDLY, left.get(fact, 1.0) * (1.0 - min(chance, _ALMOST)))
    return left


class Trimmer:
    """Leaves of a test only what is open."""

    def __init__(self, states: Mapping[int, Bounds], cloud: Cloud, wanted: Mapping[str, Wanted]) -> None:
        self._states = states
        self._cloud = cloud
        self._wanted = wanted

    def part(self, node: Node) -> tuple[bool | None, Part | None]:
        """What a node says where it is settled (None where not), and else its open part."""
        if node.op == "not":
            said, part = self.part(node.args[0])
            if part is None:
                return not said, None
            return None, Part("not", node, (), ~part.holds & self._cloud.everyone, (part,), part.facts)
        if node.op in ("and", "or"):
            return self._joint(node)
        low, high = self._states[node.number]
        if bool(low) == bool(high):
            return bool(low), None
        wanted = [self._wanted[fact] for fact in sorted(node.facts) if fact in self._wanted]
        return None, Part(
            "atom", node, wanted, self._cloud.holds(node), (), tuple(each.fact for each in wanted)
        )

    def _joint(self, node: Node) -> tuple[bool | None, Part | None]:
        ends = node.op == "or"
        inner: list[Part] = []
        for arg in node.args:
            said, part = self.part(arg)
            if part is not None:
                inner.append(part)
            elif said is ends:
                return ends, None
        if not inner:
            return not ends, None
        if len(inner) == 1:
            return None, inner[0]
        holds = reduce(or_ if ends else and_, (p.holds for p in inner))
        facts = tuple(dict.fromkeys(fact for part in inner for fact in part.facts))
        return None, Part(node.op, node, (), holds, inner, facts)


class Walk:
    """Walks the open parts of one right for some households, in the order in which they would best be asked."""

    def __init__(self, held: int, known: Collection[str]) -> None:
        """`known` are facts that have just been told."""
        self._all = held.bit_count() or 1
        self._known = known
        self.asked: dict[str, float] = {}

    def ask(self, part: Part, among: int) -> None:
        """Count the facts that this part asks of these households; nothing where they all agree."""
        if not among & part.holds or not among & ~part.holds:
            return
        if part.op == "not":
            self.ask(part.inner[0], among)
        elif part.op == "atom":
            for wanted in part.wanted:
                self._want(wanted, among)
        else:
            self._in_turn(part.inner, among, ends=part.op == "or")

    def _want(self, wanted: Wanted, among: int) -> None:
        fact, before, door = wanted
        if fact in self._known:
            return
        chance = among.bit_count() / self._all
        for gate in before:
            if gate not in self._known and self.asked.get(gate, 0.0) < chance:
                self.asked[gate] = chance
        if door is not None:
            chance = (among & door).bit_count() / self._all
        if self.asked.get(fact, 0.0) < chance:
            self.asked[fact] = chance

    def _in_turn(self, parts: Sequence[Part], among: int, *, ends: bool) -> None:
        """An "or" ends with its first yes, an "and" with its first no; the cheapest way to that end first.
        Facts that were asked before come free.
        """
        left = [part for part in parts if among & part.holds and among & ~part.holds]
        if len(left) < len(parts) and any(_ended(part, among, ends=ends) for part in parts):
            return
        if len(left) > 1:
            left.sort(key=lambda part: self._rank(part, among, ends=ends))
        for part in left:
            if not among:
                return
            self.ask(part, among)
            among &= ~part.holds if ends else part.holds

    def _rank(self, part: Part, among: int, *, ends: bool) -> tuple[float, int]:
        chance, asked, new = among.bit_count() / self._all, self.asked, 0
        for fact in part.facts:
            if asked.get(fact, 0.0) < chance and fact not in self._known:
                new += 1
        ending = (among & (part.holds if ends else ~part.holds)).bit_count()
        return new / (ending + 0.5), part.node.number


def _ended(part: Part, among: int, *, ends: bool) -> bool:
    """Whether a part ends its junction for all of these households."""
    return not among & (~part.holds if ends else part.holds)
