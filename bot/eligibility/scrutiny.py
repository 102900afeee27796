"""What reads well and yet says nothing: conditions that nobody can meet, or everybody does.

Looked for by `rules check` alone: likely households show at once that most conditions go both ways; only for the
few that none of them shows is every corner searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.eligibility.compiled import over_box
from bot.eligibility.library import Library
from bot.eligibility.model import Place
from bot.eligibility.nodes import Node
from bot.eligibility.problems import Problem
from bot.eligibility.program import Goals, Program, Resolved
from bot.eligibility.rights import Condition
from bot.eligibility.rulebook import RuleBook

_PEOPLE: Final = 128
NEVER, ALWAYS = "never", "always"


def doubts(library: Library) -> Iterator[Problem]:
    """Errors for what can never hold, warnings for what always does: each once, with the first day of it."""
    told: set[tuple[Place, str]] = set()
    for day in library.days_of_change():
        for problem in _Scrutiny(library, library.on(day), day).problems():
            if (problem.place, problem.remedy) not in told:
                told.add((problem.place, problem.remedy))
                yield problem


class _Scrutiny:
    def __init__(self, library: Library, book: RuleBook, day: date) -> None:
        self._library = library
        self._book = book
        self._day = day
        self._people = [book.boxes.of(household) for household in book.people(_PEOPLE)]

    def problems(self) -> Iterator[Problem]:
        for implication in self._book.implications:
            entry = self._library.facts[implication.fact]
            if entry.only_if:
                yield from self._gate(entry.only_if[1].place, implication.gate)
        for goals in self._book.programs.values():
            yield from self._right(goals)

    def _gate(self, place: Place, gate: Node) -> Iterator[Problem]:
        said = self._says(gate, next(iter(self._book.programs.values())).rules)
        if said == NEVER:
            what = f"this 'only_if' can never hold (from {self._day}): the fact would never be asked"
            yield Problem(place, what, "mend it, or remove the fact")
        elif said == ALWAYS:
            yield Problem(place, "this 'only_if' always holds", "leave it out", warning=True)

    def _right(self, goals: Goals) -> Iterator[Problem]:
        found = [
            self._condition(condition, sure, possible, goals.rules)
            for condition, sure, possible in goals.rules.conditions
        ]
        problems = [problem for problem in found if problem]
        yield from problems
        if (
            all(problem.warning for problem in problems)
            and self._says(goals.possibly.test, goals.rules) == NEVER
        ):
            place = goals.rules.conditions[0][0].tree.item.place
            what = f"nobody can meet all conditions of this right together (from {self._day})"
            yield Problem(place, what, "two of them exclude each other: mend one")

    def _condition(self, condition: Condition, sure: Node, possible: Node, rules: Resolved) -> Problem | None:
        place = condition.tree.item.place
        if self._says(possible, rules) == NEVER:
            what = f"the condition {condition.id!r} can never be true (from {self._day})"
            return Problem(place, what, "mend its expression or the figures it compares with")
        if self._says(sure, rules) == ALWAYS:
            what = f"the condition {condition.id!r} is true for everybody (from {self._day})"
            return Problem(place, what, "leave it out, unless it only explains something", warning=True)
        return None

    def _says(self, node: Node, rules: Resolved) -> str:
        """`NEVER`, `ALWAYS`, or empty where both occur (or it takes too long to tell)."""
        if node.constant:
            return ALWAYS if node.low else NEVER
        if len(self._seen(node)) > 1:
            return ""
        book = self._book
        program = Program(rules, node, book.layout, book.boxes, book.behind)
        return {(0.0, 0.0): NEVER, (1.0, 1.0): ALWAYS}.get(program.verdict(book.boxes.widest), "")

    def _seen(self, node: Node) -> set[bool]:
        function = over_box([node], self._book.layout)
        return {bool(function(box)[0]) for box in self._people}
