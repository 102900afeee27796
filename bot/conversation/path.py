"""What the log adds up to: topics, what is known, how far a visit has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.conversation.state import (
    Among,
    Answered,
    Apart,
    Correcting,
    Entry,
    Later,
    Look,
    OfficeChosen,
    Picked,
    Placed,
    Ticking,
    TopicsChosen,
    Visit,
    Way,
)
from bot.eligibility.areas import area_of
from bot.eligibility.values import DECLINED, DONT_KNOW, Answer, Interval

if TYPE_CHECKING:
    from bot.eligibility.model import Fact


@dataclass(slots=True)
class Path:
    """`known` by fact, in the order of the first answer; of `passed` facts a person left a finer question;
    `bands` counts how often each number was told; facts `apart` stand in no box any more; `turns` tells which
    entry of the log holds a fact's last answer.
    """

    topics: dict[str, None] = field(default_factory=dict)
    known: dict[str, Answer] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    turn: int = 0
    passed: set[str] = field(default_factory=set)
    bands: Counter[str] = field(default_factory=Counter)
    apart: set[str] = field(default_factory=set)
    ticking: Ticking | None = None
    correcting: str = ""
    look: Look | None = None
    visit: str | None = None
    moves: str = ""
    way: str = ""
    commune: str = ""
    among: tuple[str, ...] = ()
    office: str = ""
    later: int = 0
    picked: Picked | None = None


def follow(log: tuple[Entry, ...], facts: Mapping[str, Fact]) -> Path:
    """Replay the log. Answers outside a fact's domain, or to facts no longer there, count not."""
    path = Path()
    for path.turn, entry in enumerate(log):
        _apply(path, entry, facts)
    path.look = log[-1] if log and isinstance(log[-1], Look) else None
    return path


def _apply(path: Path, entry: Entry, facts: Mapping[str, Fact]) -> None:
    path.ticking = entry if isinstance(entry, Ticking) else None
    match entry:
        case Answered(answers):
            path.among = ()
            for fact, answer in answers:
                if fact in facts and fits(facts[fact], answer):
                    _learn(path, fact, answer)
                    path.bands[fact] += (
                        isinstance(answer, Interval) and len(answers) == 1
                    )  # no box of several
        case TopicsChosen(names):
            path.topics |= dict.fromkeys(names)
            path.visit = None
        case Correcting(fact):
            path.correcting = fact if fact in facts else ""
        case Placed(commune):
            _go(path, entry)
            _live(path, commune, facts)
        case _:
            _go(path, entry)


def _go(path: Path, entry: Entry) -> None:
    match entry:
        case Visit(right, moves):
            path.visit, path.moves, path.correcting = right, moves, ""
            path.among, path.office, path.way, path.later, path.picked = (), "", "", 0, None
        case Placed(commune):
            path.commune, path.among, path.office, path.way, path.later = commune, (), "", "", 0
        case Among(communes):
            path.among = communes
        case Apart(facts):
            path.apart.update(facts)
        case OfficeChosen(office):
            path.office, path.way, path.later = office, "", 0
        case Way(kind):
            path.way, path.later = kind, 0
        case Later():
            path.later += 1
        case Picked():
            path.picked = entry
        case _:
            pass


def _live(path: Path, commune: str, facts: Mapping[str, Fact]) -> None:
    """The commune answers where somebody lives, unless that was answered otherwise."""
    for name, fact in facts.items():
        before, area = path.known.get(name, DONT_KNOW), area_of(commune, fact.areas) if fact.areas else ""
        if area and (isinstance(before, str) or (isinstance(before, frozenset) and area in before)):
            path.known[name], path.turns[name] = frozenset({area}), path.turn


def _learn(path: Path, fact: str, answer: Answer) -> None:
    """A finer answer narrows an earlier one; "I don't know" leaves what is known and ends the asking."""
    before = path.known.get(fact, DONT_KNOW)
    if answer in (DONT_KNOW, DECLINED) and before not in (DONT_KNOW, DECLINED):
        path.passed.add(fact)
        return
    path.known[fact], path.turns[fact] = narrowed(before, answer), path.turn


def narrowed(before: Answer, answer: Answer) -> Answer:
    """Both answers together; the later one where they contradict each other."""
    if isinstance(before, Interval) and isinstance(answer, Interval):
        both = before & answer
        return answer if both.empty else both
    if isinstance(before, frozenset) and isinstance(answer, frozenset):
        return before & answer or answer
    return answer


def fits(fact: Fact, answer: Answer) -> bool:
    """Whether this answer is of this fact's kind and within its domain."""
    if isinstance(answer, str):
        return True
    if isinstance(answer, Interval):
        return fact.range is not None and fact.range.low <= answer.low <= answer.high <= fact.range.high
    return not fact.numeric and bool(answer) and answer <= frozenset(fact.choices)
