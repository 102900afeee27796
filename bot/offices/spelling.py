"""One slip of the finger: every word that is one edit away."""

from __future__ import annotations

import string
from collections.abc import Iterator

LETTERS = string.ascii_lowercase + " "


def slips(word: str) -> Iterator[str]:
    """The folded texts one edit away: two letters swapped, one too many, one wrong, one missing."""
    for place in range(len(word)):
        head, tail = word[:place], word[place + 1 :]
        yield head + tail
        if tail:
            yield head + tail[0] + word[place] + tail[1:]
        for letter in LETTERS:
            yield head + letter + tail
    for place in range(len(word) + 1):
        for letter in LETTERS:
            yield word[:place] + letter + word[place:]
