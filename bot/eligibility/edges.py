"""The values of a numeric fact at which open conditions change their mind, for households like this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from bot.eligibility.bands import Truth, cuts
from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Sampler
from bot.eligibility.compiled import Box, Ends, Layout, along, margin_along
from bot.eligibility.keeping import Kept
from bot.eligibility.margins import margin_slope
from bot.eligibility.model import Fact
from bot.eligibility.nodes import TOLERANCE, Node
from bot.eligibility.priors import Prior
from bot.eligibility.values import Interval

_KEPT: Final = 20_000
_KEPT_POINTS: Final = 2_000
_LOOKS: Final = 5
_PARTS: Final = 64.0
_HALVE: Final = 3  # every third guess


class Edges(NamedTuple):
    """Each edge with the share of the tried households whose own edge it is; `sure` when no other open fact
    can move them.
    """

    weights: Mapping[int, float]
    sure: bool


class EdgeFinder:
    """Finds edges and remembers them: of a household, by all that an edge of it hangs on."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, layout: Layout,
        sampler: Sampler,
    ) -> None:  # fmt: skip
        self._sampler = sampler
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._layout = layout
        self._lines: dict[tuple[int, str], _Line] = {}
        self._points = Kept[object, list[int]](_KEPT_POINTS)
        self._found = Kept[object, Sequence[int]](_KEPT)
        self._drawn: tuple[Box, dict[object, Sequence[Box]]] = (
            [],
            {},
        )  # for the last box that was asked about

    def along(self, fact: str, atoms: Iterable[Node], box: Box, closed: frozenset[str], tries: int) -> Edges:
        """The edges of all these conditions along one fact, for so many likely households in the box; of them
        it is known what can be known: what is `closed` stays as open as it is.
        """
        total: dict[int, float] = defaultdict(float)
        sure = True
        for atom in atoms:
            if fact in atom.facts:
                weights, certain = self._of(atom, fact, box, closed, tries)
                sure = sure and certain
                for edge, weight in weights.items():
                    total[edge] += weight
        return Edges(total, sure)

    def _of(self, atom: Node, fact: str, box: Box, closed: frozenset[str], tries: int) -> Edges:
        line = self._line(atom, fact)
        others = [name for name in line.others if not self._boxes.settled(box, name)]
        if not others:
            return Edges(dict.fromkeys(self._edges(line, box, box, sure=True), 1.0), sure=True)
        weights: dict[int, float] = defaultdict(float)
        tried = self._rows(box, frozenset(others) - closed, tries)
        for row in tried:
            for edge in self._edges(line, row, box, sure=False):
                weights[edge] += 1 / len(tried)
        return Edges(weights, sure=False)

    def _line(self, atom: Node, fact: str) -> _Line:
        key = (atom.number, fact)
        if key not in self._lines:
            others = tuple(name for name in atom.facts if name != fact)
            self._lines[key] = _Line(atom, fact, others, self._boxes.reader(others), self._layout)
        return self._lines[key]

    def _rows(self, box: Box, names: frozenset[str], tries: int) -> Sequence[Box]:
        """Households drawn in a box: what other facts imply of them hangs on all of it."""
        drawn, key = self._drawn, (names, tries)
        if drawn[0] != box:
            drawn = self._drawn = (box, {})
        rows = drawn[1]
        if key not in rows:
            rows[key] = self._sampler.draw(box, names, tries)
        return rows[key]

    def _edges(self, line: _Line, row: Box, box: Box, *, sure: bool) -> Sequence[int]:
        """Those of one household, or of a box where nothing else is open, within what is left of the fact."""
        ends = self._boxes.both(box, line.fact)
        key = (line.atom, line.fact, sure, ends, line.rest(row))
        known = self._found.get(key)
        if known is None:
            span = self._boxes.values(box, line.fact)
            assert isinstance(span, Interval)
            known = self._found.put(key, self._traced(line, row, span, sure=sure))
        return known

    def _traced(self, line: _Line, row: Box, span: Interval, *, sure: bool) -> Sequence[int]:
        if not sure and all(self._boxes.settled(row, name) for name in line.others):
            if line.steady:
                return self._crossing(line, row, span)
            return self._crossings(self._at_point(line, row), line.fact, span)
        truth = self._truth(line, row)
        return cuts(truth, span)[0] if sure else self._crossings(truth, line.fact, span)

    def _at_point(self, line: _Line, row: Box) -> Truth:
        scale, margin = self._facts[line.fact].scale, line.margin(row)
        return lambda value, _: margin(value / scale) <= line.slack

    def _crossing(self, line: _Line, row: Box, span: Interval) -> Sequence[int]:
        """Where the answer flips, for it flips once at most: guessed as of a straight line, every now and then
        halved.
        """
        scale, margin, slack = self._facts[line.fact].scale, line.margin(row), line.slack
        low, high = span
        below, above = margin(low / scale), margin(high / scale)
        before = below <= slack
        if before is (above <= slack):
            return ()
        tries = 0
        while high - low > 1:
            tries += 1
            part = 0.5 if tries % _HALVE == 0 else (below - slack) / (below - above)
            middle = min(max(low + int((high - low) * part), low + 1), high - 1)
            here = margin(middle / scale)
            if (here <= slack) is before:
                low, below = middle, here
            else:
                high, above = middle, here
        return (high,)

    def _truth(self, line: _Line, row: Box) -> Truth:
        scale, ends = self._facts[line.fact].scale, line.function(row)

        def truth(low: int, high: int) -> bool | None:
            least, most = ends(low / scale, high / scale)
            return True if least else None if most else False

        return truth

    def _looks(self, fact: str, span: Interval) -> list[int]:
        looks = {int(self._priors[fact].pick(span, (step + 0.5) / _LOOKS)) for step in range(_LOOKS)}
        return sorted(looks | {span.low, span.high})

    def _crossings(self, truth: Truth, fact: str, span: Interval) -> list[int]:
        """Where the answer flips for one household, looked for between a few likely values."""
        points = self._points.get((fact, *span)) or self._points.put((fact, *span), self._looks(fact, span))
        said = [truth(point, point) for point in points]
        return [
            _flip(truth, low, high, before)
            for low, high, before, after in zip(points, points[1:], said, said[1:], strict=False)
            if before is not after
        ]


