"""Which question next: the one expected to settle most for the least effort of the person.

Each open right has an expected cost to settle, estimated from its tree of conditions (the order of questions in
an "and" or "or" of independent tests that is known to be optimal: cheapest per chance of ending it). A question
is worth what it is expected to take off the sum of these costs, per unit of its own cost: one step of looking
ahead over an estimate of all the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from bot.eligibility.bands import cuts, parts
from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Bounds, Box, Layout, over_box
from bot.eligibility.model import Fact, Knowledge, Question
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.program import Program
from bot.eligibility.values import BadValue, Interval, Values

MOST_CHOICES: Final = 5
_MOST_COMBINATIONS: Final = 64
_FEW: Final = 12  # a number with no more values than this is tried out value by value
_SAMPLES: Final = 24
_ROUNDED: Final = 1_000  # cents: how finely an exact amount is kept where no threshold is known yet
_KEPT: Final = 50_000
_GOLDEN: Final = 0.6180339887498949

Edges: TypeAlias = dict[int, float]


class Estimate(NamedTuple):
    """The chance that something holds, and what it is expected to cost to know."""

    chance: float
    cost: float


class Asker:
    """Chooses questions for one rule book; remembers what it has computed."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, layout: Layout,
        programs: Mapping[str, Program],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._layout = layout
        self._programs = programs
        self._functions: dict[int, Callable[[Box], tuple[float, ...]]] = {}
        self._edges: dict[tuple[object, ...], tuple[Edges, bool]] = {}
        self._costs: dict[tuple[object, ...], float] = {}

    def next(self, knowledge: Knowledge, rights: Collection[str]) -> Question | None:
        """The best question; None when no answer can change an open verdict."""
        box, closed, open_ = self._situation(knowledge, rights)
        asked = [(self._question(fact, box, programs), programs)
                 for fact, programs in self._candidates(box, closed, open_).items()]  # fmt: skip
        ranked = sorted(
            (
                (self._worth(q, box, closed, programs), q, programs)
                for q, programs in asked
                if len(q.choices) > 1
            ),
            key=lambda entry: (-entry[0], entry[1].fact),
        )
        for _, question, programs in ranked:
            if self._matters(question, box, closed, programs):
                return question
        return None

    def about(self, fact: str, knowledge: Knowledge, rights: Collection[str]) -> Question | None:
        box, closed, open_ = self._situation(knowledge, rights)
        programs = self._candidates(box, closed, open_).get(fact)
        question = self._question(fact, box, programs) if programs else None
        return question if question and len(question.choices) > 1 else None

    def coarsen(self, fact: str, value: int, knowledge: Knowledge, rights: Collection[str]) -> Interval:
        box, closed, open_ = self._situation(knowledge, rights)
        span = self._boxes.values(box, fact)
        whole = self._facts[fact].range
        if not isinstance(span, Interval) or whole is None or not whole.low <= value <= whole.high:
            raise BadValue(fact, value)
        programs = self._candidates(box, closed, open_).get(fact, [])
        edges, unclear = self._all_edges(fact, box, programs)
        band = next((part for part in parts(span, list(edges)) if part.low <= value <= part.high), None)
        if band is None:  # typed against what was said before: the newer word counts
            return Interval(value, value)
        if unclear and self._facts[fact].type == "amount":
            start = value - value % _ROUNDED
            return band & Interval(start, start + _ROUNDED - 1)
        return Interval(value, value) if unclear else band

    # --- what is open -------------------------------------------------------------------------------------

    def _situation(
        self, knowledge: Knowledge, rights: Collection[str]
    ) -> tuple[Box, frozenset[str], list[Program]]:
        box = self._boxes.of(knowledge)
        closed = frozenset(fact for fact, answer in knowledge.items() if isinstance(answer, str))
        open_ = [p for right in rights if (p := self._programs[right]).verdict(box) == (0, 1)]
        return box, closed, open_

    def _candidates(self, box: Box, closed: frozenset[str], open_: list[Program]) -> dict[str, list[Program]]:
        """The facts that open conditions of open rights still wait for, with those rights."""
        found: dict[str, list[Program]] = defaultdict(list)
        for program in open_:
            facts: set[str] = set()
            for atom in _open_atoms(program, box):
                facts |= atom.facts
            for fact in sorted(facts - closed):
                if not self._boxes.settled(box, fact):
                    found[fact].append(program)
        return found

    # --- choices ------------------------------------------------------------------------------------------

    def _question(self, fact: str, box: Box, programs: list[Program]) -> Question:
        values = self._boxes.values(box, fact)
        choices: Iterable[Values]
        if isinstance(values, Interval):
            edges, _ = self._all_edges(fact, box, programs)
            choices = parts(values, self._coarsest(edges))
        else:
            choices = [frozenset({c}) for c in self._facts[fact].choices if c in values]
        possible = tuple(c for c in choices if self._boxes.narrowed(box, fact, c) is not None)
        return Question((fact,), possible, tuple(p.rules.right for p in programs))

    @staticmethod
    def _coarsest(edges: Edges) -> list[int]:
        """The edges that most probably decide something, as many as one message bears."""
        return sorted(edges, key=lambda edge: (-edges[edge], edge))[: MOST_CHOICES - 1]

    def _all_edges(self, fact: str, box: Box, programs: list[Program]) -> tuple[Edges, bool]:
        total: Edges = defaultdict(float)
        unclear = False
        for program in programs:
            for atom in _open_atoms(program, box):
                if fact in atom.facts:
                    edges, vague = self._edges_of(atom, fact, box)
                    unclear = unclear or vague
                    for edge, weight in edges.items():
                        total[edge] += weight
        return total, unclear

    def _edges_of(self, atom: Node, fact: str, box: Box) -> tuple[Edges, bool]:
        """Where one comparison changes its mind, each edge with the chance that it is this household's;
        and whether some edges cannot be told yet."""
        key = (atom.number, fact, *(box[p + i] for f in sorted(atom.facts) for p in (self._boxes.place(f),)
                                    for i in (0, 1)))  # fmt: skip
        if key not in self._edges:
            if len(self._edges) >= _KEPT:
                self._edges.clear()
            self._edges[key] = self._traced(atom, fact, box)
        return self._edges[key]

    def _traced(self, atom: Node, fact: str, box: Box) -> tuple[Edges, bool]:
        span = self._boxes.values(box, fact)
        assert isinstance(span, Interval)
        found, unclear = self._cuts(atom, fact, box, span)
        edges: Edges = defaultdict(float)
        if unclear is None:
            edges |= dict.fromkeys(found, 1.0)
            return edges, False
        combinations, vague = self._combinations(atom, fact, box)
        for weight, inner in combinations:
            for edge in self._cuts(atom, fact, inner, span)[0]:
                edges[edge] += weight
        return edges, vague

    def _cuts(self, atom: Node, fact: str, box: Box, span: Interval) -> tuple[list[int], Interval | None]:
        function = self._function(atom)
        place, scale = self._boxes.place(fact), self._facts[fact].scale
        inner = box.copy()

        def truth(low: int, high: int) -> bool | None:
            inner[place], inner[place + 1] = low / scale, high / scale
            least, most = function(inner)
            return True if least else None if most else False

        return cuts(truth, span)

    def _combinations(self, atom: Node, fact: str, box: Box) -> tuple[list[tuple[float, Box]], bool]:
        """The household's other open facts in this comparison, tried out: each combination with its chance.
        Numbers with many values are only sampled; then the edges are not all known."""
        boxes = [(1.0, box)]
        vague = False
        for other in sorted(atom.facts - {fact}):
            if self._boxes.settled(box, other):
                continue
            values = self._boxes.values(box, other)
            if isinstance(values, Interval) and values.high - values.low >= _FEW:
                vague = True
                trials: list[Values] = [Interval(v, v) for v in self._quantiles(other, values)]
            else:
                trials = _one_by_one(values)
            total = sum(self._priors[other].share(t) for t in trials) or 1.0
            boxes = [
                (weight * self._priors[other].share(trial) / total, inner)
                for (weight, outer), trial in product(boxes, trials)
                if (inner := self._boxes.narrowed(outer, other, trial)) is not None
            ]
            if len(boxes) > _MOST_COMBINATIONS:
                boxes = sorted(boxes, key=lambda entry: -entry[0])[:_MOST_COMBINATIONS]
                vague = True
        return boxes, vague

    def _quantiles(self, fact: str, values: Interval) -> list[int]:
        prior = self._priors[fact]
        return sorted({int(prior.pick(values, at)) for at in (0.0, 0.25, 0.5, 0.75)})

    def _function(self, atom: Node) -> Callable[[Box], tuple[float, ...]]:
        if atom.number not in self._functions:
            self._functions[atom.number] = over_box([atom], self._layout)
        return self._functions[atom.number]

    # --- worth --------------------------------------------------------------------------------------------

    def _worth(self, question: Question, box: Box, closed: frozenset[str], programs: list[Program]) -> float:
        """What the answer is expected to take off the cost of settling these rights, per unit of its cost."""
        fact = question.fact
        before = sum(self._cost(program, box, closed) for program in programs)
        shares = [self._priors[fact].share(choice) for choice in question.choices]
        total = sum(shares) or 1.0
        after = 0.0
        for share, choice in zip(shares, question.choices, strict=True):
            inner = self._boxes.narrowed(box, fact, choice)
            if inner is not None and share:
                after += share / total * sum(self._cost(program, inner, closed) for program in programs)
        return (before - after) / self._facts[fact].cost

    def _cost(self, program: Program, box: Box, closed: frozenset[str]) -> float:
        """The expected cost of settling a right from here; 0 where it is settled."""
        key = (program.rules.right, *program.key(box), closed & program.reached)
        if key not in self._costs:
            if len(self._costs) >= _KEPT:
                self._costs.clear()
            low, high = program.quick(box)
            settled = bool(low) == bool(high)
            estimate = _Estimating(self, program, box, closed).of(program.rules.verdict)
            self._costs[key] = 0.0 if settled else estimate.cost
        return self._costs[key]

    def price(self, atom: Node, box: Box, closed: frozenset[str]) -> float:
        """What it costs the person to answer all that one comparison still needs."""
        return sum(self._facts[f].cost for f in atom.facts - closed if not self._boxes.settled(box, f))

    def chance(self, atom: Node, box: Box) -> float:
        """How likely one open comparison is to hold, from the priors within the box."""
        if len(atom.facts) == 1:
            fact = next(iter(atom.facts))
            return self._share_where(atom, fact, box)
        function = self._function(atom)
        holds = 0.0
        for trial in range(_SAMPLES):
            low, high = function(self._sampled(atom.facts, box, trial))
            holds += 1.0 if low else 0.5 if high else 0.0
        return min(0.98, max(0.02, holds / _SAMPLES))

    def _share_where(self, atom: Node, fact: str, box: Box) -> float:
        values = self._boxes.values(box, fact)
        prior, function, place = self._priors[fact], self._function(atom), self._boxes.place(fact)
        if isinstance(values, Interval):
            edges, _ = self._edges_of(atom, fact, box)
            pieces: Iterable[Values] = parts(values, list(edges))
        else:
            pieces = _one_by_one(values)
        held = 0.0
        for piece in pieces:
            inner = box.copy()
            inner[place], inner[place + 1] = self._boxes.ends(fact, piece)
            held += prior.share(piece) * bool(function(inner)[0])
        return min(0.99, max(0.01, held / (prior.share(values) or 1.0)))

    def _sampled(self, facts: Iterable[str], box: Box, trial: int) -> Box:
        """The box with these facts set to one likely combination; the same for the same trial."""
        inner = box.copy()
        for index, fact in enumerate(sorted(facts)):
            if not self._boxes.settled(box, fact):
                at = ((trial + 0.5) * (_GOLDEN + index * 0.4142135) + index * 0.37) % 1.0
                place = self._boxes.place(fact)
                inner[place], inner[place + 1] = self._boxes.ends(fact, self._drawn(fact, box, at))
        return inner

    def _drawn(self, fact: str, box: Box, at: float) -> Values:
        values = self._boxes.values(box, fact)
        picked = self._priors[fact].pick(values, at)
        return Interval(picked, picked) if isinstance(picked, int) else frozenset({picked})

    # --- does it matter -----------------------------------------------------------------------------------

    def _matters(self, question: Question, box: Box, closed: frozenset[str], programs: list[Program]) -> bool:
        """Whether some household in the box gets another verdict for another answer."""
        return any(
            self._differs(question, program, self._completed(question.fact, program, box, closed, trial))
            for program in programs
            for trial in range(_SAMPLES * 4)
        )

    def _completed(self, fact: str, program: Program, box: Box, closed: frozenset[str], trial: int) -> Box:
        """One possible household: everything known but this fact and what the person will not say."""
        return self._sampled(program.reached - {fact} - closed, box, trial)

    def _differs(self, question: Question, program: Program, completed: Box) -> bool:
        said: set[Bounds] = set()
        for choice in question.choices:
            ends = {choice.low, choice.high} if isinstance(choice, Interval) else set()
            for value in [Interval(end, end) for end in ends] or [choice]:
                inner = self._boxes.narrowed(completed, question.fact, value)
                if inner is not None:
                    low, high = program.quick(inner)
                    said.add((bool(low), bool(high)))
        return len(said) > 1


