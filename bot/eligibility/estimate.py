"""What it is still expected to cost a person until rights are settled: the chance that each fact will be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from math import sqrt
from operator import and_, or_
from typing import Final, NamedTuple, TypeAlias

from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Cloud
from bot.eligibility.compiled import Box
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.program import Program

_HARDLY: Final = 1e-12  # a product of very many chances must not vanish
_LEAST: Final = 0.05
_ALMOST: Final = 0.999  # never quite certain, so that a chance can be taken out of a product again

Needs: TypeAlias = Mapping[str, float]
"""For each fact the chance, 0 to 1, that it has to be asked."""


class View(NamedTuple):
    """One right seen from a box: what will not be asked, and the likely households in the box."""

    program: Program
    box: Box
    closed: frozenset[str]
    cloud: Cloud
    held: int


class Estimator:
    """Estimates from the trees of conditions, with chances counted among drawn households."""

    def __init__(self, prices: Mapping[str, float], priors: Mapping[str, Prior], boxes: Boxes) -> None:
        self._prices = prices
        self._priors = priors
        self._boxes = boxes

    def needs(self, view: View, known: dict[object, Needs]) -> Needs:
        """What settling one right is expected to ask; nothing where it is settled. `known` remembers it, for as
        long as the same households are looked at.
        """
        program = view.program
        key = (program.test.number, program.key(view.box))
        found = known.get(key)
        if found is None:
            low, high = program.quick(view.box)
            settled = bool(low) == bool(high)
            found = known[key] = {} if settled else _Tree(view, self._unsettled).needs()
        return found

    def cost(self, needs: Iterable[Needs], box: Box, others: Mapping[str, float]) -> float:
        """The cost of what several rights need, each fact once; `others`: the chance that none of the other
        rights asks it.
        """
        left = dict(others)
        for each in needs:
            for fact, chance in each.items():
                left[fact] = left.get(fact, 1.0) * (1.0 - min(chance, _ALMOST))
        return sum((1.0 - chance) * self.price(fact, box) for fact, chance in left.items())

    def price(self, fact: str, box: Box) -> float:
        """What it costs the person to answer: less for a number that is already known roughly."""
        if not self._boxes.numeric(fact):
            return self._prices[fact]
        left = self._priors[fact].share(self._boxes.values(box, fact))
        return self._prices[fact] * max(_LEAST, sqrt(left))

    def _unsettled(self, facts: Iterable[str], box: Box) -> frozenset[str]:
        return frozenset(fact for fact in facts if not self._boxes.settled(box, fact))


def unasked(needs: Iterable[Needs]) -> dict[str, float]:
    """The chance that none of these asks a fact, for each fact that one of them may ask."""
    left: dict[str, float] = {}
    for each in needs:
        for fact, chance in each.items():
            left[fact] = max(_HARDLY, left.get(fact, 1.0) * (1.0 - min(chance, _ALMOST)))
    return left


class _Part(NamedTuple):
    """An open part of a tree: the facts it still waits for, for which households it holds, and its open parts."""

    op: str
    number: int
    facts: frozenset[str]
    holds: int
    inner: Sequence[_Part]


class _Tree:
    """Walks the open parts in the order in which they would best be asked."""

    def __init__(self, view: View, unsettled: Callable[[Iterable[str], Box], frozenset[str]]) -> None:
        self._view = view
        self._open = unsettled(view.program.facts, view.box) - view.closed
        self._states = view.program.states(view.box)
        self._asked: dict[str, float] = {}
        self._all = view.held.bit_count() or 1

    def needs(self) -> Needs:
        _, part = self._part(self._view.program.test)
        if part is not None:
            self._ask(part, self._view.held)
        return self._asked

    def _part(self, node: Node) -> tuple[bool | None, _Part | None]:
        """What a node says where it is settled (None where not), and else its open part."""
        if node.op == "not":
            said, part = self._part(node.args[0])
            if part is None:
                return not said, None
            return None, _Part(
                "not", node.number, part.facts, ~part.holds & self._view.cloud.everyone, (part,)
            )
        if node.op in ("and", "or"):
            return self._joint(node)
        low, high = self._states[node.number]
        if bool(low) == bool(high):
            return bool(low), None
        return None, _Part("atom", node.number, node.facts & self._open, self._view.cloud.holds(node), ())

    def _joint(self, node: Node) -> tuple[bool | None, _Part | None]:
        ends = node.op == "or"
        inner: list[_Part] = []
        for arg in node.args:
            said, part = self._part(arg)
            if part is not None:
                inner.append(part)
            elif said is ends:
                return ends, None
        if not inner:
            return not ends, None
        if len(inner) == 1:
            return None, inner[0]
        facts = frozenset[str]().union(*(part.facts for part in inner))
        return None, _Part(
            node.op, node.number, facts, reduce(or_ if ends else and_, (p.holds for p in inner)), inner
        )

    def _ask(self, part: _Part, among: int) -> None:
        """Count the facts that this part asks of these households."""
        if part.op == "not":
            self._ask(part.inner[0], among)
        elif part.op in ("and", "or"):
            self._ask_in_turn(part.inner, among, ends=part.op == "or")
        else:
            chance = among.bit_count() / self._all
            for fact in part.facts:
                if self._asked.get(fact, 0.0) < chance:
                    self._asked[fact] = chance

    def _ask_in_turn(self, parts: Sequence[_Part], among: int, *, ends: bool) -> None:
        """An "or" ends with its first yes, an "and" with its first no; the cheapest way to that end first.
        Facts that were asked before come free.
        """
        left = list(parts)
        while left and among:
            best = (
                min(left, key=lambda part: self._rank(part, among, ends=ends)) if len(left) > 1 else left[0]
            )
            left.remove(best)
            self._ask(best, among)
            among &= ~best.holds if ends else best.holds

    def _rank(self, part: _Part, among: int, *, ends: bool) -> tuple[float, int]:
        chance = among.bit_count() / self._all
        new = sum(1.0 for fact in part.facts if self._asked.get(fact, 0.0) < chance)
        ending = (among & (part.holds if ends else ~part.holds)).bit_count()
        return new / (ending + 0.5), part.number
