"""Which question next: the one expected to settle most for the least effort of the person.

Two looks. The first counts, over many likely households, how much each fact tells of the open verdicts; it is
cheap and picks a few candidates. The second estimates what is left to ask after each possible answer. The rest
of a right is estimated from its tree of conditions: in an "and" or "or" of independent tests the order that asks
the cheapest test per chance of ending it is the best one, and its expected cost is known. A question is worth
what it is expected to take off the sum of these costs, per unit of its own cost. Several boxes to be ticked in one
message are one more candidate, judged alike (`ticking.py`).

Each right is looked at from its own facts alone (`outlook.py`), so that what has been found of one right serves
everybody who is alike in these, and an answer leaves all other rights as they were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Final

from bot.eligibility.bands import parts
from bot.eligibility.boxes import Boxes
from bot.eligibility.choices import Chooser
from bot.eligibility.cloud import Sampler
from bot.eligibility.compiled import Box, Layout, over_box
from bot.eligibility.edges import EdgeFinder
from bot.eligibility.model import Fact, Knowledge, Question
from bot.eligibility.nodes import Node
from bot.eligibility.outlook import Outlook
from bot.eligibility.priors import Prior
from bot.eligibility.program import Goals
from bot.eligibility.saving import Savings
from bot.eligibility.scouting import Gate, Scout, Situation
from bot.eligibility.ticking import Candidate, Ticking
from bot.eligibility.values import Interval, Values

_FINALISTS: Final = 2
_BINS: Final = 6
_KEPT: Final = 20_000
_RECENT: Final = 256
_RARE: Final = 0.02  # answers rarer than this do not decide which question is best


class Asker:
    """Chooses questions for one rule book; remembers what it has computed."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, layout: Layout,
        rights: Mapping[str, Goals], gates: Mapping[str, tuple[Node, Values]],
        behind: Mapping[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self._priors = priors
        self._boxes = boxes
        doors = {
            fact: Gate(gate, over_box([gate], layout), otherwise) for fact, (gate, otherwise) in gates.items()
        }
        sampler = Sampler(facts, priors, boxes)
        self._scout = Scout(facts, priors, boxes, sampler, rights, doors, layout, behind)
        edges = EdgeFinder(facts, priors, boxes, layout, sampler)
        self._chooser = Chooser(facts, priors, boxes, edges, {f: gate for f, (gate, _) in gates.items()})
        self._savings = Savings({name: fact.cost for name, fact in facts.items()}, priors, boxes)
        self._ticking = Ticking(facts, boxes, self._scout, self._chooser, self._savings)
        self._answers: dict[object, Question | None] = {}
        self._recent: dict[object, Question | None] = {}  # one turn asks two or three times for the same

    def next(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> Question | None:
        """The best question; None when no answer can change an open verdict."""
        asked = (frozenset(knowledge.items()), tuple(rights), frozenset(passed), frozenset(apart))
        if asked not in self._recent:
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            self._recent[asked] = self._next(knowledge, rights, passed, apart)
        return self._recent[asked]

    def _next(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str],
        apart: Collection[str],
    ) -> Question | None:
        glance = self._scout.glance(knowledge, rights, passed, apart)
        if glance.key not in self._answers:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            likely = self._best(self._scout.look(glance))  # only then is it worth looking for what is rare
            self._answers[glance.key] = likely or self._best(self._scout.look(glance, rare=True))
        return self._answers[glance.key]

    def about(self, fact: str, knowledge: Knowledge, rights: Collection[str]) -> Question:
        """The question about one fact, whatever else is known of it: to correct an answer."""
        without = {name: answer for name, answer in knowledge.items() if name != fact}
        now = self._scout.situation(without, rights)
        return self._chooser.question(fact, now.waiting.get(fact, []), now)

    def coarsen(self, fact: str, value: int, knowledge: Knowledge, rights: Collection[str]) -> Interval:
        return self._chooser.coarsen(fact, value, self._scout.situation(knowledge, rights))

    def _best(self, now: Situation) -> Question | None:
        telling, first = self._telling(now), True
        while facts := list(islice(telling, _FINALISTS)):
            finalists = [*self._singles(facts, now), *(self._ticking.candidates(now) if first else ())]
            first = False
            for candidate in sorted(finalists, key=lambda each: (-each.worth, each.question.facts)):
                found = self._mattering(candidate, now)
                if found:
                    return found
        return self._last_resort(now)

    # --- the first look -----------------------------------------------------------------------------------

    def _telling(self, now: Situation) -> Iterator[str]:
        """The facts that tell most, first. No answer takes away more than all doubt: whoever might tell less than
        what is wanted is not looked at.
        """
        effort = {fact: self._scout.effort(fact, now.box) for fact in now.waiting}
        ahead = [(-sum(e.doubt for e in now.waiting[fact]) / effort[fact], fact, False) for fact in effort]
        heapify(ahead)
        while ahead:
            _, fact, exact = heappop(ahead)
            if exact:
                yield fact
            else:
                heappush(ahead, (-self._told(fact, now.waiting[fact], now) / effort[fact], fact, True))

    def _told(self, fact: str, outlooks: Iterable[Outlook], now: Situation) -> float:
        """How much of the doubt about these verdicts the fact takes away."""
        bins = tuple([self._boxes.ends(fact, values) for values in self._bins(fact, now.box)])
        return sum(each.told(fact, bins) for each in outlooks)

    def _bins(self, fact: str, box: Box) -> list[Values]:
        values, prior = self._boxes.values(box, fact), self._priors[fact]
        if not isinstance(values, Interval):
            return [frozenset({choice}) for choice in sorted(values)]
        starts = {int(prior.pick(values, step / _BINS)) for step in range(1, _BINS)}
        return list(parts(values, sorted(starts)))

    # --- the second look ----------------------------------------------------------------------------------

    def _singles(self, facts: Sequence[str], now: Situation) -> Iterator[Candidate]:
        for fact in facts:
            outlooks = now.needing(fact)
            question = self._chooser.question(fact, now.waiting[fact], now)
            if len(question.choices) > 1:
                yield Candidate(self._worth(question, outlooks, now), question)

    def _worth(self, question: Question, outlooks: Sequence[Outlook], now: Situation) -> float:
        """What the answer is expected to take off the cost of settling all open rights, per unit of its cost."""
        fact = question.fact
        shares = [self._priors[fact].share(choice) for choice in question.choices]
        total = sum(shares) or 1.0
        outcomes = [
            (share / total, ((fact, choice),))
            for share, choice in zip(shares, question.choices, strict=True)
            if share > _RARE * total
        ]
        return self._savings.spared(outlooks, outcomes, now) / self._scout.effort(fact, now.box)

    # --- does it matter -----------------------------------------------------------------------------------

    def _mattering(self, candidate: Candidate, now: Situation) -> Question | None:
        """The question, without boxes whose tick would change nothing; None where no answer matters."""
        question = candidate.question
        if question.boxes:
            return self._ticking.mattering(question, now)
        matters = any(each.matters(question.fact, question.choices) for each in now.needing(question.fact))
        return question if matters else None

    def _last_resort(self, now: Situation) -> Question | None:
        """No drawn household shows that an answer matters, yet a right is open and all it needs can be asked:
        the rare cases decide, so ask for the fact that most of its conditions need. What other answers imply of it
        may go beyond what the box can hold; then it is asked all the same.
        """
        for outlook in now.open:
            if any(atom.facts & now.closed for atom in outlook.atoms):
                continue
            needed = [fact for atom in outlook.atoms for fact in atom.facts]
            for fact in sorted(outlook.waiting, key=lambda f: (-needed.count(f), f)):
                for ruled_out in (False, True):
                    question = self._chooser.question(fact, [outlook], now, ruled_out=ruled_out)
                    if len(question.choices) > 1:
                        return question
        return None
