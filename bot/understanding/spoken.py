"""Numbers in words, written in digits by libraries: text2num where it knows the language, words2num2 for four more.

Both read what is a number and leave all else; what neither reads stays in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from text_to_num import alpha2digit

LANGUAGES: Final = ("fr", "en", "es", "pt")
"""Those of text2num: read whatever the language of the conversation is."""

OTHERS: Final = ("ar", "ro", "tr", "uk")
"""Those of words2num2: read in their own conversations, or where their script is their own. Its tables take up to a
second to make, once a language.
"""
_ONE: Final = re.compile(r"\b1\b")
_DIGIT: Final = re.compile(r"\d")
_COMMAS: Final = str.maketrans("şţŞŢ", "șțȘȚ")  # Romanian on a keyboard without its own letters
_BESIDE: Final = re.compile(r"(?<=\d)\s+(?=\d)")
_AND_ONE: Final = re.compile(r"(?<=\d)\s+un[au]\b")
# What the library reads as a number and people mean otherwise: "non" is no Portuguese nine, "os" no English zero.
_FALSE_FRIENDS: Final = {"pt": re.compile(r"\bnon\b"), "en": re.compile(r"\bos\b")}
_HIDDEN: Final = "\ua7f8"  # a letter that nobody types: makes another word of it
_SCRIPTS: Final = {"ar": re.compile("[\u0621-\u064a]"), "uk": re.compile("[а-яіїєґ]", re.IGNORECASE)}


def in_digits(text: str, language: str) -> str:
    """The text with its numbers in digits: as the first language reads them that finds one, this one before others.

    A lone "un" or "one" stays a word: it is an article too.
    """
    for read in _readers(text, language):
        written = read(text.lower())
        if _numbers(written) != _numbers(text):
            return _apart(written, text)
    return text


def _apart(written: str, text: str) -> str:
    """Two numbers that came to stand side by side do not become one: "cent cent" is no "100 100". Nor is a last
    "one" left out that a library took for an article.
    """
    shown = _AND_ONE.sub(" ; 1", written)
    return shown if len(_BESIDE.findall(shown)) <= len(_BESIDE.findall(text)) else _BESIDE.sub(" ; ", shown)


def _readers(text: str, language: str) -> list[Callable[[str], str]]:
    first = [language] if language in LANGUAGES else []
    by_script = [code for code, script in _SCRIPTS.items() if script.search(text)]
    own = by_script or [code for code in OTHERS if code == language and _has_letters(text)]
    known = [*first, *(other for other in LANGUAGES if other != language)]
    return [*(_other(code) for code in own), *(_known(code) for code in known)]


def _has_letters(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _known(code: str) -> Callable[[str], str]:
    friends = _FALSE_FRIENDS.get(code)
    if friends is None:
        return lambda text: str(alpha2digit(text, code, 0))
    return lambda text: str(alpha2digit(friends.sub(rf"\g<0>{_HIDDEN}", text), code, 0)).replace(_HIDDEN, "")


def _other(code: str) -> Callable[[str], str]:
    import words2num2  # noqa: PLC0415 - a tenth of a second, for those who need it

    read: Callable[..., str] = words2num2.words2num_sentence
    return lambda text: read(text.translate(_COMMAS) if code == "ro" else text, lang=code)


def _numbers(text: str) -> list[str]:
    """The digits of a text, less what was or may be an article."""
    return _DIGIT.findall(_ONE.sub("", text))
