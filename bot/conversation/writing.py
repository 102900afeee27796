"""How each language writes: its CLDR data, its small and capital letters, its amounts.

A language is named as in BCP 47: ``fr-x-falc`` is easy French, which CLDR writes ``fr@falc``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import NumberPattern, parse_pattern

PRIVATE: Final = "-x-"
# Portuguese of Portugal: most who speak it in France come from there, and CLDR's "pt" is that of Brazil.
_OF_THE_COUNTRY: Final = {"pt": "pt-PT"}
# Unicode's SpecialCasing.txt: the letters whose case depends on the language.
_SMALL: Final = {"tr": {"I": "ı", "İ": "i"}}
_CAPITAL: Final = {"tr": {"i": "İ", "ı": "I"}}
# What a text from right to left would tear apart: Latin words, and digits in groups.
_TORN: Final = re.compile(r"[A-Za-zÀ-ÿ]|\d[ \u00a0/–-]+\d")
_ISOLATE: Final = ("\u2068", "\u2069")


@lru_cache
def locale_of(language: str) -> Locale:
    """CLDR's data of a language. Raises `babel.UnknownLocaleError` or ValueError for one that it does not know."""
    return Locale.parse(_OF_THE_COUNTRY.get(language, language).replace(PRIVATE, "@"), sep="-")


def uncapitalised(words: str, language: str) -> str:
    """With a small first letter, as this language writes it."""
    first = words[:1]
    return _SMALL.get(_base(language), {}).get(first, first.lower()) + words[1:]


def capitalised(words: str, language: str) -> str:
    """With a capital first letter, as this language writes it."""
    first = words[:1]
    return _CAPITAL.get(_base(language), {}).get(first, first.upper()) + words[1:]


def together(words: str, language: str) -> str:
    """A name, an address or a telephone number within a sentence: kept in its own order where the language is
    written from right to left.
    """
    if locale_of(language).text_direction != "rtl" or not _TORN.search(words):
        return words
    return words.join(_ISOLATE)


def _base(language: str) -> str:
    return language.partition("-")[0]


@lru_cache
def money(language: str, digits: int) -> NumberPattern:
    """How this language writes an amount of euros, with so many digits behind the sign. The sign is "€" everywhere,
    as prices in France show it, where CLDR has "EUR" for some languages.
    """
    pattern = parse_pattern(locale_of(language).currency_formats["standard"].pattern.replace("¤", "€"))
    pattern.frac_prec = (digits, digits)
    return pattern
