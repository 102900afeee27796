"""The publicodes model says the same as our rules: on small rules with every operation, and on the real ones."""

from __future__ import annotations

import pytest

from benchmarks import publicodes
from benchmarks.catalogue import today
from bot.eligibility.rulebook import RuleBook
from tests.eligibility.rulesets import book_of, households, right

EVERY_OPERATION = (
    right(
        'when: "income < base * (1 + 0.5 * couple + 0.3 * children)"',
        'when: "not young or home in {tenant, owner}"',
    ),
    right(
        'when: "income + other <= ceiling[1 + couple + children]"', 'maybe: "ill"\n    when: "home == none"'
    ),
    right('when: "max(income, other) < high and min(high, income * 2) > base or age >= 3"'),
    right('when: "income < (high if home == owner else base) and income - other > base - high"'),
)


def agrees(book: RuleBook, people: list) -> None:
    try:
        said = publicodes.run(book, people, fetch=False)["verdicts"]
    except publicodes.Missing as missing:  # no test reaches beyond this machine
        pytest.skip(f"PUBLICODES IS NOT COMPARED: {missing}")
    assert said == [list(book.exactly.judged(book.exactly.point(household))) for household in people]
    assert len({tuple(each) for each in said}) > 3


@pytest.mark.slow
def test_every_operation_means_the_same():
    book = book_of(*EVERY_OPERATION)
    agrees(book, list(households(book))[::40])


@pytest.mark.slow
def test_the_real_rules_mean_the_same():
    agrees(today(), today().people(50))
