"""Two rule books beside each other: whose verdicts and amounts differ, in which direction, for what reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal, TypeAlias

from bot.eligibility.compiled import Box, over_box
from bot.eligibility.model import Conclusion, ConditionState, Figure, Said
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import BadValue, Values

Standing: TypeAlias = Conclusion | Literal["absent"]
"""What a right is to a household: its verdict, or `absent` where these rules do not know the right."""

_RANK: Final[dict[Standing, int]] = {"absent": 0, "unlikely": 0, "open": 1, "likely": 2}
_CENT: Final = 0.005
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition that parts the two verdicts; its figures are those of the households it moved."""

    condition: str
    said: Said
    households: int


@dataclass(frozen=True, slots=True)
class Move:
    """The households that go from one verdict on a right to another."""

    before: Standing
    after: Standing
    households: int
    reasons: tuple[Reason, ...]
    examples: tuple[Mapping[str, Values], ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """How amounts move for the households that probably have the right before and after."""

    households: int
    before: float  # mean
    after: float
    least: float  # the smallest and greatest difference
    most: float
    unit: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes about one right."""

    right: str
    moves: tuple[Move, ...]
    amounts: Amounts | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`facts_gone` and `facts_new` are those that only one of the two asks."""

    households: int
    differences: tuple[Difference, ...]
    facts_gone: tuple[str, ...]
    facts_new: tuple[str, ...]


def compare(
    old: RuleBook, new: RuleBook, households: int, rights: Collection[str] | None = None
) -> Comparison:
    """Likely households (drawn from the new rules' priors) under both; `rights` limits what is looked at."""
    people = [_Person(old, new, facts) for facts in new.people(households)]
    known = dict.fromkeys([*new.programs, *old.programs])
    compared = [_compared(right, people) for right in known if rights is None or right in rights]
    return Comparison(
        len(people),
        tuple(each for each in compared if each.moves or each.amounts),
        tuple(sorted(old.facts.keys() - new.facts.keys())),
        tuple(sorted(new.facts.keys() - old.facts.keys())),
    )


class _Person:
    """One household under both rule books."""

    def __init__(self, old: RuleBook, new: RuleBook, facts: Mapping[str, Values]) -> None:
        self._old, self._new = old, new
        self._facts = facts
        self._before, self._after = old.boxes.of(dict(_fitting(old, facts))), new.boxes.of(facts)

    def standings(self, right: str) -> tuple[Standing, Standing]:
        return _standing(self._old, right, self._before), _standing(self._new, right, self._after)

    def amounts(self, right: str) -> tuple[float, float] | None:
        """What the right brings before and after; None where it is not known of both."""
        both = [
            book.programs[right].surely.amount(box)
            for book, box in ((self._old, self._before), (self._new, self._after))
        ]
        return None if both[0] is None or both[1] is None else (fmean(both[0]), fmean(both[1]))

    def unit(self, right: str) -> str:
        return self._new.texts[right].amount_unit

    def reasons(self, right: str, *, better: bool) -> list[ConditionState]:
        """The conditions that part the two verdicts: those not met any more, or those met now at last (as the
        new rules say them, where they still do).
        """
        before, after = self._states(self._old, right), self._states(self._new, right)
        told, other = (before, after) if better else (after, before)
        unmet = [state for state in told.values() if state.state != "true"]
        parting = [s for s in unmet if s.id not in other or other[s.id].state != s.state]
        return [other.get(s.id, s) if better else s for s in parting or unmet]

    def _states(self, book: RuleBook, right: str) -> dict[str, ConditionState]:
        if right not in book.programs:
            return {}
        known = dict(_fitting(book, self._facts))
        return {state.id: state for state in book.evaluate(known, [right])[right].conditions}

    def life(self, right: str) -> dict[str, Values]:
        """What one has to know of this household to understand its verdicts."""
        books = [book for book in (self._old, self._new) if right in book.programs]
        reached = frozenset[str]().union(*(book.programs[right].reached for book in books))
        idle = {
            each.fact
            for each in self._new.implications
            if each.fact in reached and not over_box([each.gate], self._new.layout)(self._after)[1]
        }
        return {name: values for name, values in self._facts.items() if name in reached - idle}


def _fitting(book: RuleBook, facts: Mapping[str, Values]) -> Iterator[tuple[str, Values]]:
    """The answers that a rule book can read; what it does not know stays open."""
    for name, values in facts.items():
        try:
            if name in book.facts and book.boxes.ends(name, values):
                yield name, values
        except BadValue:
            continue


def _standing(book: RuleBook, right: str, box: Box) -> Standing:
    return book.programs[right].conclusion(box) if right in book.programs else "absent"


def _compared(right: str, people: Sequence[_Person]) -> Difference:
    moved: dict[tuple[Standing, Standing], list[_Person]] = defaultdict(list)
    amounts: list[tuple[float, float]] = []
    for person in people:
        before, after = person.standings(right)
        if before != after and _RANK[before] + _RANK[after]:
            moved[before, after].append(person)
        elif before == after == "likely" and (pair := person.amounts(right)):
            amounts.append(pair)
    ordered = sorted(moved.items(), key=lambda item: -len(item[1]))
    most = max(1, _EXAMPLES // max(1, len(ordered)))
    moves = tuple(_move(right, *ways, group, most) for ways, group in ordered)
    return Difference(right, moves, _amounts(amounts, people[0].unit(right)) if amounts else None)


def _move(right: str, before: Standing, after: Standing, group: list[_Person], most: int) -> Move:
    better = _RANK[after] > _RANK[before]
    reasons = () if "absent" in (before, after) else _reasons(p.reasons(right, better=better) for p in group)
    return Move(
        before, after, len(group), tuple(reasons), tuple(person.life(right) for person in group[:most])
    )


def _reasons(found: Iterable[list[ConditionState]]) -> Iterator[Reason]:
    counted, said = Counter[str](), dict[str, Said]()
    for state in (state for states in found for state in states):
        counted[state.id] += 1
        said[state.id] = _wider(said.get(state.id, state.said), state.said)
    for condition, count in counted.most_common():
        yield Reason(condition, said[condition], count)


def _wider(a: Said, b: Said) -> Said:
    """One sentence with the figures of both households."""
    figures = {
        name: Figure(
            min(figure.low, b.figures[name].low), max(figure.high, b.figures[name].high), figure.unit
        )
        for name, figure in a.figures.items()
    }
    return Said(a.template, figures)


def _amounts(pairs: list[tuple[float, float]], unit: str) -> Amounts | None:
    moved = [pair for pair in pairs if abs(pair[1] - pair[0]) > _CENT]
    if not moved:
        return None
    differences = [after - before for before, after in moved]
    return Amounts(
        len(moved), fmean(before for before, _ in moved), fmean(after for _, after in moved),
        min(differences), max(differences), unit,
    )  # fmt: skip
