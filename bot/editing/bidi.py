"""Text from right to left: marks that stand open, and figures that would turn round.

After a letter of a right-to-left script, groups of digits with a space, a dash or a stroke between them are shown
in reverse order (Unicode Standard Annex 9, rules W2 and N1), unless an isolate holds them together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_CLOSED_BY: Final = {
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u202d": "\u202c",
    "\u202e": "\u202c",
}
_MARK: Final = "\u200f"
_CLOSING: Final = frozenset(_CLOSED_BY.values())
_ISOLATED: Final = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
# Digits in groups ("03 86 62 00 00", "15/112"), and a figure before Latin words ("1 jeune"): both are torn apart.
_TORN: Final = re.compile(r"\+?\d+(?:[ \u00a0/–-]+\d+)+|\d+[ \u00a0]+[A-Za-zÀ-ÿ][\w'’]*")


def unbalanced(text: str) -> bool:
    """Whether an isolate or embedding is not closed, or closed without having been opened."""
    waiting: list[str] = []
    for sign in text:
        if sign in _CLOSED_BY:
            waiting.append(_CLOSED_BY[sign])
        elif sign in _CLOSING and (not waiting or waiting.pop() != sign):
            return True
    return bool(waiting)


def torn(text: str) -> Iterator[str]:
    """What a reader from right to left would see in the wrong order: it needs an isolate (U+2066 … U+2069)."""
    for found in _TORN.finditer(_ISOLATED.sub(" ", text)):
        yield found[0]


def right_to_left(text: str) -> bool:
    """Whether the text holds a letter of a script that is written from the right."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def begins_wrongly(text: str) -> bool:
    """Whether a programme that goes by the first letter, as Telegram does, would write this text from the left."""
    if not right_to_left(text) or text.startswith(_MARK):
        return False
    first = next(
        (sign for sign in text if sign == "{" or unicodedata.bidirectional(sign) in ("L", "R", "AL")), ""
    )
    return first == "{" or unicodedata.bidirectional(first) == "L"