class _Line:
    """A comparison along one fact: what else it is about, and what it says; compiled when it is asked for."""

    def __init__(
        self, atom: Node, fact: str, others: Sequence[str], rest: Callable[[Box], object], layout: Layout
    ) -> None:
        self._atom = atom
        self._layout = layout
        self.fact = fact
        self.others = others
        self.rest = rest
        self.slack = -TOLERANCE if atom.op == "lt" else TOLERANCE

    @property
    def atom(self) -> int:
        return self._atom.number

    @cached_property
    def function(self) -> Callable[[Box], Ends]:
        return along(self._atom, self.fact, self._layout)

    @cached_property
    def margin(self) -> Callable[[Box], Callable[[float], float]]:
        return margin_along(self._atom, self.fact, self._layout)

    @cached_property
    def steady(self) -> bool:
        """Whether the margin only grows, or only shrinks."""
        return margin_slope(self._atom, self.fact) is not None


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
    spared: dict[tuple[int, int], dict[int, float]] = {}  # by band: a cut elsewhere leaves it as it was
    while ahead and len(kept) < most:
        bands = list(pairwise([span[0], *sorted(kept), span[1]]))
        worth = {
            edge: share(edge, edge) * 2 * edges[edge] for edge in ahead if edge <= span[0]
        }  # parts nobody
        for band in bands:
            if band not in spared:
                spared[band] = _spared(band, ahead, edges, share)
            worth |= spared[band]
        best = max(ahead, key=lambda edge: (worth[edge], edges[edge], -edge))
        kept.append(best)
        ahead = [edge for edge in ahead if abs(edge - best) >= gap(best)]
    return kept


def _spared(
    band: tuple[int, int],
    ahead: Iterable[int],
    edges: Mapping[int, float],
    share: Callable[[int, int], float],
) -> dict[int, float]:
    """For each edge of a band, how much less is then to be asked again if the band is cut there: people times
    edges.
    """
    low, high = band
    inside = [(edge, weight) for edge, weight in edges.items() if low < edge < high]
    sums = _summed(inside) if all((weight * _PARTS).is_integer() for _, weight in inside) else _added(inside)
    found = {}
    for edge in ahead:
        if low < edge < high:
            (below, above), own = sums[edge], edges[edge]
            found[edge] = share(low, edge) * (above + own) + share(edge, high) * (below + own)
    return found


def _summed(inside: Sequence[tuple[int, float]]) -> dict[int, tuple[float, float]]:
    """For each edge the weights below it and above it: of weights that no order of adding rounds."""
    below, found = 0.0, {}
    total = sum(weight for _, weight in inside)
    for edge, weight in sorted(inside):
        found[edge] = (below, total - below - weight)
        below += weight
    return found


def _added(inside: Sequence[tuple[int, float]]) -> dict[int, tuple[float, float]]:
    """The same of any weights, in their order."""
    return {
        edge: (
            sum([w for other, w in inside if other < edge]),
            sum([w for other, w in inside if edge < other]),
        )
        for edge, _ in inside
    }
