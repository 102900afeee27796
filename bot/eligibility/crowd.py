"""The households that are drawn once for a rule book, with all their facts."""

from __future__ import annotations

from collections.abc import Iterable

from bot.eligibility.boxes import Boxes
from bot.eligibility.closing import Implication
from bot.eligibility.cloud import Cloud, Ranked, Sampler
from bot.eligibility.columns import Column, Columns, gated
from bot.eligibility.compiled import Layout
from bot.eligibility.nodes import Node


class Crowd(Columns):
    """Their columns; each node is computed when it is first asked for."""

    __slots__ = ("_numbers", "_points", "_ranked", "_truths", "possible")

    def __init__(self, count: int, boxes: Boxes, sampler: Sampler, layout: Layout) -> None:
        super().__init__(count, layout)
        self._points = {name: self._column(name, boxes, sampler) for name in layout.position}
        self._truths: dict[int, int] = {}
        self._numbers: dict[int, Column] = {}
        self._ranked: dict[str, Ranked] = {}
        self.possible = self.everyone

    def _column(self, name: str, boxes: Boxes, sampler: Sampler) -> Column:
        if boxes.settled(boxes.widest, name):
            return boxes.both(boxes.widest, name)[0]
        return sampler.mixed(name, boxes.widest, self.count)

    def imply(self, implied: Implication, boxes: Boxes) -> None:
        """Where the gate does not hold, the fact is what it then is; whom that contradicts is no such household.
        Before anything that depends on this fact is asked for.
        """
        open_, name = self.holds(implied.gate), implied.fact
        otherwise = boxes.ends(name, implied.otherwise)[0]
        if open_ == self.everyone:
            return
        if boxes.allows(boxes.widest, name, otherwise):
            self._points[name] = gated(self._points[name], open_, otherwise, self.count)
        else:
            self.possible &= open_

    def forget(self) -> None:
        """The numbers on the way to what holds take most of the room."""
        self._numbers.clear()

    def fact(self, name: str) -> Column:
        return self._points[name]

    def ranked(self, name: str) -> Ranked:
        if name not in self._ranked:
            self._ranked[name] = Ranked(self._points[name], self.count)
        return self._ranked[name]

    def holds(self, node: Node) -> int:
        found = self._truths.get(node.number)
        if found is None:
            found = self._truths[node.number] = self._truth(node)
        return found

    def number(self, node: Node) -> Column:
        found = self._numbers.get(node.number)
        if found is None:
            found = self._numbers[node.number] = self._computed(node)
        return found


def gathered(
    count: int, boxes: Boxes, sampler: Sampler, layout: Layout, implied: Iterable[Implication],
    tests: Iterable[Node],
) -> Cloud:  # fmt: skip
    """So many households, and which of them pass these tests."""
    crowd = Crowd(count, boxes, sampler, layout)
    for each in implied:
        crowd.imply(each, boxes)
    for test in tests:
        crowd.holds(test)
    crowd.forget()
    return Cloud(boxes.widest, crowd, crowd.possible, boxes)
