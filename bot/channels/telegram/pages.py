"""What fits one Telegram message, and where longer text may be cut.

Telegram counts the visible text (after its entities are parsed) in UTF-16 code units: 4,096 at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

LIMIT: Final = 4096
Piece = TypeVar("Piece")

_CUTS: Final = tuple(re.compile(pattern) for pattern in (r"\n+", r"(?<=[.!?…])\s+", r"\s+"))


def length(text: str) -> int:
    """Telegram's own count: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int) -> Iterator[str]:
    """The text in parts of at most `limit`, cut between lines, else sentences, else words, else anywhere."""
    while length(text) > limit:
        end, start = _cut_at(text, _reach(text, limit))
        yield text[:end]
        text = text[start:]
    yield text


def _reach(text: str, limit: int) -> int:
    """How many characters from the start are `limit` code units at most."""
    units = 0
    for position, character in enumerate(text):
        units += 1 + (character > "\uffff")
        if units > limit:
            return position
    return len(text)


def _cut_at(text: str, reach: int) -> tuple[int, int]:
    """Where this part ends and where the next begins; a cut leaving less than half a page is no good cut."""
    for pattern in _CUTS:
        spots = [match.span() for match in pattern.finditer(text, reach // 2, reach + 1)]
        if spots:
            return min(spots[-1][0], reach), spots[-1][1]
    return reach, reach


def pack(pieces: Iterable[Piece], size: Callable[[Piece], int], room: int) -> Iterator[list[Piece]]:
    """Neighbours together while they fit into `room`; a piece that is larger stands alone."""
    page: list[Piece] = []
    filled = 0
    for piece in pieces:
        if page and filled + size(piece) > room:
            yield page
            page, filled = [], 0
        page.append(piece)
        filled += size(piece)
    if page:
        yield page
