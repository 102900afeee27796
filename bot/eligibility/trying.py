"""What a few households would be told, had all of them given the same answer about one fact."""

from __future__ import annotations

from collections.abc import Iterable

from bot.eligibility.boxes import Boxes
from bot.eligibility.closing import Implication
from bot.eligibility.columns import Column, Columns, gated
from bot.eligibility.compiled import Box
from bot.eligibility.nodes import Node


class Trial(Columns):
    """Other facts are as they were, unless they hang on this one: where their gates then do not hold, they are
    what they are otherwise. `possible` are the households that stay in the box.
    """

    __slots__ = ("_before", "_numbers", "_told", "_truths", "possible")

    def __init__(
        self, before: Columns, fact: str, value: float, hanging: Iterable[Implication], box: Box, boxes: Boxes
    ) -> None:  # fmt: skip
        """`hanging` are the implications of the fact itself and of those that hang on it, in their order."""
        super().__init__(before.count, before.layout)
        self._before = before
        self._told: dict[str, Column] = {fact: value}
        self._truths: dict[int, int] = {}
        self._numbers: dict[int, Column] = {}
        self.possible = self.everyone
        for implied in hanging:
            self._imply(implied, boxes.ends(implied.fact, implied.otherwise)[0], box, boxes)

    def _imply(self, implied: Implication, otherwise: float, box: Box, boxes: Boxes) -> None:
        name, open_ = implied.fact, self.holds(implied.gate)
        if not boxes.allows(box, name, otherwise):
            self.possible &= open_
        if open_ != self.everyone:
            self._told[name] = gated(self.fact(name), open_, otherwise, self.count)

    def fact(self, name: str) -> Column:
        return self._told[name] if name in self._told else self._before.fact(name)

    def holds(self, node: Node) -> int:
        if node.facts.isdisjoint(self._told):
            return self._before.holds(node)
        found = self._truths.get(node.number)
        if found is None:
            found = self._truths[node.number] = self._truth(node)
        return found

    def number(self, node: Node) -> Column:
        if node.facts.isdisjoint(self._told):
            return self._before.number(node)
        found = self._numbers.get(node.number)
        if found is None:
            found = self._numbers[node.number] = self._computed(node)
        return found
