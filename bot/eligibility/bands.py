"""Where a condition changes its mind along one numeric fact, for this household."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from bot.eligibility.values import Interval

Truth: TypeAlias = Callable[[int, int], bool | None]
"""What a condition says while the fact lies between two values, both included; None where it depends."""

_MOST_CUTS: Final = 16


def cuts(truth: Truth, span: Interval) -> tuple[list[int], Interval | None]:
    """The values from which on the condition says something else, and the stretch where it stays unclear
    (because it also depends on other open facts).

    Relies on intervals that only grow less certain when they widen, so that each edge is found by halving.
    """
    found: list[int] = []
    position, said = span.low, truth(span.low, span.low)
    while said is not None:
        last = furthest(_agrees(truth, position, said), position, span.high)
        if last == span.high or len(found) >= _MOST_CUTS:
            return found, None
        position, before = last + 1, said
        said = truth(position, position)
        if said is not before:
            found.append(position)
    end = truth(span.high, span.high)
    if end is None:
        return found, Interval(position, span.high)
    first = span.high - furthest(_agrees_back(truth, span.high, end), 0, span.high - position)
    return [*found, first], Interval(position, first - 1)


def _agrees(truth: Truth, start: int, said: bool) -> Callable[[int], bool]:
    return lambda end: truth(start, end) is said


def _agrees_back(truth: Truth, end: int, said: bool) -> Callable[[int], bool]:
    return lambda back: truth(end - back, end) is said


def furthest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The greatest value up to `high` for which it still holds; it holds for `low`."""
    if holds(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def parts(span: Interval, edges: list[int]) -> tuple[Interval, ...]:
    """The span cut before each of these values."""
    inside = sorted({edge for edge in edges if span.low < edge <= span.high})
    starts, ends = [span.low, *inside], [*(edge - 1 for edge in inside), span.high]
    return tuple(Interval(low, high) for low, high in zip(starts, ends, strict=True))
