"""What it is still expected to cost a person until one right is settled: the chance that each fact will be asked.

Read off drawn households: the open conditions are walked in the order in which they would best be asked, counting
the households that are left. A fact behind a gate also costs the question about the gate, and itself only where
the gate opens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from bot.eligibility.nodes import Node

_HARDLY: Final = 1e-12  # a product of very many chances must not vanish
_TOLD: Final = 2.0  # a chance above all others: what was told is not asked
_ALMOST: Final = 0.999  # never quite certain, so that a chance can be taken out of a product again

Needs: TypeAlias = Mapping[str, float]
"""For each fact that may have to be asked, the chance, 0 to 1, that it has not."""


class Wanted(NamedTuple):
    """An open fact; while its gate is not surely open, what is asked `before` it and for whom it then is."""

    fact: str
    before: tuple[str, ...] = ()
    door: int | None = None


@dataclass(slots=True, eq=False)
class Part:
    """An open part of a tree: what it still waits for, for which households it holds, and its open parts; the open
    facts and comparisons of all of it, the facts that these are about, and those that may be asked now. Of an atom
    that waits for just one fact, it is the `only` one.
    """

    op: str
    node: Node
    wanted: Sequence[Wanted]
    holds: int
    inner: Sequence[Part]
    facts: tuple[str, ...]
    atoms: tuple[Node, ...]
    about: frozenset[str]
    askable: frozenset[str]
    only: str | None = None


def of_atom(node: Node, wanted: Sequence[Wanted], holds: int) -> Part:
    facts = tuple(each.fact for each in wanted)
    askable = frozenset(fact for each in wanted for fact in each.before or (each.fact,))
    only = wanted[0].fact if len(wanted) == 1 and not wanted[0].before else None
    return Part("atom", node, wanted, holds, (), facts, (node,), node.facts, askable, only)


def joined(node: Node, inner: Sequence[Part], holds: int) -> Part:
    facts = tuple(dict.fromkeys(fact for part in inner for fact in part.facts))
    atoms = tuple(dict.fromkeys(atom for part in inner for atom in part.atoms))
    about = frozenset[str]().union(*(part.about for part in inner))
    askable = frozenset[str]().union(*(part.askable for part in inner))
    return Part(node.op, node, (), holds, inner, facts, atoms, about, askable)


def unasked(needs: Iterable[Needs]) -> dict[str, float]:
    """The chance that none of these asks a fact, for each fact that one of them may ask."""
    left: dict[str, float] = {}
    for each in needs:
        for fact, chance in each.items():
            left[fact] = max(_HARDLY, left.get(fact, 1.0) * chance)
    return left


def walked(part: Part, held: int, known: Collection[str]) -> Needs:
    """What settling an open part is expected to ask of these households, who have just told what is `known`."""
    walk = Walk(held, known)
    walk.ask(part, held)
    return {fact: 1.0 - min(_ALMOST, chance) for fact, chance in walk.asked.items() if fact not in known}


class Walk:
    """Walks the open parts of one right for some households, in the order in which they would best be asked."""

    def __init__(self, held: int, known: Collection[str]) -> None:
        self._all = held.bit_count() or 1
        self.asked = dict.fromkeys(known, _TOLD)

    def ask(self, part: Part, among: int) -> None:
        """Count the facts that this part asks of these households; nothing where they all agree."""
        holding = among & part.holds
        if holding and holding != among:
            self._ask(part, among)

    def _ask(self, part: Part, among: int) -> None:
        if part.only is not None:
            chance = among.bit_count() / self._all
            if self.asked.get(part.only, 0.0) < chance:
                self.asked[part.only] = chance
        elif part.op == "atom":
            self._want(part.wanted, among)
        elif part.op == "not":
            self.ask(part.inner[0], among)
        else:
            self._in_turn(part.inner, among, ends=part.op == "or")

    def _want(self, wanted: Sequence[Wanted], among: int) -> None:
        asked, chance = self.asked, among.bit_count() / self._all
        for fact, before, door in wanted:
            if asked.get(fact) == _TOLD:
                continue
            for gate in before:
                if asked.get(gate, 0.0) < chance:
                    asked[gate] = chance
            own = chance if door is None else (among & door).bit_count() / self._all
            if asked.get(fact, 0.0) < own:
                asked[fact] = own

    def _in_turn(self, parts: Sequence[Part], among: int, *, ends: bool) -> None:
        """An "or" ends with its first yes, an "and" with its first no; the cheapest way to that end first.
        Facts that were asked before come free.
        """
        left: list[tuple[Part, int]] = []
        for part in parts:
            holding = among & part.holds
            if holding and holding != among:
                left.append((part, holding))
            elif bool(holding) is ends:  # it ends the junction for all of them
                return
        for part in self._ranked(left, among, ends=ends) if len(left) > 1 else [part for part, _ in left]:
            holding = among & part.holds
            if holding and holding != among:
                self._ask(part, among)
                among = among ^ holding if ends else holding
            elif bool(holding) is ends:
                return

    def _ranked(self, left: Iterable[tuple[Part, int]], among: int, *, ends: bool) -> list[Part]:
        """Those first that ask least for each household that they end."""
        asked, count, ranked = self.asked.get, among.bit_count(), []
        chance = count / self._all
        for place, (part, holding) in enumerate(left):
            if part.only is not None:
                new = 1 if asked(part.only, 0.0) < chance else 0
            else:
                new = 0
                for fact in part.facts:
                    if asked(fact, 0.0) < chance:
                        new += 1
            ending = holding.bit_count() if ends else count - holding.bit_count()
            ranked.append((new / (ending + 0.5), part.node.number, place, part))
        ranked.sort()
        return [each[-1] for each in ranked]
