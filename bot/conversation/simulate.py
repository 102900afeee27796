"""The real conversation, played by a person who answers truthfully: how many questions, and how much they tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from math import log2
from typing import Final, TypeAlias

from bot.conversation.events import Asked, Chosen, Event, Number
from bot.conversation.phrases import Phrases
from bot.conversation.ports import Commune, Kind, Office
from bot.conversation.scene import EVERYTHING, Scene
from bot.conversation.screens import greeting
from bot.conversation.state import begin
from bot.conversation.steps import step
from bot.conversation.world import Rules, World
from bot.eligibility.model import Question
from bot.eligibility.values import Interval, Values

Exact: TypeAlias = int | str
"""A value in whole units (cents, years, persons), or the name of a choice (``yes`` and ``no`` too)."""

_LONGEST: Final = 200  # questions; a conversation that goes on longer is broken


@dataclass(frozen=True, slots=True)
class Played:
    """`questions`: the facts asked, in order. `revealed_bits`: what the stored answers tell of the person,
    −log2 of the share of the population that they fit, fact by fact. `verdicts`: right to conclusion.
    """

    questions: tuple[str, ...]
    revealed_bits: float
    verdicts: Mapping[str, str]


class _Nowhere:
    """No commune, no office: the game ends with the results."""

    kinds: Final[Mapping[str, Kind]] = {}

    def commune(self, code: str) -> Commune | None:  # noqa: ARG002 - named as in `Directory`
        return None

    def office(self, office_id: str) -> Office | None:  # noqa: ARG002
        return None

    def serving(self, *_: object) -> tuple[Office, ...]:
        return ()

    def hours(self, *_: object) -> str:
        return ""


def play(rules: Rules, rights: Collection[str] | None, household: Mapping[str, Exact]) -> Played:
    """Ask about these rights (None: all of them) until nothing is left to ask.

    What the household leaves out is answered "I don't know". Raises RuntimeError if questions never end.
    """
    scene = _begun(rules, rights)
    asked: list[str] = []
    while question := scene.question:
        asked += question.facts
        if len(asked) > _LONGEST:
            raise RuntimeError("this conversation does not end")
        for event in _truth(scene, question, household):
            scene = scene.after(step(scene.state, event, scene.world).state)
    known = {fact: answer for fact, answer in scene.path.known.items() if not isinstance(answer, str)}
    verdicts = rules.evaluate(scene.path.known, scene.rights)
    return Played(tuple(asked), _bits(rules, known), {right: v.conclusion for right, v in verdicts.items()})


def _begun(rules: Rules, rights: Collection[str] | None) -> Scene:
    world = World(
        rules=rules,
        directory=_Nowhere(),
        phrases={"fr": Phrases("fr", "fr", {})},
        now=datetime.combine(rules.day, time(12), tzinfo=UTC),
        rights=None if rights is None else frozenset(rights),
    )
    start = Scene(begin(rules.day), world)
    return start.after(greeting.choose(start, (EVERYTHING,)))


def _truth(scene: Scene, question: Question, household: Mapping[str, Exact]) -> list[Event]:
    """What a truthful person presses or types."""
    value = household.get(question.fact)
    if len(question.facts) > 1:
        return [_pressed(action) for action in _ticks(question, household)]
    if scene.exactly and isinstance(value, int):
        return [Number(Decimal(value) / scene.world.rules.facts[question.fact].scale)]
    fitting = [i for i, choice in enumerate(question.choices) if value is not None and _holds(choice, value)]
    return [_pressed(f"a:{fitting[0]}" if fitting else "do:dont_know")]


def _pressed(action: str) -> Event:
    return Chosen(action) if action != "do:dont_know" else Asked("dont_know")


def _ticks(question: Question, household: Mapping[str, Exact]) -> list[str]:
    if not all(fact in household for fact in question.facts):
        return ["do:dont_know"]
    asked = enumerate(zip(question.facts, question.pairs, strict=True))
    return [*(f"x:{i}" for i, (fact, ends) in asked if _holds(ends[0], household[fact])), "ok"]


def _holds(choice: Values, value: Exact) -> bool:
    if isinstance(choice, Interval):
        return isinstance(value, int) and choice.low <= value <= choice.high
    return value in choice


def _bits(rules: Rules, known: Mapping[str, Values]) -> float:
    """Infinitely unlikely answers count as one in a million."""
    return sum(-log2(max(rules.share(fact, values), 1e-6)) for fact, values in known.items()) + 0.0
