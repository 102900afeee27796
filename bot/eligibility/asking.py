"""Which question next: the one expected to settle most for the least effort of the person.

Two looks. The first counts, over many likely households, how much each fact tells of the open verdicts; it is
cheap and picks a few candidates. The second estimates what is left to ask after each possible answer. The rest
of a right is estimated from its tree of conditions: in an "and" or "or" of independent tests the order that asks
the cheapest test per chance of ending it is the best one, and its expected cost is known. A question is worth
what it is expected to take off the sum of these costs, per unit of its own cost. Several yes/no facts to be
ticked in one message are one more candidate, judged alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bot.eligibility.bands import parts
from bot.eligibility.boxes import Boxes
from bot.eligibility.choices import Chooser
from bot.eligibility.cloud import Sampler
from bot.eligibility.compiled import Box, Layout, over_box
from bot.eligibility.edges import EdgeFinder
from bot.eligibility.estimate import Estimator, Needs, View, unasked
from bot.eligibility.model import Fact, Knowledge, Question
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.program import Goals, Program
from bot.eligibility.scouting import Gate, Scout, Situation
from bot.eligibility.values import Interval, Values

_FINALISTS: Final = 2
_BINS: Final = 6
_WITNESSES: Final = 64  # households tried to show that an answer matters
_TRIED: Final = 16
_FIRST: Final = 6
_KEPT: Final = 20_000
_RARE: Final = 0.02  # answers rarer than this do not decide which question is best
_MOST_BOXES: Final = 5
_BOX_EFFORT: Final = 0.35  # reading one more line beside others, against answering a question of its own
_OUTCOMES: Final = 8  # the likeliest ways of ticking that are looked at
_YES: Final = frozenset({"yes"})
_NO: Final = frozenset({"no"})


class _Candidate(NamedTuple):
    worth: float
    question: Question
    programs: Sequence[Program]


class Asker:
    """Chooses questions for one rule book; remembers what it has computed."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, layout: Layout,
        rights: Mapping[str, Goals], gates: Mapping[str, tuple[Node, Values]],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        doors = {
            fact: Gate(gate.facts, over_box([gate], layout), unticked_is_no=otherwise == _NO)
            for fact, (gate, otherwise) in gates.items()
        }
        sampler = Sampler(facts, priors, boxes)
        self._scout = Scout(facts, priors, boxes, sampler, rights, doors)
        self._chooser = Chooser(
            facts,
            priors,
            boxes,
            EdgeFinder(facts, priors, boxes, layout, sampler),
            {f: gate for f, (gate, _) in gates.items()},
        )
        self._estimator = Estimator({name: fact.cost for name, fact in facts.items()}, priors, boxes)
        self._answers: dict[object, Question | None] = {}

    def next(
        self, knowledge: Knowledge, rights: Collection[str], passed: Collection[str] = ()
    ) -> Question | None:
        """The best question; None when no answer can change an open verdict."""
        glance = self._scout.glance(knowledge, rights, passed)
        if glance.key not in self._answers:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            self._answers[glance.key] = self._best(self._scout.look(glance))
        return self._answers[glance.key]

    def about(self, fact: str, knowledge: Knowledge, rights: Collection[str]) -> Question:
        """The question about one fact, whatever else is known of it: to correct an answer."""
        without = {name: answer for name, answer in knowledge.items() if name != fact}
        now = self._scout.situation(without, rights)
        return self._chooser.question(fact, now.waiting.get(fact, []), now)

    def coarsen(self, fact: str, value: int, knowledge: Knowledge, rights: Collection[str]) -> Interval:
        return self._chooser.coarsen(fact, value, self._scout.situation(knowledge, rights))

    def _best(self, now: Situation) -> Question | None:
        told = {fact: self._told(fact, programs, now) for fact, programs in now.waiting.items()}
        ranked = sorted(told, key=lambda fact: (-told[fact], fact))
        for start in range(0, len(ranked), _FINALISTS):
            finalists = list(self._singles(ranked[start : start + _FINALISTS], now))
            finalists += self._ticked(now) if start == 0 else ()
            for candidate in sorted(finalists, key=lambda each: (-each.worth, each.question.facts)):
                found = self._mattering(candidate, now)
                if found:
                    return found
        return self._last_resort(now)

    # --- the first look -----------------------------------------------------------------------------------

    def _told(self, fact: str, programs: Sequence[Program], now: Situation) -> float:
        """How much of the doubt about these verdicts the fact takes away, per unit of its cost."""
        groups = [now.held & now.cloud.where(fact, values) for values in self._bins(fact, now.box)]
        told = 0.0
        for program in programs:
            likely = program.likely_in(now.cloud)
            told += _doubt(likely, now.held) - sum(_doubt(likely, group) for group in groups)
        return told / self._scout.effort(fact, now.box)

    def _bins(self, fact: str, box: Box) -> list[Values]:
        values, prior = self._boxes.values(box, fact), self._priors[fact]
        if not isinstance(values, Interval):
            return [frozenset({choice}) for choice in sorted(values)]
        starts = {int(prior.pick(values, step / _BINS)) for step in range(1, _BINS)}
        return list(parts(values, sorted(starts)))

    # --- the second look ----------------------------------------------------------------------------------

    def _singles(self, facts: Iterable[str], now: Situation) -> Iterator[_Candidate]:
        for fact in facts:
            programs = now.waiting[fact]
            question = self._chooser.question(fact, programs, now)
            if len(question.choices) > 1:
                yield _Candidate(self._worth(question, programs, now), question, programs)

    def _worth(self, question: Question, programs: Sequence[Program], now: Situation) -> float:
        """What the answer is expected to take off the cost of settling all open rights, per unit of its cost."""
        fact, outcomes = question.fact, []
        shares = [self._priors[fact].share(choice) for choice in question.choices]
        total = sum(shares) or 1.0
        for share, choice in zip(shares, question.choices, strict=True):
            inner = self._boxes.narrowed(now.box, fact, choice) if share > _RARE * total else None
            if inner is not None:
                held = now.held & now.cloud.where(fact, choice)
                outcomes.append((share / total, inner, held))
        return self._spared(programs, outcomes, now) / self._scout.effort(fact, now.box)

    def _spared(
        self, programs: Sequence[Program], outcomes: Iterable[tuple[float, Box, int]], now: Situation
    ) -> float:
        """How much less is then expected to be asked: rights that do not wait for this answer need what they
        needed before, and a fact that they need is asked anyway.
        """
        before = [self._needs(program, now.box, now.held, now) for program in programs]
        others = self._others(before, now)
        spared = self._estimator.cost(before, now.box, others)
        for share, box, held in outcomes:
            after = [self._needs(program, box, held, now) for program in programs]
            spared -= share * self._estimator.cost(after, box, others)
        return spared

    def _needs(self, program: Program, box: Box, held: int, now: Situation) -> Needs:
        return self._estimator.needs(View(program, box, now.closed, now.cloud, held), now.needs)

    def _others(self, before: Iterable[Needs], now: Situation) -> Mapping[str, float]:
        """The chance that a fact stays unasked by the rights that are not looked at, for the facts that matter."""
        if now.unasked is None:
            now.unasked = unasked(self._needs(program, now.box, now.held, now) for program in now.open)
        own = unasked(before)
        return {fact: now.unasked.get(fact, left) / left for fact, left in own.items()}

    # --- several at once ----------------------------------------------------------------------------------

    def _ticked(self, now: Situation) -> Iterator[_Candidate]:
        """The likeliest yes/no facts as boxes of one message, two of them, three, … up to five."""
        waiting = {fact: now.needing(fact) for fact in now.needed(now.open) if self._can_be_ticked(fact, now)}
        told = {fact: self._told(fact, programs, now) for fact, programs in waiting.items()}
        facts = sorted(told, key=lambda fact: (-told[fact], fact))[:_MOST_BOXES]
        for count in range(2, len(facts) + 1):
            together = tuple(facts[:count])
            programs = list({p.test.number: p for fact in together for p in waiting[fact]}.values())
            question = Question(together, (), tuple(dict.fromkeys(p.rules.right for p in programs)))
            yield _Candidate(self._worth_together(together, programs, now), question, programs)

    def _can_be_ticked(self, fact: str, now: Situation) -> bool:
        """Worded as a box, still open, and likely to make sense: whom it does not concern leaves it unticked."""
        known = self._facts[fact]
        if (
            known.type != "yes_no"
            or not known.tick
            or fact in now.closed
            or self._boxes.settled(now.box, fact)
        ):
            return False
        door = self._scout.doors.get(fact)
        if door is None or door.holds(now.box):
            return True
        rows = now.cloud.some(now.held, _TRIED)
        return door.unticked_is_no and sum(map(door.holds, rows)) > len(rows) / 2

    def _worth_together(self, facts: Sequence[str], programs: Sequence[Program], now: Situation) -> float:
        efforts = sorted((self._scout.effort(fact, now.box) for fact in facts), reverse=True)
        effort = efforts[0] + _BOX_EFFORT * sum(efforts[1:])
        outcomes = sorted(self._outcomes(facts, now), key=lambda each: -each[1].bit_count())[:_OUTCOMES]
        total = sum(held.bit_count() for _, held in outcomes) or 1
        shares = ((held.bit_count() / total, box, held) for box, held in outcomes)
        return self._spared(programs, shares, now) / effort

    def _outcomes(self, facts: Sequence[str], now: Situation) -> list[tuple[Box, int]]:
        """Each way of ticking that some household of the cloud has, with those households."""
        found = [(now.box, now.held)]
        for fact in facts:
            found = [
                (inner, held & now.cloud.where(fact, value))
                for box, held in found
                for value in (_YES, _NO)
                if held & now.cloud.where(fact, value)
                and (inner := self._boxes.narrowed(box, fact, value)) is not None
            ]
        return found

    # --- does it matter -----------------------------------------------------------------------------------

    def _mattering(self, candidate: _Candidate, now: Situation) -> Question | None:
        """The question, without boxes whose tick would change nothing; None where no answer matters."""
        question = candidate.question
        if len(question.facts) == 1:
            return question if self._matters(question.fact, question.choices, now) else None
        kept = [fact for fact in question.facts if self._matters(fact, (_YES, _NO), now)]
        if len(kept) < 2:  # noqa: PLR2004 - one box is a question of its own, judged as such
            return None
        return Question(tuple(kept), (), question.rights)

    def _matters(self, fact: str, choices: Sequence[Values], now: Situation) -> bool:
        """Whether some household in the box gets another verdict for another answer."""
        trials = [self._boxes.ends(fact, values) for choice in choices for values in _ends(choice)]
        rows = now.cloud.some(now.held, _WITNESSES)
        return any(
            self._differs(fact, trials, program, row, now)
            for some in (
                rows[:_FIRST],
                rows[_FIRST:],
            )  # a few households usually show it, whichever right it is
            for program in now.needing(fact)
            for row in some
        )

    def _differs(
        self, fact: str, trials: Sequence[tuple[float, float]], program: Program, row: Box, now: Situation
    ) -> bool:
        """The same household with each possible answer; what it will not say stays open."""
        base = now.box.copy()
        for name in program.reached - now.closed - {fact}:
            place = self._boxes.place(name)
            base[place], base[place + 1] = row[place], row[place + 1]
        place, said = self._boxes.place(fact), set()
        for ends in trials:
            inner = base.copy()
            inner[place], inner[place + 1] = ends
            if self._boxes.settle(inner, now.box):
                low, high = program.quick(inner)
                said.add((bool(low), bool(high)))
                if len(said) > 1:
                    return True
        return False

    def _last_resort(self, now: Situation) -> Question | None:
        """No drawn household shows that an answer matters, yet a right is open and all it needs can be asked:
        the rare cases decide, so ask for the fact that most of its conditions need.
        """
        for program in now.open:
            atoms = now.atoms[program.test.number]
            if any(atom.facts & now.closed for atom in atoms):
                continue
            needed = [fact for atom in atoms for fact in atom.facts]
            waiting = [fact for fact, programs in now.waiting.items() if program in programs]
            for fact in sorted(waiting, key=lambda f: (-needed.count(f), f)):
                question = self._chooser.question(fact, [program], now)
                if len(question.choices) > 1:
                    return question
        return None


def _ends(choice: Values) -> list[Values]:
    if isinstance(choice, Interval):
        return [Interval(choice.low, choice.low), Interval(choice.high, choice.high)]
    return [choice]


def _doubt(likely: int, held: int) -> float:
    """How mixed a verdict is among these households: none where all agree."""
    count = held.bit_count()
    yes = (likely & held).bit_count()
    return yes * (count - yes) / count if count else 0.0
