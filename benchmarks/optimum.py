"""Expected questions beside the exact optimum: small rule sets, and every real topic that is small enough.

Every fact costs the same and no boxes are offered, for the asker as for the optimum, which may moreover offer more
than five choices (benchmarks/space.py). `python -m benchmarks.optimum SEED|TOPIC` shows both ways to ask.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from typing import NamedTuple

from benchmarks.catalogue import library, plain_copy, today, topics
from benchmarks.drawn_rules import drawn
from benchmarks.figures import Figure, percentile
from benchmarks.playing import Standing
from benchmarks.space import Optimum, TooLarge, shown, space
from bot.eligibility.model import Question
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Answer, Values

SETS = 100
LEAST_QUESTIONS = 2.0  # easier sets would only flatter the mean
CORES = 2
AIM = 1.10

People = Sequence[tuple[dict[str, Values], float]]


class Compared(NamedTuple):
    name: str
    asked: float
    optimum: float

    @property
    def ratio(self) -> float:
        return self.asked / self.optimum


class Walk:
    """The asker's whole tree of questions; `wrong` counts households whose verdicts are not the exact ones."""

    def __init__(self, book: RuleBook, rights: Sequence[str]) -> None:
        self._book = book
        self._rights = rights
        self.wrong = 0

    def questions(self, people: People) -> float:
        """Expected over the priors."""
        likely = [(household, share) for household, share in people if share > 0]
        return self.onwards(Standing(), likely) / sum(share for _, share in likely)

    def onwards(self, standing: Standing, people: People) -> float:
        """Questions from here on, times the share of these people."""
        question = standing.question(self._book, self._rights)
        if question is None:
            self._check(standing.known, people)
            return 0.0
        groups = grouped(self._book, question, standing, people)
        return sum(share for _, share in people) + sum(self.onwards(after, group) for after, group in groups)

    def _check(self, known: Mapping[str, Answer], people: People) -> None:
        said_ = self._book.conclusions(known, self._rights)
        self.wrong += sum(self._book.conclusions(household, self._rights) != said_ for household, _ in people)


def grouped(
    book: RuleBook, question: Question, standing: Standing, people: People
) -> list[tuple[Standing, People]]:
    """Those who give the same answer, and where they then stand."""
    groups: dict[frozenset[tuple[str, Answer]], list[tuple[dict[str, Values], float]]] = {}
    for household, share in people:
        answers = standing.answers(book, question, household)
        groups.setdefault(frozenset(answers.items()), []).append((household, share))
    return [(standing.after(question, dict(answers)), group) for answers, group in groups.items()]


def figures() -> list[Figure]:
    began = time.perf_counter()
    with ProcessPoolExecutor(CORES) as pool:
        sets = _drawn_sets(pool)
        real = [found for found in pool.map(_of_topic, topics(today())) if found]
    for one in sorted([*sets, *real], key=lambda each: -each.ratio)[:8]:
        print(f"  {one.name}: {one.asked:.3f} questions, optimum {one.optimum:.3f}, {one.ratio:.3f}")
    print(f"  {time.perf_counter() - began:.0f} s; python -m benchmarks.optimum NAME shows one of them")
    return [*_summary(f"{len(sets)} small rule sets", sets), *(_topic(one) for one in real)]


def _drawn_sets(pool: ProcessPoolExecutor) -> list[Compared]:
    """The first that are not too easy."""
    sets: list[Compared] = []
    for seed in count(0, SETS // 2):
        sets += filter(None, pool.map(_of_seed, range(seed, seed + SETS // 2), chunksize=5))
        if len(sets) >= SETS:
            break
    return sets[:SETS]


def _summary(what: str, sets: Sequence[Compared]) -> list[Figure]:
    ratios = [one.ratio for one in sets]
    worst = max(sets, key=lambda each: each.ratio)
    total = sum(one.asked for one in sets) / sum(one.optimum for one in sets)
    return [
        Figure(
            f"{what}: mean of questions ÷ optimum",
            sum(ratios) / len(ratios),
            "×",
            AIM,
            f"all together {total:.3f}",
        ),
        Figure(f"{what}: p90 of the ratio", percentile(ratios, 90), "×"),
        Figure(f"{what}: worst", worst.ratio, "×", note=f"seed {worst.name}"),
    ]


def _topic(one: Compared) -> Figure:
    note = f"{one.asked:.2f} questions, at best {one.optimum:.2f}"
    return Figure(f"topic {one.name}: questions ÷ optimum", one.ratio, "×", AIM, note)


def _of_seed(seed: int) -> Compared | None:
    rules = drawn(seed)
    found = compared(str(seed), rules.book, list(rules.book.programs)) if rules else None
    return found if found and found.optimum >= LEAST_QUESTIONS else None


def _of_topic(topic: str) -> Compared | None:
    book = bare_today()
    return compared(topic, book, topics(book)[topic])


def bare_today() -> RuleBook:
    """Today's rules with no boxes to tick and every fact as easy as another."""
    return plain_copy(library(), ticks=(), cost=1.0).on(today().day)


def compared(name: str, book: RuleBook, rights: Sequence[str]) -> Compared | None:
    """None where there are too many households to enumerate."""
    try:
        households = space(book, rights)
    except TooLarge:
        return None
    best = Optimum(households).questions
    walk = Walk(book, rights)
    asked = walk.questions(households.people)
    if walk.wrong:
        print(f"  {name}: {walk.wrong} households are told something else than exact evaluation says")
    return Compared(name, asked, best)


# --- one set, to be read ------------------------------------------------------------------------------------------


def show(name: str) -> None:
    rules = drawn(int(name)) if name.isdigit() else None
    book = rules.book if rules else bare_today()
    rights = list(book.programs) if rules else topics(book)[name]
    print(rules.text if rules else f"topic {name}: {', '.join(rights)}")
    households = space(book, rights)
    found = Optimum(households)
    print(f"optimum {found.questions:.3f}:\n{found.tree(households, 4)}")
    walk = Walk(book, rights)
    print(f"asker {walk.questions(households.people):.3f}:")
    print("\n".join(_lines(walk, book, rights, Standing(), [p for p in households.people if p[1] > 0], 4)))


def _lines(
    walk: Walk, book: RuleBook, rights: Sequence[str], standing: Standing, people: People, depth: int
) -> list[str]:
    question = standing.question(book, rights)
    if question is None or standing.messages == depth:
        return []
    lead, total = "    " * standing.messages, sum(share for _, share in people)
    lines = [f"{lead}{', '.join(question.facts)}  [{walk.onwards(standing, people) / total:.2f} expected]"]
    for after, group in grouped(question, standing, people):
        share, value = sum(each for _, each in group) / total, after.known[question.fact]
        lines.append(f"{lead}  = {value if isinstance(value, str) else shown(value)} ({share:.0%})")
        lines += _lines(walk, book, rights, after, group, depth)
    return lines


if __name__ == "__main__":
    show(sys.argv[1])
