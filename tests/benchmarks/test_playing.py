"""The benchmarks' quick player asks and tells what the real conversation does."""

from __future__ import annotations

import pytest

from benchmarks import households
from benchmarks.catalogue import today
from benchmarks.playing import play
from bot.conversation import simulate
from bot.eligibility.values import Interval, Values


def exact(values: Values) -> int | str:
    return values.low if isinstance(values, Interval) else next(iter(values))


def test_the_quick_player_asks_what_the_conversation_asks():
    book = today()
    for household in book.people(4):
        quick = play(book, list(book.programs), household)
        real = simulate.play(book, None, {name: exact(values) for name, values in household.items()})
        assert [fact for question in quick.questions for fact in question.facts] == list(real.questions)
        assert book.conclusions(quick.end.known) == dict(real.verdicts)


def test_households_asked_together_are_asked_what_each_would_be():
    book = today()
    people = book.people(10)
    walk = households.Walk(book, people, "all")
    start = households.Group("all", households.Standing(), range(len(people)))
    outcomes = {o.household: o for o in walk.outcomes(start)}
    assert len(outcomes) == len(people)
    for index, outcome in outcomes.items():
        alone = play(book, list(book.programs), people[index])
        assert (outcome.messages, outcome.facts) == (alone.end.messages, alone.end.facts)
        assert outcome.wrong == 0
        assert 0 < outcome.stored <= outcome.exact + 1e-9
        assert outcome.stored == pytest.approx(
            sum(households.bits(book, fact, answer) for fact, answer in alone.end.known.items())
        )
