"""A truthful person answers the rule book's own questions, without the pages around them."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.conversation.path import narrowed
from bot.conversation.scene import _ENOUGH as ENOUGH
from bot.conversation.scene import exact, in_full
from bot.eligibility.model import Question
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Answer, Interval, Values

LONGEST = 200


@dataclass(frozen=True)
class Standing:
    """What is known, and how often each number was told in bands: as the conversation has it."""

    known: Mapping[str, Answer] = field(default_factory=dict)
    bands: Mapping[str, int] = field(default_factory=dict)
    messages: int = 0
    facts: int = 0

    @cached_property
    def passed(self) -> frozenset[str]:
        often = {fact for fact, told in self.bands.items() if told >= ENOUGH}
        return frozenset(fact for fact in often if not exact(self.known[fact]))

    def question(self, book: RuleBook, rights: Collection[str]) -> Question | None:
        """Raises RuntimeError if questions never end."""
        if self.messages >= LONGEST:
            raise RuntimeError(f"this conversation does not end: {dict(self.known)}")
        return book.next_question(self.known, rights, self.passed)

    def answers(
        self, book: RuleBook, question: Question, household: Mapping[str, Values]
    ) -> dict[str, Answer]:
        """What this household's answer leaves known of the facts of a question."""
        if question.boxes:
            asked = zip(question.facts, question.boxes, strict=True)
            return {f: self._ticked(f, household[f], *ends) for f, ends in asked}
        fact, value = question.fact, household[question.fact]
        if isinstance(value, Interval) and in_full(book.facts[fact], question, self.bands.get(fact, 0)):
            return {fact: value}
        kept = zip(question.choices, question.kept, strict=True)
        told = next(kept for choice, kept in kept if within(value, choice))
        return {fact: narrowed(self.known.get(fact, told), told)}

    def _ticked(self, fact: str, value: Values, ticked: Values, empty: Values) -> Answer:
        told = ticked if within(value, ticked) else empty
        return narrowed(self.known.get(fact, told), told)

    def after(self, question: Question, answers: Mapping[str, Answer]) -> Standing:
        told = {
            fact: self.bands.get(fact, 0) + 1
            for fact, said in answers.items()
            if isinstance(said, Interval) and not question.boxes
        }
        return Standing(
            {**self.known, **answers},
            {**self.bands, **told},
            self.messages + 1,
            self.facts + len(question.facts),
        )


@dataclass
class Played:
    """`seconds` each question took to choose, "no more" too; a message with boxes to tick is one question."""

    questions: list[Question] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    end: Standing = field(default_factory=Standing)


def play(book: RuleBook, rights: Collection[str], household: Mapping[str, Values]) -> Played:
    """Until nothing is left to ask. Raises RuntimeError if questions never end."""
    played = Played()
    while True:
        began = time.perf_counter()
        question = played.end.question(book, rights)
        played.seconds.append(time.perf_counter() - began)
        if question is None:
            return played
        played.questions.append(question)
        played.end = played.end.after(question, played.end.answers(book, question, household))


def within(value: Values, outer: Values) -> bool:
    if isinstance(value, Interval) and isinstance(outer, Interval):
        return outer.low <= value.low and value.high <= outer.high
    return isinstance(value, frozenset) and isinstance(outer, frozenset) and value <= outer
