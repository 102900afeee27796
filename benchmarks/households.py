"""2,000 synthetic households drawn from the priors, asked about every right, then topic by topic.

A *question* is one message; one with boxes to tick asks up to five facts (their number is told apart). *Bits*
are −log2 of the share of people that an answer fits, summed over the facts that were asked: of the stored sets of
values, beside those facts' exact values (amounts in cents, ages in years); what no prior foresees counts as one
in a million, as `clairdroit simulate` has it. The reference for verdicts is exact evaluation of the household.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import log2
from statistics import fmean, median

from benchmarks.catalogue import today, topics
from benchmarks.figures import Figure, percentile
from benchmarks.playing import Standing
from bot.eligibility.compiled import over_box
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Answer, Values

HOUSEHOLDS = 2_000
CORES = 2
PARTS = 24  # pieces of work: enough for even loads, few enough to share what is computed
EVERYTHING = "all"
RARE = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """One household's conversation; `form`: the bits of every fact that concerns it, told exactly."""

    household: int
    messages: int
    facts: int
    stored: float
    exact: float
    form: float
    wrong: int


@dataclass(frozen=True)
class Group:
    """Households that have answered alike so far."""

    topic: str
    standing: Standing
    members: Sequence[int]


class Walk:
    """Asks households together for as long as they answer alike: each question is chosen once."""

    def __init__(self, book: RuleBook, people: Sequence[Mapping[str, Values]], topic: str) -> None:
        self._book = book
        self._people = people
        self._rights = list(book.programs) if topic == EVERYTHING else topics(book)[topic]
        self._reached = sorted(
            frozenset[str]().union(*(book.programs[right].reached for right in self._rights))
        )
        self._gates = {each.fact: over_box([each.gate], book.layout) for each in book.implications}

    def after(self, group: Group) -> tuple[list[Group], list[Outcome]]:
        """The group, parted by its answers to the next question; or its outcomes where nothing is left to ask."""
        question = group.standing.question(self._book, self._rights)
        if question is None:
            return [], [self._outcome(group, index) for index in group.members]
        parted: dict[frozenset[tuple[str, Answer]], list[int]] = {}
        for index in group.members:
            answer = group.standing.answers(self._book, question, self._people[index])
            parted.setdefault(frozenset(answer.items()), []).append(index)
        return [
            Group(group.topic, group.standing.after(question, dict(answer)), members)
            for answer, members in parted.items()
        ], []

    def outcomes(self, group: Group) -> Iterator[Outcome]:
        waiting = [group]
        while waiting:
            more, done = self.after(waiting.pop())
            waiting += more
            yield from done

    def _outcome(self, group: Group, index: int) -> Outcome:
        household, standing = self._people[index], group.standing
        told = self._book.conclusions(standing.known, self._rights)
        exact = self._book.exactly.conclusions(self._book.exactly.point(household))
        wrong = sum(told[right] != exact[right] for right in self._rights)
        stored = sum(bits(self._book, fact, answer) for fact, answer in standing.known.items())
        exactly = sum(bits(self._book, fact, household[fact]) for fact in standing.known)
        concerned = (fact for fact in self._reached if self._concerns(fact, household))
        form = sum(bits(self._book, fact, household[fact]) for fact in concerned)
        return Outcome(index, standing.messages, standing.facts, stored, exactly, form, wrong)

    def _concerns(self, fact: str, household: Mapping[str, Values]) -> bool:
        return fact not in self._gates or bool(self._gates[fact](self._book.boxes.of(household))[0])


def bits(book: RuleBook, fact: str, answer: Answer) -> float:
    """What an answer tells of a person."""
    assert not isinstance(answer, str)
    share = book.share(fact, answer)
    return -log2(share) if share else -log2(RARE)


@cache
def people() -> list[dict[str, Values]]:
    return today().people(HOUSEHOLDS)


def played(names: Sequence[str]) -> dict[str, list[Outcome]]:
    """Every household's outcome for each of these topics."""
    found: dict[str, list[Outcome]] = {name: [] for name in names}
    groups: list[Group] = []
    for name in names:
        parts, done = _parts(name)
        groups += parts
        found[name] += done
    with ProcessPoolExecutor(CORES) as pool:
        for group, outcomes in zip(groups, pool.map(_finished, groups), strict=True):
            found[group.topic] += outcomes
    return found


def _parts(topic: str) -> tuple[list[Group], list[Outcome]]:
    """The first questions of a topic, asked here, so that the rest can be done apart from each other."""
    walk = Walk(today(), people(), topic)
    waiting, done = [Group(topic, Standing(), range(HOUSEHOLDS))], list[Outcome]()
    while waiting and len(waiting) < (PARTS if topic == EVERYTHING else 2):
        largest = max(waiting, key=lambda group: len(group.members))
        waiting.remove(largest)
        more, outcomes = walk.after(largest)
        waiting += more
        done += outcomes
    return waiting, done


def _finished(group: Group) -> list[Outcome]:
    return list(Walk(today(), people(), group.topic).outcomes(group))


def figures() -> list[Figure]:
    began = time.perf_counter()
    book = today()
    every = topics(book)
    found = played([EVERYTHING, *every])
    medians = {name: median(o.messages for o in found[name]) for name in every}
    for name, rights in every.items():
        most = max(o.messages for o in found[name])
        print(f"  topic {name}: median {medians[name]:g}, at most {most}; {', '.join(rights)}")
    print(
        f"  {HOUSEHOLDS:,} households, {len(every) + 1} conversations each: {time.perf_counter() - began:.0f} s"
    )
    worst = max(medians, key=medians.__getitem__)
    return [
        *_questions(found[EVERYTHING], len(book.programs)),
        Figure("one topic: median, the worst topic", medians[worst], "questions", 5, worst),
        *_revealed(found[EVERYTHING]),
        Figure(
            "verdicts that differ from exact evaluation",
            sum(o.wrong for each in found.values() for o in each),
            "",
            0,
        ),
    ]


def _questions(outcomes: Sequence[Outcome], rights: int) -> list[Figure]:
    counts = [float(o.messages) for o in outcomes]
    facts = [float(o.facts) for o in outcomes]
    return [
        Figure(f"all {rights} rights: median", median(counts), "questions", 8, f"mean {fmean(counts):.2f}"),
        Figure(
            "all rights: 90th percentile", percentile(counts, 90), "questions", 12, f"at most {max(counts):g}"
        ),
        Figure(
            "facts in them: median", median(facts), "facts", note=f"90th percentile {percentile(facts, 90):g}"
        ),
    ]


def _revealed(outcomes: Sequence[Outcome]) -> list[Figure]:
    stored, exact = fmean(o.stored for o in outcomes), fmean(o.exact for o in outcomes)
    form = fmean(o.form for o in outcomes)
    of_form = f"{stored:.1f} of {form:.1f}"
    return [
        Figure(
            "bits revealed ÷ these facts exactly", stored / exact, "×", 0.25, f"{stored:.1f} of {exact:.1f}"
        ),
        Figure("bits revealed ÷ every fact of a form", stored / form, "×", note=of_form),
    ]
