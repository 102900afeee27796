"""Facts, parameters, rights and what is said of them: plain values, as the rule files state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

from bot.eligibility.areas import Area
from bot.eligibility.values import Answer, Interval, Values

FactType = Literal["yes_no", "choice", "count", "amount", "age", "place"]
State = Literal["true", "false", "open"]
Conclusion = Literal["likely", "unlikely", "open"]
Knowledge: TypeAlias = Mapping[str, Answer]
"""What is known so far, by fact; a fact that is missing has not been asked."""

YES_NO = frozenset({"yes", "no"})
ABOVE: Final = "from"
BELOW: Final = "below"
"""Which way a number may change, as a fact file's ``change`` names it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file: line and column count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A fact worded as a box beside others. `values` is what a tick means; None for "yes", and for a number whose
    words name a {value}: then it is the line that decides most just then.
    """

    say: str
    values: Values | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about the person or household that some condition needs.

    `range` is in whole units (cents, years, persons); the top of an amount's range stands for "or more".
    `choices` maps each choice to its French words (for a yes/no fact: ``yes`` and ``no``, without words).
    `change` maps what may be named as something that would change a verdict (``from`` and ``below`` of a number,
    or a choice) to its French words, empty where the usual sentence will do. A place's `areas` are its choices: the
    first that holds the commune.
    """

    name: str
    type: FactType
    label: str
    ask: str
    help: str = ""
    unit: str = ""
    range: Interval | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    cost: float = 1.0
    change: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    ticks: tuple[Tick, ...] = ()

    @property
    def tick(self) -> str:
        """The words of its first box; empty where it is never ticked beside others."""
        return self.ticks[0].say if self.ticks else ""

    @property
    def named(self) -> bool:
        """Whether the answer is one of several names: a choice, or the territory of a place."""
        return self.type in ("choice", "place")

    @property
    def numeric(self) -> bool:
        return self.range is not None

    @property
    def scale(self) -> int:
        """Whole units in one unit as people say it: 100 cents in a euro, else 1."""
        return 100 if self.type == "amount" else 1

    @property
    def domain(self) -> Values:
        return self.range if self.range is not None else frozenset(self.choices)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for this household, in its unit: exact when both ends agree."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Said:
    """A French sentence of the rule files, with the figures of its ``{placeholders}`` for this household."""

    template: str
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionState:
    """`kept_open`: no answer would settle it; whoever decides on the right computes it."""

    id: str
    state: State
    said: Said
    papers: tuple[str, ...] = ()
    kept_open: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """With these values of one fact, all else as it is known, a condition that is not met would hold."""

    condition: str
    fact: str
    values: Values


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What was answered of `fact` cannot be true together with the answers to the facts in `against`."""

    fact: str
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    steps: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    online: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    within: str
    how: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one right looks like for this household under one rule version.

    `amount` is in euros a month (or as the right's `amount_unit` says), None where the rule gives none
    or the verdict is ``unlikely``. `draft` is true when a figure or condition it used has no traced source.
    """

    right: str
    conclusion: Conclusion
    conditions: tuple[ConditionState, ...]
    version: date
    amount: Figure | None = None
    draft: bool = False
    overdue: bool = False  # past its review date


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next. One fact with its choices (at most five sets that together cover what is still
    possible), or several things to be ticked at once (then `choices` is empty, and `boxes` says for each fact what
    a tick means, and what leaving it empty does).

    `rights` are those whose verdict the answer can still settle. `settles` says of a number's bands that
    whichever is chosen, no open rule can make more of the exact one, whatever else is answered.
    """

    facts: tuple[str, ...]
    choices: tuple[Values, ...]
    rights: tuple[str, ...]
    classes: tuple[Values, ...] = ()
    boxes: tuple[tuple[Values, Values], ...] = ()
    settles: bool = False

    @property
    def pairs(self) -> tuple[tuple[Values, Values], ...]:
        """Of each box what a tick means, and what leaving it empty means."""
        return self.boxes or tuple((frozenset({"yes"}), frozenset({"no"})) for _ in self.facts)

    @property
    def kept(self) -> tuple[Values, ...]:
        """What is stored of each choice: it, and those that no open rule can tell from it."""
        return self.classes or self.choices

    @property
    def fact(self) -> str:
        return self.facts[0]


@dataclass(frozen=True, slots=True)
class RightText:
    """What a rule file tells people of a right, in French."""

    name: str
    short: str
    in_short: str
    topics: tuple[str, ...]
    offices: tuple[str, ...]
    apply: Apply
    appeal: Appeal | None
    sources: tuple[Source, ...]
    checked_on: date
    checked_how: Literal["oracle", "sources", "draft"]
    review_before: date | None
    coarse: str = ""
    amount_unit: str = "EUR/month"
    local: bool = False
    orientation: bool = False  # it shows the way to somebody who decides; no yes or no is told
    demonstration: bool = False  # invented, to show how a rule is written: nobody can claim it
