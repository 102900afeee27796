"""How long the next question takes in whole conversations; and with the local aids of a whole country.

Every conversation begins anew with rules that other people have already used, as in a process that serves many; the
very first question of a rule book, which draws its sample of households, is told apart.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import country
from benchmarks.catalogue import fresh
from benchmarks.drawn_rules import DAY
from benchmarks.figures import Figure, percentile
from benchmarks.playing import play
from bot.eligibility.library import read
from bot.eligibility.rulebook import RuleBook

CONVERSATIONS = 200
COUNTRY_CONVERSATIONS = 20
AIM = 5.0  # milliseconds
COUNTRY_AIM = 50.0
LOAD_AIM = 3.0  # seconds


def figures() -> list[Figure]:
    return [*_catalogue(), *_country()]


def _catalogue() -> list[Figure]:
    book = fresh()
    cold = _first(book)
    times, asked = _played(book, CONVERSATIONS)
    what = f"{len(book.programs)} rights, {CONVERSATIONS} conversations"
    return [
        Figure(f"{what}: p50", percentile(times, 50), "ms"),
        Figure(
            f"{what}: p95", percentile(times, 95), "ms", AIM, f"p99 {percentile(times, 99):.0f} ms; {asked}"
        ),
        Figure("the very first question of a process", cold, "ms"),
    ]


def _country() -> list[Figure]:
    with TemporaryDirectory() as folder:
        country.write(Path(folder))
        began = time.perf_counter()
        book = read(Path(folder)).on(DAY)
        load = time.perf_counter() - began
    cold = _first(book)
    times, asked = _played(book, COUNTRY_CONVERSATIONS)
    what = f"{len(book.programs):,} rights, {len(book.facts)} facts"
    return [
        Figure(f"{what}: load", load, "s", LOAD_AIM),
        Figure(f"{what}, {COUNTRY_CONVERSATIONS} conversations: p50", percentile(times, 50), "ms"),
        Figure(f"{what}: p95", percentile(times, 95), "ms", COUNTRY_AIM, asked),
        Figure("the very first question there", cold, "ms"),
    ]


def _first(book: RuleBook) -> float:
    began = time.perf_counter()
    book.next_question({}, list(book.programs))
    return (time.perf_counter() - began) * 1000


def _played(book: RuleBook, conversations: int) -> tuple[list[float], str]:
    """Milliseconds of every next question (of "no more questions" too), and how many there were."""
    rights = list(book.programs)
    games = [play(book, rights, household) for household in book.people(conversations)]
    times = [seconds * 1000 for game in games for seconds in game.seconds[1:]]
    return times, f"{sum(game.end.messages for game in games) / len(games):.1f} questions a conversation"
