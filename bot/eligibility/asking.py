"""Which question next: the one expected to settle most for the least effort of the person.

Two looks. The first counts, over many likely households, how much each fact tells of the open verdicts; it is
cheap and picks a few candidates. The second estimates what is left to ask after each possible answer. The rest
of a right is estimated from its tree of conditions: in an "and" or "or" of independent tests the order that asks
the cheapest test per chance of ending it is the best one, and its expected cost is known. A question is worth
what it is expected to take off the sum of these costs, per unit of its own cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import log2
from typing import Final, NamedTuple

from bot.eligibility.bands import parts
from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Cloud, Sampler
from bot.eligibility.compiled import Box, Layout
from bot.eligibility.edges import EdgeFinder, Edges, chosen
from bot.eligibility.estimate import Estimator
from bot.eligibility.model import Fact, Knowledge, Question
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.program import Goals, Program, settled
from bot.eligibility.values import BadValue, Interval, Values

MOST_CHOICES: Final = 5
_CROWD: Final = 1_024  # households drawn once for a rule book …
_EFFORT: Final = 60_000  # … fewer for a large one: households times rights
_ENOUGH: Final = 40  # with fewer of them left in the box, new ones are drawn inside it
_FRESH: Final = 48
_TRIED: Final = 8
_TRIED_WELL: Final = 32
_FINALISTS: Final = 5
_BINS: Final = 6
_ROUNDED: Final = 1_000  # cents: how finely an exact amount is kept where other answers still move the edges
_GAP_SHARE: Final = 50  # edges nearer than a fiftieth of the amount are one to a person …
_AGAIN: Final = 3.0
_LEAST_SHARE: Final = 1e-9
_WITNESSES: Final = 64  # households tried to show that an answer matters
_KEPT: Final = 512
_GATE: Final = 0.2  # how much an edge counts that only decides whether something else is asked
_RARE: Final = 0.01
_GAP_LEAST: Final = 1_500  # … or nearer than 15 euros


class _Situation(NamedTuple):
    """Where a conversation stands: what is known, what will not be asked, what is open, and who it may be."""

    box: Box
    closed: frozenset[str]
    open: list[Program]
    atoms: Mapping[int, Sequence[Node]]  # by test: the comparisons that still decide it
    cloud: Cloud
    held: int


class Asker:
    """Chooses questions for one rule book; remembers what it has computed."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, layout: Layout,
        rights: Mapping[str, Goals], gates: Mapping[str, Node],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._rights = rights
        self._gates = {
            fact: [atom for atom in node.walk() if atom.op in ("lt", "le")] for fact, node in gates.items()
        }
        self._programs = list(
            {g.test.number: g for r in rights.values() for g in (r.surely, r.possibly)}.values()
        )
        self._sampler = Sampler(facts, priors, boxes, layout)
        self._edges = EdgeFinder(facts, priors, boxes, layout)
        self._estimator = Estimator({name: fact.cost for name, fact in facts.items()}, boxes)
        self._crowd: Cloud | None = None
        self._answers: dict[object, Question | None] = {}

    def next(
        self, knowledge: Knowledge, rights: Collection[str], passed: Collection[str] = ()
    ) -> Question | None:
        """The best question; None when no answer can change an open verdict."""
        key = (frozenset(knowledge.items()), frozenset(rights), frozenset(passed))
        if key not in self._answers:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            self._answers[key] = self._best(self._situation(knowledge, rights, passed))
        return self._answers[key]

    def _best(self, now: _Situation) -> Question | None:
        waiting = self._waiting(now)
        ranked = sorted(waiting, key=lambda fact: (-self._told(fact, waiting[fact], now), fact))
        while ranked:
            finalists, ranked = ranked[:_FINALISTS], ranked[_FINALISTS:]
            asked = [(self._question(fact, waiting[fact], now, _TRIED), waiting[fact]) for fact in finalists]
            worth = [
                (self._worth(q, programs, now), q, programs) for q, programs in asked if len(q.choices) > 1
            ]
            for _, question, programs in sorted(worth, key=lambda entry: (-entry[0], entry[1].fact)):
                if self._matters(question, programs, now):
                    return question
        return self._last_resort(now, waiting)

    def about(self, fact: str, knowledge: Knowledge, rights: Collection[str]) -> Question:
        """The question about one fact, whatever else is known of it: to correct an answer."""
        without = {name: answer for name, answer in knowledge.items() if name != fact}
        now = self._situation(without, rights, ())
        return self._question(fact, self._waiting(now).get(fact, []), now, _TRIED)

    def coarsen(self, fact: str, value: int, knowledge: Knowledge, rights: Collection[str]) -> Interval:
        now = self._situation(knowledge, rights, ())
        whole, span = self._facts[fact].range, self._boxes.values(now.box, fact)
        if whole is None or not isinstance(span, Interval) or not whole.low <= value <= whole.high:
            raise BadValue(fact, value)
        if not span.low <= value <= span.high:  # against what was said before: the newer word counts
            span = whole
        edges = self._along(fact, self._waiting(now).get(fact, []), now, _TRIED_WELL)
        band = next(part for part in parts(span, list(edges.weights)) if part.low <= value <= part.high)
        if edges.sure or self._facts[fact].type != "amount":
            return band
        start = value - value % _ROUNDED
        return band & Interval(start, start + _ROUNDED - 1)

    # --- where we are -------------------------------------------------------------------------------------

    def _situation(
        self, knowledge: Knowledge, rights: Collection[str], passed: Collection[str]
    ) -> _Situation:
        box = self._boxes.of(knowledge)
        silent = {fact for fact, answer in knowledge.items() if isinstance(answer, str)}
        doubtful = [program for right in rights for program in self._rights[right].doubtful(box)]
        cloud, held = self._around(box, doubtful)
        open_ = [p for p in doubtful if _mixed(p.likely_in(cloud), held) or not settled(p.verdict(box))]
        atoms = {program.test.number: program.open_atoms(box) for program in open_}
        return _Situation(box, frozenset(silent | set(passed)), open_, atoms, cloud, held)

    def _around(self, box: Box, open_: Sequence[Program]) -> tuple[Cloud, int]:
        """Likely households in the box: from the crowd drawn once, else drawn for this box."""
        reached = sorted({fact for program in open_ for fact in program.reached})
        if self._crowd is None:
            count = max(128, min(_CROWD, _EFFORT // max(1, len(self._programs))))
            self._crowd = self._drawn(self._boxes.widest, sorted(self._facts), self._programs, count)
        held = self._crowd.inside(box, [f for f in reached if self._narrowed(box, f)])
        if held.bit_count() >= _ENOUGH:
            return self._crowd, held
        fresh = self._drawn(box, reached, open_, _FRESH)
        return fresh, fresh.everyone

    def _narrowed(self, box: Box, fact: str) -> bool:
        place = self._boxes.place(fact)
        return box[place : place + 2] != self._boxes.widest[place : place + 2]

    def _drawn(self, box: Box, facts: Iterable[str], programs: Sequence[Program], count: int) -> Cloud:
        cloud = Cloud(self._sampler.draw(box, facts, count), self._facts, self._boxes)
        for program in programs:
            cloud.learn(program.atoms, program.over_atoms)
        return cloud

    def _waiting(self, now: _Situation) -> dict[str, list[Program]]:
        """The facts that open conditions of open rights still wait for, with those rights."""
        found: dict[str, list[Program]] = defaultdict(list)
        for program in now.open:
            facts = frozenset[str]().union(*(atom.facts for atom in now.atoms[program.test.number]))
            for fact in sorted(facts - now.closed):
                if not self._boxes.settled(now.box, fact):
                    found[fact].append(program)
        return found

    # --- the first look -----------------------------------------------------------------------------------

    def _told(self, fact: str, programs: Sequence[Program], now: _Situation) -> float:
        """How much of the doubt about these verdicts the fact takes away, per unit of its cost."""
        groups = [now.held & now.cloud.where(fact, values) for values in self._bins(fact, now.box)]
        told = 0.0
        for program in programs:
            likely = program.likely_in(now.cloud)
            told += _doubt(likely, now.held) - sum(_doubt(likely, group) for group in groups)
        return told / self._effort(fact, now.box)

    def _effort(self, fact: str, box: Box) -> float:
        """What asking weighs: a sensitive fact weighs more than its length, and the same thing asked again,
        ever finer, more each time.
        """
        place, prior = self._boxes.place(fact), self._priors[fact]
        if box[place : place + 2] == self._boxes.widest[place : place + 2]:
            return self._facts[fact].cost ** 2
        left = prior.share(self._boxes.values(box, fact))
        return self._facts[fact].cost ** 2 * _AGAIN * (1 - log2(max(left, _LEAST_SHARE)))

    def _bins(self, fact: str, box: Box) -> list[Values]:
        values, prior = self._boxes.values(box, fact), self._priors[fact]
        if not isinstance(values, Interval):
            return [frozenset({choice}) for choice in sorted(values)]
        starts = {int(prior.pick(values, step / _BINS)) for step in range(1, _BINS)}
        return list(parts(values, sorted(starts)))

    # --- the question -------------------------------------------------------------------------------------

    def _along(self, fact: str, programs: Sequence[Program], now: _Situation, tries: int) -> Edges:
        atoms = {
            atom.number: atom for p in programs for atom in now.atoms[p.test.number] if fact in atom.facts
        }
        rows = [self._veiled(row, now) for row in now.cloud.some(now.held, tries)]
        found = self._edges.along(fact, atoms.values(), now.box, rows)
        gating = self._edges.along(fact, self._gating(fact, programs, now), now.box, rows)
        weights = {edge: weight * _GATE for edge, weight in gating.weights.items()}
        for edge, weight in found.weights.items():
            weights[edge] = weights.get(edge, 0.0) + weight
        return Edges(weights, found.sure and gating.sure)

    def _told_by(self, fact: str, values: Interval, edges: Edges) -> dict[int, float]:
        """Each edge's weight by how evenly it parts the people that may be meant."""
        prior, parted = self._priors[fact], {}
        whole = prior.share(values) or 1.0
        for edge, weight in edges.weights.items():
            below = prior.share(Interval(values.low, edge - 1)) / whole
            parted[edge] = weight * (_RARE + below * (1 - below))
        return parted

    def _gating(self, fact: str, programs: Sequence[Program], now: _Situation) -> Iterator[Node]:
        """Comparisons that decide whether another fact, still waited for, is to be asked at all."""
        needed = {f for p in programs for atom in now.atoms[p.test.number] for f in atom.facts}
        for other in sorted(needed & self._gates.keys()):
            if not self._boxes.settled(now.box, other):
                yield from (atom for atom in self._gates[other] if fact in atom.facts)

    def _veiled(self, row: Box, now: _Situation) -> Box:
        """A household as it can come to be known: what will not be said stays as open as it is."""
        veiled = row.copy()
        for fact in now.closed:
            place = self._boxes.place(fact)
            veiled[place : place + 2] = now.box[place : place + 2]
        return veiled

    def _question(self, fact: str, programs: Sequence[Program], now: _Situation, tries: int) -> Question:
        values = self._boxes.values(now.box, fact)
        choices: Iterable[Values]
        if isinstance(values, Interval):
            edges = self._told_by(fact, values, self._along(fact, programs, now, tries))
            edges = edges or self._rough(fact, values)
            choices = parts(values, chosen(edges, MOST_CHOICES - 1, self._gap(fact)))
        else:
            choices = [frozenset({choice}) for choice in self._facts[fact].choices if choice in values]
        possible = tuple(c for c in choices if self._boxes.narrowed(now.box, fact, c) is not None)
        return Question((fact,), possible, tuple(dict.fromkeys(p.rules.right for p in programs)))

    def _rough(self, fact: str, values: Interval) -> dict[int, float]:
        """Where no rule draws a line: likely parts of the range."""
        pick = self._priors[fact].pick
        return {int(pick(values, step / MOST_CHOICES)): 1.0 for step in range(1, MOST_CHOICES)}

    def _gap(self, fact: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - int to int
        amount = self._facts[fact].type == "amount"
        return (lambda edge: max(_GAP_LEAST, edge // _GAP_SHARE)) if amount else (lambda _: 1)

    # --- the second look ----------------------------------------------------------------------------------

    def _worth(self, question: Question, programs: Sequence[Program], now: _Situation) -> float:
        """What the answer is expected to take off the cost of settling these rights, per unit of its cost."""
        fact, estimate = question.fact, self._estimator.cost
        before = sum(estimate(program, now.box, now.closed, now.cloud, now.held) for program in programs)
        shares = [self._priors[fact].share(choice) for choice in question.choices]
        total = sum(shares) or 1.0
        after = 0.0
        for share, choice in zip(shares, question.choices, strict=True):
            inner = self._boxes.narrowed(now.box, fact, choice)
            if inner is not None and share:
                held = now.held & now.cloud.where(fact, choice)
                left = sum(estimate(program, inner, now.closed, now.cloud, held) for program in programs)
                after += share / total * left
        return (before - after) / self._effort(fact, now.box)

    # --- does it matter -----------------------------------------------------------------------------------

    def _matters(self, question: Question, programs: Sequence[Program], now: _Situation) -> bool:
        """Whether some household in the box gets another verdict for another answer."""
        return any(
            self._differs(question, program, row, now)
            for program in programs
            for row in now.cloud.some(now.held, _WITNESSES)
        )

    def _differs(self, question: Question, program: Program, row: Box, now: _Situation) -> bool:
        """The same household with each possible answer; what it will not say stays open."""
        base = now.box.copy()
        for name in program.reached - now.closed - {question.fact}:
            place = self._boxes.place(name)
            base[place], base[place + 1] = row[place], row[place + 1]
        place, said = self._boxes.place(question.fact), set()
        for ends in self._trials(question):
            inner = base.copy()
            inner[place], inner[place + 1] = ends
            if self._boxes.settle(inner, now.box):
                low, high = program.quick(inner)
                said.add((bool(low), bool(high)))
        return len(said) > 1

    def _trials(self, question: Question) -> list[tuple[float, float]]:
        fact = question.fact
        trials: list[Values] = []
        for choice in question.choices:
            if isinstance(choice, Interval):
                trials += [Interval(choice.low, choice.low), Interval(choice.high, choice.high)]
            else:
                trials.append(choice)
        return [self._boxes.ends(fact, values) for values in trials]

    def _last_resort(self, now: _Situation, waiting: Mapping[str, list[Program]]) -> Question | None:
        """No drawn household shows that an answer matters, yet a right is open and all it needs can be asked:
        the rare cases decide, so ask for the fact that most of its conditions need.
        """
        for program in now.open:
            needed = [
                f for atom in now.atoms[program.test.number] for f in sorted(atom.facts) if f in waiting
            ]
            closed = any(atom.facts & now.closed for atom in now.atoms[program.test.number])
            for fact in sorted(set(needed), key=lambda f: (-needed.count(f), f)) if not closed else ():
                question = self._question(fact, [program], now, _TRIED_WELL)
                if len(question.choices) > 1:
                    return question
        return None


def _mixed(likely: int, held: int) -> bool:
    return bool(likely & held) and bool(held & ~likely)


def _doubt(likely: int, held: int) -> float:
    """How mixed a verdict is among these households: none where all agree."""
    count = held.bit_count()
    yes = (likely & held).bit_count()
    return yes * (count - yes) / count if count else 0.0
