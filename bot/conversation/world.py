"""All that a turn may look at beside the conversation's own state: values and protocols, handed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.conversation.phrases import Phrases
from bot.conversation.ports import Directory, Helpline
from bot.eligibility.model import Change, Contradiction, Fact, Knowledge, Question, RightText, Verdict
from bot.eligibility.values import Interval, Values


class Rules(Protocol):
    """The rules in force on one day, as the conversation asks them (`bot.eligibility.rulebook.RuleBook`)."""

    @property
    def day(self) -> date: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Fact]: ...

    @property
    def texts(self) -> Mapping[str, RightText]: ...

    def evaluate(
        self, knowledge: Knowledge, rights: Collection[str] | None = None
    ) -> Mapping[str, Verdict]: ...

    def would_change(self, right: str, knowledge: Knowledge) -> Sequence[Change]:
        """The single facts that would make a condition hold that is not met."""
        ...

    def amount_hangs_on(self, right: str, knowledge: Knowledge) -> Sequence[str]:
        """The open facts that would narrow the range of this right's amount."""
        ...

    def contradictions(self, knowledge: Knowledge) -> Sequence[Contradiction]:
        """The answers that cannot all be true."""
        ...

    def next_question(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> Question | None:
        """What to ask next, `passed` facts no finer, those `apart` in no box; None when no answer can change an
        open verdict.
        """
        ...

    def question_about(self, fact: str, knowledge: Knowledge, rights: Collection[str]) -> Question:
        """How this fact is asked, over its whole domain."""
        ...

    def coarsen(self, fact: str, value: int, knowledge: Knowledge, rights: Collection[str]) -> Interval: ...

    def share(self, fact: str, values: Values) -> float:
        """The prior probability of these values of a fact."""
        ...


@dataclass(frozen=True, slots=True)
class Topic:
    """What may bring a person; `offices` are the kinds of office that help where no right is computed."""

    name: str
    label: str
    offices: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class World:
    """`phrases` by language, French first; `topics` in the order of their use; `anyone` are the kinds of
    office that receive everybody. `rights` limits what is computed (None: all that the rules hold).
    """

    rules: Rules
    directory: Directory
    phrases: Mapping[str, Phrases]
    now: datetime
    topics: Sequence[Topic] = ()
    anyone: tuple[str, ...] = ()
    helplines: Mapping[str, Helpline] = field(default_factory=dict)
    rights: frozenset[str] | None = None
    reachable: bool = False
    """Whether the channel can write first: the web page cannot."""

    def __repr__(self) -> str:
        return f"<the world on {self.now:%Y-%m-%d}>"

    @property
    def today(self) -> date:
        return self.now.date()
