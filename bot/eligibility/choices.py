"""How a fact is asked here and now: its choices, cut where they can still decide something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.eligibility.bands import parts
from bot.eligibility.boxes import Boxes
from bot.eligibility.edges import EdgeFinder, Edges, chosen
from bot.eligibility.model import Fact, Question
from bot.eligibility.nodes import Node
from bot.eligibility.outlook import Outlook
from bot.eligibility.priors import Prior
from bot.eligibility.scouting import Situation
from bot.eligibility.values import BadValue, Interval, Values

MOST_CHOICES: Final = 5
_TRIED: Final = 4
_TRIED_WELL: Final = 32
_GATE: Final = 0.2  # how much an edge counts that only decides whether something else is asked
_RARE: Final = 0.01
_SEVERAL: Final = 2
_ROUNDED: Final = 1_000  # cents: how finely an exact amount is kept where other answers still move the edges
_GAP_SHARE: Final = 50  # edges nearer than a fiftieth of the amount are one to a person …
_GAP_LEAST: Final = 1_500  # … or nearer than 15 euros


class Chooser:
    """Makes the question about one fact."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, edges: EdgeFinder,
        gates: Mapping[str, Node],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._edges = edges
        self._gates = gates
        self._compared = {
            fact: [a for a in node.walk() if a.op in ("lt", "le")] for fact, node in gates.items()
        }

    def question(
        self, fact: str, programs: Sequence[Outlook], now: Situation, *, ruled_out: bool = False
    ) -> Question:
        """With as few choices as decide something; less than two where no answer is left open. Choices that other
        answers rule out are only shown when that is wanted.
        """
        values, settles = self._boxes.values(now.box, fact), False
        choices: Iterable[Values]
        if isinstance(values, Interval):
            found = self._along(fact, programs, now, _TRIED)
            edges = self._stepwise(fact, values, found.weights)
            picked = self._picked(fact, values, edges, MOST_CHOICES - 1)
            choices = parts(values, picked)
            settles = found.sure and found.weights.keys() <= set(picked)
        else:
            choices = [frozenset({choice}) for choice in self._facts[fact].choices if choice in values]
        possible = tuple(
            c for c in choices if ruled_out or self._boxes.narrowed(now.box, fact, c) is not None
        )
        rights = now.of(programs)
        classes = self._classes(fact, values, possible, now)
        if classes and len(set(classes)) == 1:  # whatever is answered, nothing more would be known
            return Question((fact,), (), rights)
        return Question((fact,), possible, rights, classes, settles=settles)

    def best_line(
        self, fact: str, values: Interval, outlooks: Sequence[Outlook], now: Situation
    ) -> int | None:
        """The one value from which on most is decided."""
        edges = self._along(fact, outlooks, now, _TRIED).weights
        return next(iter(self._picked(fact, values, edges, 1)), None) if edges else None

    def _classes(
        self, fact: str, values: Values, choices: Sequence[Values], now: Situation
    ) -> tuple[Values, ...]:
        """For each named choice, all that the open rules treat like it: no more than that need be known."""
        if isinstance(values, Interval) or not self._facts[fact].named:
            return ()
        told = self._told_apart(fact, now)
        like = {
            c: frozenset(other for other in values if all((c in t) == (other in t) for t in told))
            for c in values
        }
        return tuple(like[next(iter(choice))] for choice in choices if isinstance(choice, frozenset))

    def _told_apart(self, fact: str, now: Situation) -> list[frozenset[str]]:
        """The sets of choices that open conditions, or the gates of facts they need, ask about."""
        nodes = [*now.deciding(fact, now.open), *self._gates_before(now.needed(now.open))]
        inner = (part for node in nodes for part in node.walk() if part.op == "in")
        return [chosen_ for name, chosen_ in (part.membership for part in inner) if name == fact]

    def coarsen(self, fact: str, value: int, now: Situation) -> Interval:
        """The band around an exact number. Raises `BadValue` outside the fact's range."""
        whole, span = self._facts[fact].range, self._boxes.values(now.box, fact)
        if whole is None or not isinstance(span, Interval) or not whole.low <= value <= whole.high:
            raise BadValue(fact, value)
        if not span.low <= value <= span.high:  # against what was said before: the newer word counts
            span = whole
        edges = self._along(fact, now.waiting.get(fact, []), now, _TRIED_WELL)
        band = next(part for part in parts(span, list(edges.weights)) if part.low <= value <= part.high)
        if edges.sure or self._facts[fact].type != "amount":
            return band
        start = value - value % _ROUNDED
        return band & Interval(start, start + _ROUNDED - 1)

    def _gates_before(self, facts: Iterable[str]) -> Iterator[Node]:
        """The gates of these facts, and of the facts that those gates are about."""
        seen: set[str] = set()
        ahead = [fact for fact in facts if fact in self._gates]
        while ahead:
            fact = ahead.pop()
            if fact not in seen:
                seen.add(fact)
                yield self._gates[fact]
                ahead += [other for other in self._gates[fact].facts if other in self._gates]

    def _along(self, fact: str, programs: Sequence[Outlook], now: Situation, tries: int) -> Edges:
        found = self._edges.along(fact, now.deciding(fact, programs), now.box, now.closed, tries)
        gating = self._edges.along(fact, self._gating(fact, programs, now), now.box, now.closed, tries)
        weights = {edge: weight * _GATE for edge, weight in gating.weights.items()}
        for edge, weight in found.weights.items():
            weights[edge] = weights.get(edge, 0.0) + weight
        return Edges(weights, found.sure and gating.sure)

    def _gating(self, fact: str, programs: Sequence[Outlook], now: Situation) -> Iterator[Node]:
        """Comparisons that decide whether another fact, still waited for, is to be asked at all."""
        for other in sorted(now.needed(programs) & self._gates.keys()):
            if not self._boxes.settled(now.box, other):
                yield from (atom for atom in self._compared[other] if fact in atom.facts)

    def _picked(self, fact: str, values: Interval, edges: Mapping[int, float], most: int) -> list[int]:
        """The edges after which the fewest people will be asked the same once more."""
        prior = self._priors[fact]
        whole = prior.share(values) or 1.0

        def share(low: int, high: int) -> float:
            return _RARE + prior.share(Interval(low, high - 1)) / whole

        wanted = edges or self._rough(fact, values)
        return chosen(wanted, (values.low, values.high + 1), most, self._gap(fact), share)

    def _stepwise(self, fact: str, values: Interval, edges: Mapping[int, float]) -> Mapping[int, float]:
        """A small count moves the edges of other facts with each step: then every step is worth knowing."""
        if self._facts[fact].type != "count" or len(edges) < _SEVERAL:
            return edges
        return {step: 1.0 / step for step in range(values.low + 1, values.high + 1)}

    def _rough(self, fact: str, values: Interval) -> dict[int, float]:
        """Where no rule draws a line: likely parts of the range."""
        pick = self._priors[fact].pick
        return {int(pick(values, step / MOST_CHOICES)): 1.0 for step in range(1, MOST_CHOICES)}

    def _gap(self, fact: str) -> Callable[[int], int]:
        amount = self._facts[fact].type == "amount"
        return (lambda edge: max(_GAP_LEAST, edge // _GAP_SHARE)) if amount else (lambda _: 1)
