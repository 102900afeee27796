"""What would turn a condition that is not met: one fact at a time, everything else as it is known.

Only changes that a person can live and that the fact files allow (`Fact.change`) are named, and only where what
else is known draws one line: "from 25 years on", "under 977 euros".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from bot.eligibility.bands import furthest
from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Box, Layout, of_one
from bot.eligibility.contradictions import Consistency
from bot.eligibility.model import ABOVE, BELOW, Change, Fact, Knowledge
from bot.eligibility.nodes import Node
from bot.eligibility.program import Goals
from bot.eligibility.values import Interval, Values

_PIECES: Final = 24  # a condition that changes its mind more often along one fact draws no line to tell
_VAGUE_SHARE: Final = 10  # a line that other open facts move by less than a tenth is still one line …
_VAGUE_LEAST: Final = 15  # … or by less than 15 euros
_VAGUE_YEARS: Final = 5


class _Piece(NamedTuple):
    """A stretch of a number's values and what the condition says there; None where it depends."""

    span: Interval
    said: bool | None


class Changes:
    """Looks for changes under one rule book."""

    def __init__(
        self, facts: Mapping[str, Fact], boxes: Boxes, layout: Layout, consistency: Consistency
    ) -> None:
        self._facts = facts
        self._boxes = boxes
        self._layout = layout
        self._consistency = consistency

    def of(self, goals: Goals, knowledge: Knowledge) -> Iterator[Change]:
        """For each condition of a right that is not met, the single facts that would make it hold."""
        box = self._boxes.of(knowledge)
        flat = goals.surely.conditions(box)
        for index, (condition, sure, _) in enumerate(goals.rules.conditions):
            if not flat[4 * index + 3]:
                function = of_one(sure, self._layout)
                for fact in self._changeable(sure, goals, knowledge):
                    for values in self._along(fact, function, knowledge):
                        yield Change(condition.id, fact.name, values)

    def _changeable(self, node: Node, goals: Goals, knowledge: Knowledge) -> list[Fact]:
        """The answered facts behind a condition whose change may be named. An age only where the condition is
        about it: nobody waits for years because a formula has an age in it.
        """
        reached = goals.reached & self._consistency.reach(node.facts)
        direct = {fact for atom in _tests(node) for fact in atom.facts if len(atom.facts) == 1}
        return [
            fact
            for name, fact in self._facts.items()
            if name in (direct if fact.type == "age" else reached) and fact.change and name in knowledge
        ]

    def _along(
        self, fact: Fact, function: Callable[[Box], tuple[float, ...]], knowledge: Knowledge
    ) -> Iterator[Values]:
        def truth(values: Values) -> bool | None:
            box, clashes = self._consistency.box({**knowledge, fact.name: values})
            low, high = function(box)
            if not high or not all(clash.possible for clash in clashes):
                return False
            return True if low and not clashes else None

        now = knowledge[fact.name]
        if isinstance(now, frozenset):
            others = [frozenset({choice}) for choice in fact.choices if choice in fact.change]
            yield from (other for other in others if not other <= now and truth(other))
        elif isinstance(now, Interval) and fact.range is not None:
            yield from _nearest(_pieces(lambda low, high: truth(Interval(low, high)), fact.range), now, fact)


def _tests(node: Node) -> Iterator[Node]:
    """The comparisons and yes/no facts that a condition joins."""
    if node.op in ("and", "or", "not"):
        for arg in node.args:
            yield from _tests(arg)
    else:
        yield node


def _pieces(truth: Callable[[int, int], bool | None], span: Interval) -> list[_Piece]:
    """The whole range in stretches on which the condition says one thing; what lies between two that are
    settled, or beyond too many of them, counts as one that depends.
    """
    found: list[_Piece] = []
    position = span.low
    while position <= span.high and len(found) < _PIECES and (said := truth(position, position)) is not None:
        last = furthest(_agreeing(truth, position, said), position, span.high)
        _join(found, _Piece(Interval(position, last), said))
        position = last + 1
    if position > span.high:
        return found
    end = truth(span.high, span.high)
    if end is None or len(found) >= _PIECES:
        return [*found, _Piece(Interval(position, span.high), None)]
    width = furthest(_agreeing_down(truth, span.high, end), 0, span.high - position)
    first = span.high - width
    between = [_Piece(Interval(position, first - 1), None)] if first > position else []
    return [*found, *between, _Piece(Interval(first, span.high), end)]


def _agreeing(truth: Callable[[int, int], bool | None], low: int, said: bool) -> Callable[[int], bool]:
    return lambda high: truth(low, high) is said


def _agreeing_down(truth: Callable[[int, int], bool | None], high: int, said: bool) -> Callable[[int], bool]:
    return lambda width: truth(high - width, high) is said


def _join(found: list[_Piece], piece: _Piece) -> None:
    if found and found[-1].said is piece.said:
        found[-1] = _Piece(Interval(found[-1].span.low, piece.span.high), piece.said)
    else:
        found.append(piece)


def _nearest(pieces: list[_Piece], now: Interval, fact: Fact) -> Iterator[Interval]:
    """The first stretch above and the first one below what is known in which the condition holds, where a line
    can be told.
    """
    above = [piece for piece in pieces if piece.span.high > now.high]
    below = [piece for piece in reversed(pieces) if piece.span.low < now.low]
    for way, beyond in ((ABOVE, above), (BELOW, below)):
        position = next((i for i, piece in enumerate(beyond) if piece.said), None)
        if way not in fact.change or position is None:
            continue
        span, vague = beyond[position].span, sum(_width(p, fact) for p in beyond[:position] if p.said is None)
        outside = span.low > now.high or span.high < now.low
        if outside and _near(span, now, fact) and vague <= _bearable(span, way, fact):
            yield span


def _near(span: Interval, now: Interval, fact: Fact) -> bool:
    """A household grows or shrinks by one person, not by several."""
    return fact.type != "count" or max(now.low - span.high, span.low - now.high) <= 1


def _width(piece: _Piece, fact: Fact) -> float:
    return (piece.span.high - piece.span.low + 1) / fact.scale


def _bearable(span: Interval, way: str, fact: Fact) -> float:
    if fact.type != "amount":
        return _VAGUE_YEARS if fact.type == "age" else 0
    return max(_VAGUE_LEAST, (span.low if way == ABOVE else span.high) / fact.scale / _VAGUE_SHARE)
