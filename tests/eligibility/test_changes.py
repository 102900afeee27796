"""What would turn a condition that is not met: said only where it is true, and in figures that hold."""

from __future__ import annotations

import random

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.eligibility.model import Change
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval
from tests.eligibility.rulesets import FACTS, HOUSEHOLD_SEED, RIGHT, book_of, households, right
from tests.eligibility.test_laws import LAWS, _coarse, _some

CHANGEABLE = (
    FACTS.replace("type: yes_no,", "type: yes_no, change: {yes: o, no: n},")
    .replace("type: choice,", "type: choice, change: {tenant: t, owner: o, none: n},")
    .replace("type: count,", "type: count, change: {from: f, below: b},")
    .replace("type: amount,", "type: amount, change: {from: f, below: b},")
)
REAL = """
    age: {type: age, range: 0..110, label: L, ask: A ?}
    children: {type: count, range: 0..10, label: L, ask: A ?, change: {from: f}}
    couple: {type: yes_no, label: L, ask: A ?}
    student: {type: yes_no, label: L, ask: A ?, only_if: age >= 16 and age <= 30}
    home: {type: choice, label: L, ask: A ?, choices: {tenant: T, owner: O}, change: {tenant: t}}
    income: {type: amount, unit: EUR/month, range: 0..15000, label: L, ask: A ?, change: {from: f, below: b}}
    work: {type: amount, unit: EUR/month, range: 0..15000, label: L, ask: A ?, only_if: income > 0}
"""
AMOUNT = "base: {label: P, unit: EUR/month, values: {2020-01-01: {value: 651.69, source: S}}}"


def real(*conditions: str) -> RuleBook:
    return book_of(right(*conditions), facts=REAL, parameters=AMOUNT)


def changes(book: RuleBook, **known: object) -> list[Change]:
    """Numbers are exact values in whole units; a pair is a band."""
    read = {
        name: Interval(value, value) if isinstance(value, int)
        else Interval(*value) if isinstance(value, tuple)
        else frozenset({value})
        for name, value in known.items()
    }  # fmt: skip
    return list(book.would_change("r0", read))


@LAWS
@given(st.lists(RIGHT, min_size=1, max_size=2), HOUSEHOLD_SEED)
def test_a_change_makes_the_condition_hold_for_every_household_so_changed(
    rights: list[str], seed: int
) -> None:
    book = book_of(*rights, facts=CHANGEABLE)
    chance = random.Random(seed)
    household = chance.choice(_some(book, seed))
    known = household if chance.random() < 0.5 else _coarse(book, household, seed)
    found = [(r, change) for r in book.programs for change in book.would_change(r, known)]
    assume(found)
    for r, change in found:
        before = {c.id: c.state for c in book.evaluate(known, [r])[r].conditions}
        assert before[change.condition] == "false"
        assert change.values != known[change.fact]
        for exact in households(book, {**known, change.fact: change.values}):
            states = {c.id: c.state for c in book.evaluate(exact, [r])[r].conditions}
            assert states[change.condition] == "true", (change, exact)


def test_from_an_age_on() -> None:
    book = real("any: [age >= 25, children >= 1]")
    assert changes(book, age=22, children=0) == [
        Change("c0", "age", Interval(25, 110)), Change("c0", "children", Interval(1, 10)),
    ]  # fmt: skip
    assert changes(book, age=(18, 24), children=0)[0] == Change("c0", "age", Interval(25, 110))


def test_under_a_sum() -> None:
    book = real("when: income < base * (1 + 0.5 * couple)")
    assert changes(book, income=120_000, couple="no") == [Change("c0", "income", Interval(0, 65_168))]
    assert changes(book, income=(98_000, 120_000), couple="yes") == [
        Change("c0", "income", Interval(0, 97_753))
    ]


def test_no_line_is_told_where_another_open_fact_would_move_it_far() -> None:
    book = real("when: income < base * (1 + 0.5 * couple)")
    assert changes(book, income=120_000) == []


def test_an_age_is_told_where_another_answer_could_only_make_it_a_little_lower() -> None:
    book = real("any: [age >= 65, {all: [age >= 62, couple]}]")
    assert changes(book, age=40) == [Change("c0", "age", Interval(65, 110))]
    book = real("any: [age >= 65, {all: [age >= 50, couple]}]")
    assert changes(book, age=40) == []


def test_what_is_met_or_open_needs_no_change() -> None:
    book = real("when: income < base", "when: age >= 25")
    assert changes(book, income=10, age=(20, 30)) == []


def test_nobody_grows_younger_and_nobody_waits_for_a_formula() -> None:
    assert changes(real("when: age < 25"), age=40) == []
    assert changes(real("when: 'income < (base if age >= 65 else 0)'"), age=40, income=5) == []


def test_only_what_the_fact_files_allow_is_named() -> None:
    assert changes(real("when: couple"), couple="no") == []
    assert changes(real("when: home == tenant"), home="owner") == [
        Change("c0", "home", frozenset({"tenant"}))
    ]
    assert changes(real("when: home == owner"), home="tenant") == []


def test_a_family_grows_by_one() -> None:
    assert changes(real("when: children >= 3"), children=1) == []
    assert changes(real("when: children >= 3"), children=2) == [Change("c0", "children", Interval(3, 10))]


def test_no_change_undoes_another_answer() -> None:
    """From 31 on nobody is asked whether they study: that is no way out for a student of 25."""
    assert changes(real("when: not student"), age=25, student="yes") == []
    # without any income there would be no wages, and wages were told
    assert changes(real("when: income < base"), income=80_000, work=10_000) == [
        Change("c0", "income", Interval(1, 65_168))
    ]


def test_an_amount_hangs_on_what_would_be_asked_first() -> None:
    amount = "amount: max(0, base + income - work)\n"
    book = book_of(right("when: age >= 25", extra=amount), facts=REAL, parameters=AMOUNT)
    assert book.amount_hangs_on("r0", {}) == ("income",), "work is only asked where there is an income"
    known = {"income": Interval(100_000, 100_000)}
    assert book.amount_hangs_on("r0", known) == ("work",)
    assert book.amount_hangs_on("r0", {**known, "work": Interval(5, 5)}) == ()
    assert book_of(right("when: age >= 25"), facts=REAL, parameters=AMOUNT).amount_hangs_on("r0", {}) == ()
