"""Stretches of time as instants: what is open, busy or held. Pure arithmetic on sorted lists."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """From `starts` up to, not including, `ends`; both aware, in UTC."""

    starts: datetime
    ends: datetime

    def overlaps(self, other: Span) -> bool:
        return self.starts < other.ends and other.starts < self.ends


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same instants in order, without overlaps, touching spans joined and empty ones left out."""
    joined: list[Span] = []
    for span in sorted(spans):
        if span.starts >= span.ends:
            continue
        if joined and span.starts <= joined[-1].ends:
            joined[-1] = Span(joined[-1].starts, max(joined[-1].ends, span.ends))
        else:
            joined.append(span)
    return joined


def meets(apart: Sequence[Span], span: Span) -> bool:
    """Whether `span` overlaps any of `apart`, which is as `merged` gives it."""
    before = bisect_left(apart, span.ends, key=lambda one: one.starts)
    return before > 0 and apart[before - 1].ends > span.starts
