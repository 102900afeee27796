"""One exact evaluation of the whole catalogue, microseconds, beside publicodes and a function written by hand.

All three get the same 2,000 households in the same run, each in its own natural form: ours the values of each
fact, publicodes a fresh situation, the hand-written function plain numbers and words. Median of publicodes'
evaluations; of the Python ones the mean of a round, the best round of five (a neighbour disturbs the others).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median
from typing import Any

from benchmarks import handwritten, publicodes
from benchmarks.catalogue import narrowed, today
from benchmarks.figures import Figure
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval, Values

HOUSEHOLDS = 2_000
ROUNDS = 5
FASTER = 50.0
SLOWER = 5.0
_SAID = {"unlikely": 0, "open": 1, "likely": 2}

People = Sequence[Mapping[str, Values]]


def figures() -> list[Figure]:
    book = today()
    people = book.people(HOUSEHOLDS)
    exactly = book.exactly
    points = [exactly.point(household) for household in people]
    whole = microseconds(lambda: [exactly.conclusions(exactly.point(household)) for household in people])
    judged = microseconds(lambda: [exactly.judged(list(point)) for point in points])
    verdicts = [list(exactly.judged(list(point))) for point in points]
    note = f"{judged:.1f} µs once the household is a point"
    ours = Figure(f"ours, {len(book.programs)} rights", whole, "µs", note=note)
    return [
        ours,
        *_publicodes(book, people, verdicts, whole),
        *_handwritten(narrowed(handwritten.RIGHTS)),
    ]


def microseconds(evaluate: Callable[[], Sequence[object]]) -> float:
    """For one household, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = len(evaluate())
        best = min(best, (time.perf_counter() - began) / done)
    return best * 1e6


def _publicodes(book: RuleBook, people: People, verdicts: Sequence[list[int]], ours: float) -> list[Figure]:
    try:
        theirs = publicodes.run(book, people)
    except publicodes.Missing as missing:
        print(f"  NOT COMPARED WITH PUBLICODES: {missing}")
        return []
    took, telling = median(theirs["microseconds"]), fmean(theirs["telling"])
    differ = sum(a != b for a, b in zip(verdicts, theirs["verdicts"], strict=True))
    note = f"{theirs['rules']} publicodes rules; {telling:.0f} µs of it to set the situation"
    return [
        Figure(f"publicodes {publicodes.VERSION}", took, "µs", note=note),
        Figure(
            "ours ÷ publicodes",
            ours / took,
            "×",
            1 / FASTER,
            f"{took / ours:.0f} times faster (aim {FASTER:.0f})",
        ),
        Figure("households that publicodes tells something else", differ, "", 0),
    ]


def _handwritten(book: RuleBook) -> list[Figure]:
    """On the rights that were written by hand, and no others."""
    people, exactly = book.people(HOUSEHOLDS), book.exactly
    points = [exactly.point(household) for household in people]
    ours = microseconds(lambda: [exactly.conclusions(exactly.point(household)) for household in people])
    judged = microseconds(lambda: [exactly.judged(list(point)) for point in points])
    plain, law = [_plain(book, household) for household in people], handwritten.law_of(book)
    took = microseconds(lambda: [handwritten.verdicts(household, law) for household in plain])
    said = [handwritten.verdicts(household, law) for household in plain]
    differ = sum(
        [_SAID[told[right]] for right in book.programs] != list(exactly.judged(list(point)))
        for told, point in zip(said, points, strict=True)
    )
    rights = f"{len(book.programs)} rights"
    return [
        Figure(f"hand-written Python, {rights}", took, "µs"),
        Figure(
            f"ours ÷ hand-written, {rights}",
            ours / took,
            "×",
            SLOWER,
            f"{judged / took:.1f} × once the household is a point",
        ),
        Figure("households that the hand-written function tells something else", differ, "", 0),
    ]


def _plain(book: RuleBook, household: Mapping[str, Values]) -> dict[str, Any]:
    """Numbers as people say them, choices as words, yes and no as truth values."""
    plain: dict[str, Any] = {}
    for name, values in household.items():
        if isinstance(values, Interval):
            plain[name] = values.low / book.facts[name].scale
        else:
            value = next(iter(values))
            plain[name] = value == "yes" if book.facts[name].type == "yes_no" else value
    return plain
