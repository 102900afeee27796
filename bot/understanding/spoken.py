"""Numbers in words, written in digits by the library text2num, in the languages that it knows."""

from __future__ import annotations

import re
from typing import Final

from text_to_num import alpha2digit

LANGUAGES: Final = ("fr", "en", "es", "pt")
_ONE: Final = re.compile(r"\b1\b")
_DIGIT: Final = re.compile(r"\d")


def in_digits(text: str, language: str) -> str:
    """The text with its numbers in digits: as the first language reads them that finds one, this one before others.

    A lone "un" or "one" stays a word: it is an article too.
    """
    first = [language] if language in LANGUAGES else []
    for each in [*first, *(other for other in LANGUAGES if other != language)]:
        written: str = alpha2digit(text.lower(), each, 0)
        if _numbers(written) != _numbers(text):
            return written
    return text


def _numbers(text: str) -> list[str]:
    """The digits of a text, less what was or may be an article."""
    return _DIGIT.findall(_ONE.sub("", text))
