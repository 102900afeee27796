"""DESIGN.md §5 as properties, over random rule sets small enough to try every household."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from bot.eligibility import scouting
from bot.eligibility.model import Question
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval, Values
from tests.eligibility.rulesets import BOOK, HOUSEHOLD_SEED, households, within


@pytest.fixture(autouse=True, scope="module")
def _small_crowds() -> Iterator[None]:
    """Each example is a rule book of its own: fewer households are drawn for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scouting, "CROWD", 128)
        yield


LAWS = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None,
)  # fmt: skip


def _some(book: RuleBook, seed: int, inside: Mapping[str, Values] | None = None, most: int = 400):
    """Households, all of them or a fair choice where there are many."""
    every = list(households(book, inside))
    return every if len(every) <= most else random.Random(seed).sample(every, most)


def _coarse(book: RuleBook, household: Mapping[str, Values], seed: int) -> dict[str, Values]:
    """What a hesitant person might have said of this household: some facts, some of them only roughly."""
    chance, said = random.Random(seed), {}
    for name, value in household.items():
        fact = book.facts[name]
        if chance.random() < 0.4:
            continue
        if isinstance(value, Interval) and fact.range:
            said[name] = Interval(
                chance.randint(fact.range.low, value.low), chance.randint(value.high, fact.range.high)
            )
        else:
            said[name] = value | frozenset(chance.sample(sorted(fact.choices), chance.randint(0, 1)))
    return said


@LAWS
@given(BOOK, HOUSEHOLD_SEED)
def test_sound(book: RuleBook, seed: int) -> None:
    """A verdict from coarse answers is the verdict of every exact household inside them."""
    household = random.Random(seed).choice(_some(book, seed))
    known = _coarse(book, household, seed)
    said = book.conclusions(known)
    note(f"{known} {said}")
    for exact in _some(book, seed, known):
        for right, conclusion in book.conclusions(exact).items():
            assert said[right] in ("open", conclusion), (right, exact)


@LAWS
@given(BOOK, HOUSEHOLD_SEED)
def test_complete_and_monotone_and_the_same_as_exact(book: RuleBook, seed: int) -> None:
    """Answering what is asked settles everything, as exact evaluation would; nothing settled opens again."""
    household = random.Random(seed).choice(_some(book, seed))
    known: dict[str, Values] = {}
    before = book.conclusions(known)
    while question := book.next_question(known, list(book.programs)):
        said = answer(question, household)
        assert said != known.get(question.fact), f"{question} teaches nothing after {known}"
        known[question.fact] = said
        after = book.conclusions(known)
        for right, conclusion in before.items():
            assert conclusion in ("open", after[right]), f"{right} changed its mind after {question.fact}"
        before = after
        assert len(known) <= len(book.facts)
    assert before == book.conclusions(household)


@LAWS
@given(BOOK, HOUSEHOLD_SEED)
def test_relevant(book: RuleBook, seed: int) -> None:
    """No question is asked whose answer cannot change an open verdict."""
    household = random.Random(seed).choice(_some(book, seed))
    known: dict[str, Values] = {}
    while question := book.next_question(known, list(book.programs)):
        assert len(question.choices) > 1
        assert can_matter(book, question, known), f"{question} after {known}"
        known[question.fact] = answer(question, household)


@LAWS
@given(BOOK, HOUSEHOLD_SEED, st.data())
def test_what_is_not_said_is_never_asked_again(book: RuleBook, seed: int, data: st.DataObject) -> None:
    """ "I don't know" is an answer everywhere: the rest goes on, and ends."""
    household = random.Random(seed).choice(_some(book, seed))
    known: dict[str, object] = {}
    silent: set[str] = set()
    for _ in range(40):
        question = book.next_question(known, list(book.programs))  # type: ignore[arg-type]
        if question is None:
            break
        assert question.fact not in silent
        if data.draw(st.booleans()):
            known[question.fact] = "dont_know"
            silent.add(question.fact)
        else:
            known[question.fact] = answer(question, household)
    assert question is None
    exact = book.conclusions(household)
    for right, conclusion in book.conclusions(known).items():  # type: ignore[arg-type]
        assert conclusion in ("open", exact[right])


@LAWS
@given(BOOK, HOUSEHOLD_SEED)
def test_a_typed_number_is_kept_as_a_band_and_says_the_same(book: RuleBook, seed: int) -> None:
    household = random.Random(seed).choice(_some(book, seed))
    known: dict[str, Values] = {}
    rights = list(book.programs)
    while question := book.next_question(known, rights):
        value = household[question.fact]
        if isinstance(value, Interval):
            band = book.coarsen(question.fact, value.low, known, rights)
            assert band.low <= value.low <= band.high
            assert band != known.get(question.fact)
            known[question.fact] = band
        else:
            known[question.fact] = answer(question, household)
    assert book.conclusions(known) == book.conclusions(household)


def answer(question: Question, household: Mapping[str, Values]) -> Values:
    pairs = zip(question.choices, question.kept, strict=True)
    fitting = [kept for choice, kept in pairs if within(household[question.fact], choice)]
    assert len(fitting) == 1, f"{question} has no single choice for {household[question.fact]}"
    assert within(household[question.fact], fitting[0])
    return fitting[0]


def can_matter(book: RuleBook, question: Question, known: Mapping[str, Values]) -> bool:
    """By brute force: two possible households that differ in the choice for this fact, not in what else they
    may say, and in a verdict."""
    by_rest: dict[object, dict[int, set[tuple[str, ...]]]] = {}
    for household in households(book, known):
        rest = tuple(
            (n, v) for n, v in household.items() if n != question.fact and not implied(n, question.fact)
        )
        which = next((i for i, c in enumerate(question.choices) if within(household[question.fact], c)), None)
        if which is None:
            continue
        seen = by_rest.setdefault(rest, {})
        verdicts = tuple(book.conclusions(household).values())
        if any(others != {verdicts} for index, others in seen.items() if index != which):
            return True
        seen.setdefault(which, set()).add(verdicts)
    return False


def implied(fact: str, by: str) -> bool:
    return (fact, by) in {("ill", "age"), ("other", "couple")}


@LAWS
@given(BOOK, HOUSEHOLD_SEED)
def test_the_quick_way_for_exact_households_says_the_same(book: RuleBook, seed: int) -> None:
    for household in _some(book, seed, most=50):
        assert book.exactly.conclusions(book.exactly.point(household)) == book.conclusions(household)
