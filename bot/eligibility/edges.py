"""The values of a numeric fact at which open conditions change their mind, for households like this one."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from bot.eligibility.bands import Truth, cuts
from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Sampler
from bot.eligibility.compiled import Box, Layout, over_box
from bot.eligibility.model import Fact
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.values import Interval

_KEPT: Final = 20_000
_LOOKS: Final = 5


class Edges(NamedTuple):
    """Each edge with the share of the tried households whose own edge it is; `sure` when no other open fact
    can move them.
    """

    weights: Mapping[int, float]
    sure: bool


class EdgeFinder:
    """Finds edges and remembers them."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, layout: Layout,
        sampler: Sampler,
    ) -> None:  # fmt: skip
        self._sampler = sampler
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._layout = layout
        self._functions: dict[int, Callable[[Box], tuple[float, ...]]] = {}
        self._found: dict[tuple[object, ...], Edges] = {}

    def function(self, atom: Node) -> Callable[[Box], tuple[float, ...]]:
        """One condition's low and high over a box."""
        if atom.number not in self._functions:
            self._functions[atom.number] = over_box([atom], self._layout)
        return self._functions[atom.number]

    def along(self, fact: str, atoms: Iterable[Node], box: Box, closed: frozenset[str], tries: int) -> Edges:
        """The edges of all these conditions along one fact, for so many likely households in the box; of them
        it is known what can be known: what is `closed` stays as open as it is.
        """
        total: dict[int, float] = defaultdict(float)
        sure = True
        for atom in atoms:
            if fact in atom.facts:
                weights, certain = self._of(atom, fact, box, closed & atom.facts, tries)
                sure = sure and certain
                for edge, weight in weights.items():
                    total[edge] += weight
        return Edges(total, sure)

    def _of(self, atom: Node, fact: str, box: Box, closed: frozenset[str], tries: int) -> Edges:
        places = [place for name in sorted(atom.facts) for place in self._places(name)]
        key = (atom.number, fact, tries, closed, *(box[place] for place in places))
        if key not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[key] = self._traced(atom, fact, box, closed, tries)
        return self._found[key]

    def _places(self, fact: str) -> tuple[int, int]:
        place = self._boxes.place(fact)
        return place, place + 1

    def _traced(self, atom: Node, fact: str, box: Box, closed: frozenset[str], tries: int) -> Edges:
        span = self._boxes.values(box, fact)
        assert isinstance(span, Interval)
        others = [name for name in atom.facts if name != fact and not self._boxes.settled(box, name)]
        if not others:
            found, _ = cuts(self._truth(atom, fact, box), span)
            return Edges(dict.fromkeys(found, 1.0), sure=True)
        weights: dict[int, float] = defaultdict(float)
        tried = self._sampler.draw(box, set(others) - closed, tries)
        for row in tried:
            for edge in self._crossings(self._truth(atom, fact, row), fact, span):
                weights[edge] += 1 / len(tried)
        return Edges(weights, sure=False)

    def _truth(self, atom: Node, fact: str, box: Box) -> Truth:
        function = self.function(atom)
        place, scale = self._boxes.place(fact), self._facts[fact].scale
        inner = box.copy()

        def truth(low: int, high: int) -> bool | None:
            inner[place], inner[place + 1] = low / scale, high / scale
            least, most = function(inner)
            return True if least else None if most else False

        return truth

    def _crossings(self, truth: Truth, fact: str, span: Interval) -> list[int]:
        """Where the answer flips for one household, looked for between a few likely values."""
        looks = {int(self._priors[fact].pick(span, (step + 0.5) / _LOOKS)) for step in range(_LOOKS)}
        points = sorted(looks | {span.low, span.high})
        said = [truth(point, point) for point in points]
        return [
            _flip(truth, low, high, before)
            for low, high, before, after in zip(points, points[1:], said, said[1:], strict=False)
            if before is not after
        ]


def _flip(truth: Truth, low: int, high: int, before: bool | None) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if truth(middle, middle) is before else (low, middle)
    return high


def chosen(
    edges: Mapping[int, float], span: tuple[int, int], most: int, gap: Callable[[int], int],
    share: Callable[[int, int], float],
) -> list[int]:  # fmt: skip
    """The edges that leave the fewest people in a band with edges inside, as many as one message bears; of edges
    that a person could not tell apart (nearer than `gap`), one now, the others only if they still matter then.

    `span` is the range, its end not included; `share` tells how many people lie in a part of it.
    """
    kept: list[int] = []
    ahead = sorted(edges)
    while ahead and len(kept) < most:
        ends = [span[0], *sorted(kept), span[1]]
        best = max(ahead, key=lambda edge: (_spared(edge, ends, edges, share), edges[edge], -edge))
        kept.append(best)
        ahead = [edge for edge in ahead if abs(edge - best) >= gap(best)]
    return kept


def _spared(
    edge: int, ends: Sequence[int], edges: Mapping[int, float], share: Callable[[int, int], float]
) -> float:
    """How much less is then to be asked again, if the band around this edge is cut there: people times edges."""
    place = bisect_left(ends, edge)
    low, high = ends[place - 1], ends[place]
    below = sum(weight for other, weight in edges.items() if low < other < edge)
    above = sum(weight for other, weight in edges.items() if edge < other < high)
    return share(low, edge) * (above + edges[edge]) + share(edge, high) * (below + edges[edge])
