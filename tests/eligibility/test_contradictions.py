"""Answers that cannot all be true are named; those that can never are."""

from __future__ import annotations

import random

from hypothesis import given

from bot.eligibility.model import Contradiction
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval
from tests.eligibility.rulesets import BOOK, HOUSEHOLD_SEED, book_of, households, right
from tests.eligibility.test_laws import LAWS, _coarse, _some

LIFE = """
    age: {type: age, range: 0..110, label: L, ask: A ?}
    couple: {type: yes_no, label: L, ask: A ?}
    pregnant: {type: yes_no, label: L, ask: A ?, only_if: age >= 14 and age <= 50}
    children: {type: count, range: 0..10, label: L, ask: A ?}
    youngest: {type: age, range: 0..24, label: L, ask: A ?, only_if: children >= 1, otherwise: 24}
    alone: {type: yes_no, label: L, ask: A ?, only_if: not couple and youngest <= 3}
    kind: {type: choice, label: L, ask: A ?, choices: {none: N, some: S, much: M}}
    limited: {type: yes_no, label: L, ask: A ?, only_if: kind == some}
"""
YES, NO = frozenset({"yes"}), frozenset({"no"})


def life() -> RuleBook:
    return book_of(right("any: [pregnant, alone, limited]"), facts=LIFE)


def test_an_expectant_mother_of_70() -> None:
    assert life().contradictions({"pregnant": YES, "age": Interval(70, 70)}) == (
        Contradiction("pregnant", ("age",)),
    )


def test_what_can_be_is_no_contradiction() -> None:
    book = life()
    for known in (
        {"pregnant": YES, "age": Interval(40, 70)}, {"pregnant": NO, "age": Interval(70, 70)}, {"pregnant": YES},
        {"pregnant": "dont_know", "age": Interval(70, 70)}, {"age": "declined", "pregnant": YES}, {},
    ):  # fmt: skip
        assert book.contradictions(known) == (), known


def test_only_those_are_named_that_would_free_it() -> None:
    told = {"alone": YES, "couple": YES, "children": Interval(2, 2), "youngest": Interval(1, 1)}
    assert life().contradictions(told) == (Contradiction("alone", ("couple",)),)


def test_all_are_named_where_none_alone_would() -> None:
    told = {"alone": YES, "couple": YES, "youngest": Interval(9, 9), "children": Interval(1, 1)}
    assert life().contradictions(told) == (Contradiction("alone", ("couple", "youngest", "children")),)


def test_however_far_behind() -> None:
    told = {"alone": YES, "couple": NO, "children": Interval(0, 0)}
    assert life().contradictions(told) == (Contradiction("alone", ("children",)),)


def test_choices() -> None:
    assert life().contradictions({"kind": frozenset({"much"}), "limited": YES}) == (
        Contradiction("limited", ("kind",)),
    )
    assert life().contradictions({"kind": frozenset({"much", "some"}), "limited": YES}) == ()


def test_until_it_is_mended_what_is_implied_counts() -> None:
    assert life().conclusions({"pregnant": YES, "age": Interval(70, 70), "limited": NO, "alone": NO}) == {
        "r0": "unlikely"
    }


def test_the_question_to_correct_has_every_choice() -> None:
    question = life().question_about("age", {"pregnant": YES, "age": Interval(30, 30)}, ["r0"])
    assert any(choice.low <= 70 <= choice.high for choice in question.choices if isinstance(choice, Interval))


@LAWS
@given(BOOK, HOUSEHOLD_SEED)
def test_no_possible_household_contradicts_itself_and_what_does_is_named(book: RuleBook, seed: int) -> None:
    chance = random.Random(seed)
    household = chance.choice(_some(book, seed))
    assert book.contradictions(household) == ()
    known = _coarse(book, household, seed)
    assert book.contradictions(known) == ()
    wrong = {**known, chance.choice(list(book.facts)): chance.choice(list(household.values()))}
    wrong = {name: value for name, value in wrong.items() if type(value) is type(household[name])
             and (not isinstance(value, frozenset) or value <= set(book.facts[name].choices))
             and (not isinstance(value, Interval) or value.high <= book.facts[name].range.high)}  # fmt: skip
    assert bool(book.contradictions(wrong)) == (next(households(book, wrong), None) is None)
