"""A truthful person answers the rule book's own questions, without the pages around them."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.conversation.path import narrowed
from bot.eligibility.model import Question
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Answer, Interval, Values

LONGEST = 200


@dataclass
class Played:
    """`messages`: how often the person was asked; a message with boxes to tick is one."""

    questions: list[Question] = field(default_factory=list)
    known: dict[str, Answer] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def messages(self) -> int:
        return len(self.questions)

    @property
    def facts(self) -> int:
        return sum(len(question.facts) for question in self.questions)


def play(book: RuleBook, rights: Collection[str], household: Mapping[str, Values]) -> Played:
    """Until nothing is left to ask. Raises RuntimeError if questions never end."""
    played = Played()
    while True:
        began = time.perf_counter()
        question = book.next_question(played.known, rights)
        played.seconds.append(time.perf_counter() - began)
        if question is None:
            return played
        if played.messages >= LONGEST:
            raise RuntimeError("this conversation does not end")
        played.questions.append(question)
        played.known |= said(question, household, played.known)


def said(
    question: Question, household: Mapping[str, Values], known: Mapping[str, Answer]
) -> dict[str, Answer]:
    """What is known of the facts of a question once it is answered."""
    if len(question.facts) > 1:
        return {fact: household[fact] for fact in question.facts}
    fact = question.fact
    choice = next(choice for choice in question.choices if within(household[fact], choice))
    return {fact: narrowed(known.get(fact, choice), choice)}


def within(value: Values, outer: Values) -> bool:
    if isinstance(value, Interval) and isinstance(outer, Interval):
        return outer.low <= value.low and value.high <= outer.high
    return isinstance(value, frozenset) and isinstance(outer, frozenset) and value <= outer
