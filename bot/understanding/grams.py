"""A text as the counts of its letter groups and words, hashed: what the trained model looks at."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.folding import fold

WIDTH: Final = 2**15  # places; two groups that share one do little harm
SHORTEST, LONGEST = 2, 5  # letters of a group


def counts(text: str) -> Counter[int]:
    """How often each place is hit."""
    return Counter(zlib.crc32(group.encode()) % WIDTH for group in _groups(fold(text).split()))


def _groups(words: list[str]) -> Iterator[str]:
    for word in words:
        yield f"={word}"
        padded = f" {word} "
        for length in range(SHORTEST, LONGEST + 1):
            yield from (padded[at : at + length] for at in range(len(padded) - length + 1))
    yield from (f"={first} {second}" for first, second in pairwise(words))
