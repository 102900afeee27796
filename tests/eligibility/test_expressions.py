"""What an expression is worth, exactly and over sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.eligibility.expressions import BadExpression, parse
from bot.eligibility.values import Interval
from tests.eligibility.rulesets import book_of, right

NOBODY = {"young": frozenset({"no"}), "couple": frozenset({"no"}), "home": frozenset({"none"}),
          "age": Interval(3, 3), "children": Interval(2, 2), "income": Interval(3, 3), "other": Interval(0, 0),
          "ill": frozenset({"no"})}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("age == 3 and children == 2", True),
        ("age != 3", False),
        ("not young and not couple", True),
        ("young or couple or age > 2", True),
        ("not (young or age > 2)", False),
        ("income < base", False),  # 3 cents against 3 cents
        ("income <= base", True),
        ("income == base", True),
        ("income * 2 == high", True),
        ("income - base == 0", True),
        ("income < ceiling[children]", True),  # 4 cents for two
        ("income >= ceiling[0]", True),  # below the table: its first value, 2 cents
        ("base * 3 == ceiling[children + 5]", True),  # 2 + 4 more: 4 + 5 × 1 cents
        ("max(income, base, high) == high and min(income, high) == base", True),
        ("(base if couple else high) == high", True),
        ("base * (1 + 0.5 * couple + 0.5 * (children - 1)) == base * 1.5", True),
        ("home in {owner, none}", True),
        ("home == owner", False),
        ("home != owner", True),
        ("-age < 0 and 2 - -age == 5", True),
        ("age / 2 == 1.5 and income / base == 1", True),
        ("2 + 3 * 4 == 14 and (2 + 3) * 4 == 20", True),
        ("10 - 3 - 2 == 5", True),
        ("per_year(base) == base * 12", None),  # a year's sum is no month's
        ("per_month(per_year(base)) == base", True),
        ("(age >= 3) * 2 == 2", True),
    ],
)
def test_exact_values(expression: str, holds: bool | None) -> None:
    if holds is None:
        with pytest.raises(Exception, match="cannot be combined"):
            book_of(right(f'when: "{expression}"'))
        return
    book = book_of(right(f'when: "{expression}"'))
    assert book.conclusions(NOBODY)["r0"] == ("likely" if holds else "unlikely")


@given(st.text(alphabet="ab1.+-*/()[]{}<>=!, andornotifelse", max_size=40))
def test_any_text_is_a_tree_or_a_mistake_with_its_place(text: str) -> None:
    try:
        parse(text)
    except BadExpression as error:
        place = error.at
    else:
        place = 0
    assert 0 <= place <= len(text)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "age.real", "lambda: 1", "age ** 9", "[1]", "f'x'", "1e9", "age; age"]
)
def test_no_python_passes(text: str) -> None:
    with pytest.raises(BadExpression):
        parse(text) and book_of(right(f'when: "{text}"'))


def test_what_is_open_says_what_both_ends_say() -> None:
    book = book_of(right("when: income + other < high", extra="amount: max(0, high - income)\n"))
    known = {"couple": frozenset({"yes"}), "income": Interval(1, 2)}
    assert book.conclusions(known) == {"r0": "likely"}  # 2 + 3 cents at most
    verdict = book.evaluate(known)["r0"]
    assert verdict.amount is not None
    assert (round(verdict.amount.low, 2), round(verdict.amount.high, 2)) == (0.04, 0.05)
    assert book.conclusions({"couple": frozenset({"yes"}), "income": Interval(1, 4)}) == {"r0": "open"}


def test_the_same_fact_twice_is_seen_through() -> None:
    """Interval by interval both conditions are open; together they can never be."""
    book = book_of(right("when: age >= 3", "when: age < 2"), right("any: [age >= 3, age < 3]"))
    assert book.conclusions({}) == {"r0": "unlikely", "r1": "likely"}
    assert book.next_question({}, ["r0", "r1"]) is None


def test_a_person_alone_is_not_asked_about_the_other() -> None:
    book = book_of(right("when: other < base"))
    assert book.conclusions({"couple": frozenset({"no"})}) == {"r0": "likely"}


def test_maybe_stays_open_whatever_is_answered() -> None:
    book = book_of(right("when: income < base\n    maybe: income < high"))
    said = [book.conclusions({"income": Interval(cents, cents)})["r0"] for cents in (2, 3, 5, 6)]
    assert said == ["likely", "open", "open", "unlikely"]
    question = book.next_question({}, ["r0"])
    assert question is not None
    assert question.choices == (Interval(0, 2), Interval(3, 7)) or len(question.choices) == 3
