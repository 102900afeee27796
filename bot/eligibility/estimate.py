"""What it is still expected to cost a person until a right is settled."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Final, NamedTuple

from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Cloud
from bot.eligibility.compiled import Bounds, Box
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.program import Program

_KEPT: Final = 50_000
_LEAST: Final = 0.05


class Estimate(NamedTuple):
    """The chance that something holds, and what it is expected to cost to know."""

    chance: float
    cost: float


class Estimator:
    """Estimates from the tree of conditions, with chances counted among drawn households."""

    def __init__(self, prices: Mapping[str, float], priors: Mapping[str, Prior], boxes: Boxes) -> None:
        self._prices = prices
        self._priors = priors
        self._boxes = boxes
        self._known: dict[tuple[object, ...], float] = {}

    def cost(self, program: Program, box: Box, closed: frozenset[str], cloud: Cloud, held: int) -> float:
        """The expected cost of settling a right from here; 0 where it is settled."""
        key = (program.test.number, program.key(box), closed & program.reached)
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            low, high = program.quick(box)
            settled = bool(low) == bool(high)
            self._known[key] = 0.0 if settled else _Tree(self, program, box, closed, cloud, held).cost()
        return self._known[key]

    def price(self, atom: Node, box: Box, closed: frozenset[str]) -> float:
        """What it costs the person to answer all that one comparison still needs: less for a number that is
        already known roughly.
        """
        return sum(
            self._price(fact, box) for fact in atom.facts - closed if not self._boxes.settled(box, fact)
        )

    def _price(self, fact: str, box: Box) -> float:
        left = self._priors[fact].share(self._boxes.values(box, fact)) if self._boxes.numeric(fact) else 1.0
        return self._prices[fact] * max(_LEAST, sqrt(left))


class _Tree:
    def __init__(
        self,
        estimator: Estimator,
        program: Program,
        box: Box,
        closed: frozenset[str],
        cloud: Cloud,
        held: int,
    ) -> None:
        self._estimator = estimator
        self._program = program
        self._box = box
        self._closed = closed
        self._cloud = cloud
        self._held = held
        self._states: Mapping[int, Bounds] = program.states(box)

    def cost(self) -> float:
        return self._of(self._program.test).cost

    def _of(self, node: Node) -> Estimate:
        if node.op == "not":
            chance, cost = self._of(node.args[0])
            return Estimate(1 - chance, cost)
        if node.op in ("and", "or"):
            return _joined([self._of(arg) for arg in node.args], either=node.op == "or")
        low, high = self._states[node.number]
        if bool(low) == bool(high):
            return Estimate(float(bool(low)), 0.0)
        return Estimate(self._chance(node), self._estimator.price(node, self._box, self._closed))

    def _chance(self, atom: Node) -> float:
        held = (self._cloud.holds(atom) & self._held).bit_count()
        return (held + 0.5) / (self._held.bit_count() + 1)


def _joined(parts: list[Estimate], *, either: bool) -> Estimate:
    """An "or" ends with its first yes, an "and" with its first no; the cheapest way to that end first."""
    ending = [(part.chance if either else 1 - part.chance, part.cost) for part in parts]
    ending.sort(key=lambda part: part[1] / max(part[0], 1e-9))
    reached, cost = 1.0, 0.0
    for chance, price in ending:
        cost += reached * price
        reached *= 1 - chance
    return Estimate(1 - reached if either else reached, cost)
