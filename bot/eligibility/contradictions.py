"""Answers that cannot all be true, by what the fact files say of each other (``only_if``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, TypeAlias

from bot.eligibility.boxes import Boxes
from bot.eligibility.closing import Implication
from bot.eligibility.compiled import Box, Layout, over_box
from bot.eligibility.model import Contradiction, Fact, Knowledge
from bot.eligibility.values import DONT_KNOW, apart

_Gate: TypeAlias = Callable[[Box], tuple[float, ...]]


class Clash(NamedTuple):
    """An answer other than what is implied, while its gate does not surely hold; `possible` if it still may."""

    implication: Implication
    possible: bool


class Consistency:
    """Lays answers side by side, each as it was given: what is implied is filled in, nothing is narrowed."""

    def __init__(
        self, facts: Mapping[str, Fact], boxes: Boxes, layout: Layout, implications: Iterable[Implication]
    ) -> None:
        self._facts = facts
        self._boxes = boxes
        self._layout = layout
        self._implied = list(implications)

    def box(self, knowledge: Knowledge) -> tuple[Box, list[Clash]]:
        """The box of these answers; where they clash with what is implied, the answer stands in it.

        Raises `BadValue` for an answer outside its fact's domain.
        """
        box, clashes = self._boxes.widest.copy(), list[Clash]()
        for name, answer in knowledge.items():
            if not isinstance(answer, str) and name in self._facts:
                place = self._boxes.place(name)
                box[place], box[place + 1] = self._boxes.ends(name, answer)
        for implication, gate in self._gates:
            surely, possibly = gate(box)
            if not surely and apart(knowledge.get(implication.fact, DONT_KNOW), implication.otherwise):
                clashes.append(Clash(implication, bool(possibly)))
            elif not possibly:
                place = self._boxes.place(implication.fact)
                box[place], box[place + 1] = self._boxes.ends(implication.fact, implication.otherwise)
        return box, clashes

    def contradictions(self, knowledge: Knowledge) -> Iterator[Contradiction]:
        """Each answer that cannot be, with the answers that it cannot be with."""
        for implication in self._impossible(knowledge):
            behind = [name for name in knowledge if name in self.reach(implication.gate.facts)]
            freeing = [
                name for name in behind if implication not in self._impossible(_without(knowledge, name))
            ]
            yield Contradiction(implication.fact, tuple(freeing or behind))

    def reach(self, facts: frozenset[str]) -> frozenset[str]:
        """These facts and those that decide whether they are asked, however far."""
        for implication in reversed(self._implied):
            if implication.fact in facts:
                facts |= implication.gate.facts
        return facts

    def _impossible(self, knowledge: Knowledge) -> list[Implication]:
        return [clash.implication for clash in self.box(knowledge)[1] if not clash.possible]

    @cached_property
    def _gates(self) -> list[tuple[Implication, _Gate]]:
        return [(each, over_box([each.gate], self._layout)) for each in self._implied]


def _without(knowledge: Knowledge, fact: str) -> Knowledge:
    return {name: answer for name, answer in knowledge.items() if name != fact}
