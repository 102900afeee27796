"""The dynamic programme against trying every order of questions, on sets small enough for that."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.drawn_rules import drawn
from benchmarks.optimum import Walk, compared
from benchmarks.space import Optimum, Space, space
from tests.eligibility.rulesets import book_of, right

FACTS = """
    rich: {type: yes_no, label: L, ask: A ?, prior: {yes: 0.1, no: 0.9, source: estimate, note: N}}
    young: {type: yes_no, label: L, ask: A ?, prior: {yes: 0.4, no: 0.6, source: estimate, note: N}}
    ill: {type: yes_no, label: L, ask: A ?, prior: {yes: 0.5, no: 0.5, source: estimate, note: N}}
    home: {type: choice, label: L, ask: A ?, choices: {a: A, b: B, c: C},
           prior: {a: 0.2, b: 0.3, c: 0.5, source: estimate, note: N}}
    money: {type: amount, unit: EUR/month, range: 0..1000, label: L, ask: A ?,
            prior: {bands: {0..100: 0.5, 100..1000: 0.5}, source: estimate, note: N}}
    pension: {type: yes_no, label: L, ask: A ?, only_if: not young,
              prior: {yes: 0.5, no: 0.5, source: estimate, note: N}}
"""
PARAMETERS = "    line: {label: P, unit: EUR/month, values: {2020-01-01: {value: 100, source: S}}}\n"


def best(*rights: str) -> float:
    book = book_of(*rights, facts=FACTS, parameters=PARAMETERS)
    return Optimum(space(book, list(book.programs))).questions


def brute(households: Space) -> float:
    """Every next question, every answer: no memory, no arithmetic shared with the programme."""
    return _brute(list(households.verdicts), tuple(range(len(households.sizes))), households)


def _brute(left: Sequence[tuple[int, ...]], open_: tuple[int, ...], households: Space) -> float:
    mass = sum(households.mass[at] for at in left)
    if mass == 0 or len({households.verdicts[at] for at in left}) == 1:
        return 0.0
    return min(
        1
        + sum(
            _share(part, mass, households) * _brute(part, _without(open_, fact), households) for part in parts
        )
        for fact in open_
        if not any(fact in households.unasked[at] for at in left)
        for parts in [_parted(left, fact)]
    )


def _parted(left: Sequence[tuple[int, ...]], fact: int) -> list[list[tuple[int, ...]]]:
    return [[at for at in left if at[fact] == cell] for cell in sorted({at[fact] for at in left})]


def _share(part: Sequence[tuple[int, ...]], mass: float, households: Space) -> float:
    return sum(households.mass[at] for at in part) / mass


def _without(open_: tuple[int, ...], fact: int) -> tuple[int, ...]:
    return tuple(each for each in open_ if each != fact)


def test_the_likelier_end_is_asked_first():
    assert best(right("all: [rich, young]")) == pytest.approx(1.1)  # rich: no ends it for nine of ten
    assert best(right("any: [rich, young]")) == pytest.approx(1.6)  # young: yes ends it for four of ten


def test_one_answer_serves_two_rights():
    assert best(right("when: rich"), right("when: not rich")) == pytest.approx(1.0)
    assert best(right("when: rich"), right("when: young")) == pytest.approx(2.0)


def test_a_moving_line_needs_what_moves_it():
    """50 % are under 100 whatever else is true; of the others, those under 200 depend on `ill`."""
    moved = best(right('when: "money < line * (1 + ill)"'))
    assert moved == pytest.approx(1 + 100 / 900 * 0.5, abs=1e-3)


def test_what_concerns_only_some_is_asked_of_them():
    """Nobody young has a pension: `young` comes first and settles it for 40 %."""
    assert best(right("when: pension")) == pytest.approx(1.6)
    assert best(right("any: [pension, young]")) == pytest.approx(1.6)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6, 10, 15, 16, 19])
def test_as_good_as_trying_every_order(seed: int):
    rules = drawn(seed)
    assert rules
    households = space(rules.book, list(rules.book.programs))
    found = Optimum(households).questions
    assert found == pytest.approx(brute(households))
    assert sum(households.mass.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", [3, 8, 10, 15])
def test_no_asker_does_better_than_the_optimum(seed: int):
    rules = drawn(seed)
    assert rules
    found = compared(str(seed), rules.book, list(rules.book.programs))
    assert found
    assert found.asked >= found.optimum - 1e-9
    walk = Walk(rules.book, list(rules.book.programs))
    walk.questions(space(rules.book, list(rules.book.programs)).people)
    assert walk.wrong == 0


def test_sets_are_drawn_alike_each_time():
    first, again = drawn(5), drawn(5)
    assert first
    assert again
    assert first.text == again.text
