"""Words as people write them, made comparable: without accents, case, apostrophes, hyphens or odd digits."""

from __future__ import annotations

import re
import unicodedata

_JOINED = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ʼ": "'"})
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
# Accents of Latin, Cyrillic, Hebrew and Arabic letters, the Arabic stretch, and what is invisible.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+"
)
_BETWEEN = re.compile(r"(?:[^\w\n\t]|_)+")


def fold(text: str) -> str:
    """Small letters without accents, digits of any script as 0-9, one space for all that is between words.

    Line ends and tabs stay, so that a whole file can be folded at once.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.lower())).translate(_JOINED)
    if not plain.isascii():
        plain = digits(plain)
    return _BETWEEN.sub(" ", plain).replace(" \n", "\n").replace("\n ", "\n").strip(" ")


def digits(text: str) -> str:
    """The text with the decimal digits of every script written 0 to 9."""
    return _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return fold(text).split()
