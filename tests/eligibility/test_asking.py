"""What makes the next question cheap is exact: shared households, guessed edges, answers tried on all at once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.eligibility import scouting
from bot.eligibility.cloud import Sampler
from bot.eligibility.edges import EdgeFinder, chosen
from bot.eligibility.keeping import Kept
from bot.eligibility.model import Question
from bot.eligibility.outlook import Outlook
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.scouting import Scout
from bot.eligibility.values import Interval, Values
from tests.eligibility.rulesets import BOOK, FACTS, HOUSEHOLD_SEED, book_of, households, right, within

EXAMPLES = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink], max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None,
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _drawn_inside() -> Iterator[None]:
    """Each example is a rule book of its own; of most boxes the households are drawn inside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scouting, "CROWD", 128)
        patch.setattr(scouting, "_ENOUGH", 100)
        yield


def played(book: RuleBook, household: Mapping[str, Values]) -> list[Question]:
    known: dict[str, Values] = {}
    asked: list[Question] = []
    while question := book.next_question(known, list(book.programs)):
        asked.append(question)
        pairs = zip(question.choices, question.kept, strict=True)
        known[question.fact] = next(
            kept for choice, kept in pairs if within(household[question.fact], choice)
        )
    return asked


def outlooks(book: RuleBook, seed: int) -> list[Outlook]:
    """Each right as it looks to a few people of whom a little is known, one after the other."""
    chance, scout = random.Random(seed), scout_of(book)
    programs = [program for goals in book.programs.values() for program in (goals.surely, goals.possibly)]
    found = []
    for household in chance.choices(list(households(book)), k=5):
        known = {fact: values for fact, values in household.items() if chance.random() < 0.3}
        box = book.boxes.of(known)
        found += [scout.outlook(program, box, frozenset()) for program in programs]
    return found


def scout_of(book: RuleBook) -> Scout:
    return book._asker._scout


@EXAMPLES
@given(BOOK, HOUSEHOLD_SEED)
def test_nobodys_question_hangs_on_who_was_asked_before(book: RuleBook, seed: int) -> None:
    every = list(households(book))
    people = random.Random(seed).sample(every, min(6, len(every)))
    there = [played(book, household) for household in people]
    again = RuleBook.__new__(RuleBook)
    again.__dict__ = book.__dict__ | {"_asker": book.asker()}
    back = [played(again, household) for household in reversed(people)]
    assert there == back[::-1]


@EXAMPLES
@given(BOOK, HOUSEHOLD_SEED)
def test_what_is_said_of_drawn_households_is_what_each_would_be_told(book: RuleBook, seed: int) -> None:
    for outlook in outlooks(book, seed):
        held, bit = outlook.held, 0
        for row in outlook.cloud.some(held, held.bit_count(), sorted(outlook.program.reached)):
            bit = (held & -held).bit_length() - 1
            held &= held - 1
            assert outlook.program.settle(row, outlook.box)
            low, high = outlook.program.quick(row)
            assert bool(low) == bool(high) == bool(outlook.likely >> bit & 1)


@EXAMPLES
@given(BOOK, HOUSEHOLD_SEED)
def test_an_answer_tried_on_all_at_once_matters_as_tried_on_each(book: RuleBook, seed: int) -> None:
    for outlook in outlooks(book, seed):
        for fact in outlook.needed:
            values = outlook._boxes.values(outlook.box, fact)
            ends = (values.low, values.high) if isinstance(values, Interval) else sorted(values)
            choices = [Interval(e, e) if isinstance(e, int) else frozenset({e}) for e in ends]
            trials = [outlook._boxes.ends(fact, choice) for choice in choices]
            told = sorted(outlook.program.reached - {fact})
            rows = outlook.cloud.some(outlook.held, 64, told)
            one_by_one = any(outlook._differs(fact, trials, row) for row in rows)
            assert outlook.matters(fact, choices) == one_by_one


@EXAMPLES
@given(BOOK, HOUSEHOLD_SEED)
def test_a_guessed_edge_is_where_the_answer_flips(book: RuleBook, seed: int) -> None:
    finder = EdgeFinder(
        book.facts, book.priors, book.boxes, book.layout, Sampler(book.facts, book.priors, book.boxes)
    )
    household = random.Random(seed).choice(list(households(book)))
    row = book.boxes.of(household)
    for atom in {a.number: a for goals in book.programs.values() for a in goals.surely.atoms}.values():
        for fact in atom.facts:
            span = book.facts[fact].range
            if span is None:
                continue
            line = finder._line(atom, fact)
            truth = finder._truth(line, row)
            said = {value: truth(value, value) for value in range(span.low, span.high + 1)}
            assert all(finder._at_point(line, row)(v, v) is said[v] for v in said)
            if line.steady:
                flips = [v for v in said if v > span.low and said[v] is not said[v - 1]]
                assert list(finder._crossing(line, row, span)) == flips


def test_a_household_is_drawn_for_the_box_at_hand() -> None:
    """Answers about other facts rule households out: what was found for somebody else does not count."""
    facts = f"{FACTS}    frail: {{type: yes_no, label: L, ask: A ?, only_if: age >= 3}}\n"
    book = book_of(right('when: "income * (age + 1) < base"'), right('when: "frail"'), facts=facts)
    here: dict[str, Values] = {"frail": frozenset({"yes"})}
    alone = book.next_question(here, list(book.programs))
    other = book_of(right('when: "income * (age + 1) < base"'), right('when: "frail"'), facts=facts)
    other.next_question({}, list(book.programs))
    assert other.next_question(here, list(other.programs)) == alone


def test_edges_are_chosen_alike_however_their_weights_add_up() -> None:
    def share(low: int, high: int) -> float:
        return 0.01 + (high - low) / 1_000

    for seed in range(200):
        chance = random.Random(seed)
        weights = {chance.randrange(1, 1_000): chance.choice((0.25, 0.5, 1.0, 0.2)) for _ in range(30)}
        assert chosen(weights, (0, 1_001), 4, lambda _: 15, share) == plainly(weights, (0, 1_001), 4, share)


def plainly(weights: Mapping[int, float], span: tuple[int, int], most: int, share) -> list[int]:
    kept: list[int] = []
    ahead = sorted(weights)
    while ahead and len(kept) < most:
        ends = [span[0], *sorted(kept), span[1]]

        def spared(edge: int, ends: list[int] = ends) -> float:
            low, high = max(e for e in ends if e < edge), min(e for e in ends if e >= edge)
            below = sum(w for other, w in weights.items() if low < other < edge)
            above = sum(w for other, w in weights.items() if edge < other < high)
            own = weights[edge]
            return share(low, edge) * (above + own) + share(edge, high) * (below + own)

        best = max(ahead, key=lambda edge: (spared(edge), weights[edge], -edge))
        kept.append(best)
        ahead = [edge for edge in ahead if abs(edge - best) >= 15]
    return kept


def test_what_is_kept_is_bounded_and_what_is_used_stays() -> None:
    kept = Kept[int, int](10)
    kept.put(0, 0)
    for number in range(1, 100):
        kept.put(number, number)
        assert kept.get(0) == 0
    assert kept.get(50) is None
    assert sum(kept.get(number) is not None for number in range(100)) <= 10
