"""What an amount still hangs on: the facts that, once known, would narrow its range most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Box
from bot.eligibility.program import Program

_NARROWS: Final = 0.75  # a fact matters if one of its values alone leaves less than this of the range


def depends_on(program: Program, box: Box, boxes: Boxes) -> tuple[str, ...]:
    """The open facts that an amount's range hangs on, the weightiest first; none where there is no formula."""
    ends, node = program.amount(box), program.rules.amount
    if ends is None or node is None or ends[1] <= ends[0]:
        return ()
    whole = ends[1] - ends[0]
    left = {
        fact: min(_left(program, box, fact, boxes)) / whole
        for fact in node.facts
        if not boxes.settled(box, fact)
    }
    return tuple(
        sorted((fact for fact in left if left[fact] < _NARROWS), key=lambda fact: (left[fact], fact))
    )


def _left(program: Program, box: Box, fact: str, boxes: Boxes) -> Iterator[float]:
    """How wide the range is with the fact at its lowest, and at its highest."""
    place = boxes.place(fact)
    for end in (0, 1):
        inner = boxes.cut(box, place, *boxes.corner(box, fact, end))
        ends = program.amount(inner) if inner else None
        yield ends[1] - ends[0] if ends else float("inf")