class _Estimating:
    """Chance and expected cost of each part of a right's tree of conditions."""

    def __init__(self, asker: Asker, program: Program, box: Box, closed: frozenset[str]) -> None:
        self._asker = asker
        self._box = box
        self._closed = closed
        self._states = program.states(box)

    def of(self, node: Node) -> Estimate:
        if node.op == "not":
            chance, cost = self.of(node.args[0])
            return Estimate(1 - chance, cost)
        if node.op in ("and", "or"):
            return self._joined([self.of(arg) for arg in node.args], node.op == "or")
        low, high = self._states[node.number]
        if bool(low) == bool(high):
            return Estimate(float(bool(low)), 0.0)
        return Estimate(self._asker.chance(node, self._box), self._asker.price(node, self._box, self._closed))

    @staticmethod
    def _joined(parts_: list[Estimate], either: bool) -> Estimate:
        """An "or" ends with its first yes, an "and" with its first no; the cheapest way to that end first."""
        ending = [(p.chance if either else 1 - p.chance, p.cost) for p in parts_]
        ending.sort(key=lambda part: part[1] / max(part[0], 1e-9))
        reached, cost = 1.0, 0.0
        for chance, price in ending:
            cost += reached * price
            reached *= 1 - chance
        return Estimate(1 - reached if either else reached, cost)


def _open_atoms(program: Program, box: Box) -> list[Node]:
    """The comparisons that still decide: those below open nodes only."""
    states = program.states(box)
    found: list[Node] = []

    def visit(node: Node) -> Bounds:
        if node.op == "not":
            low, high = visit(node.args[0])
            return 1 - bool(high), 1 - bool(low)
        if node.op not in ("and", "or"):
            low, high = states[node.number]
            if bool(low) != bool(high):
                found.append(node)
            return bool(low), bool(high)
        mark = len(found)
        bounds = [visit(arg) for arg in node.args]
        take = min if node.op == "and" else max
        low, high = take(b[0] for b in bounds), take(b[1] for b in bounds)
        if low == high:
            del found[mark:]
        return low, high

    visit(program.rules.verdict)
    return found


def _one_by_one(values: Values) -> list[Values]:
    if isinstance(values, Interval):
        return [Interval(v, v) for v in range(values.low, values.high + 1)]
    return [frozenset({choice}) for choice in sorted(values)]
