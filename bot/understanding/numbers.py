"""A number typed as an answer: read exactly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot.conversation.events import Number, Puzzled
from bot.eligibility import yamlfile
from bot.folding import digits
from bot.understanding import phrases, spoken
from bot.understanding.phrases import Phrases, sound

MOST_DIGITS = 9  # of a number that anybody means here; longer ones are telephone or file numbers
LISTS = ("nothing", "one", "negative", "about", "vague", "harmless")
CENTS = 2
THOUSANDS = 3
# People mix the separators of all languages, so the shape decides, not the language: "1 200,50" and "1,200.50"
# and "1200.50" are one number. Babel's parsers take one language's separators only.
_SPACE = "[ \u00a0\u202f\u2009\u066c'’]"
_SPACES = re.compile(_SPACE)
_NUMBER = re.compile(rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)(?:[.,]\d{{1,2}}(?!\d))?|\d+(?:[.,]\d+)*")
_CENTS_APART = re.compile(
    r"(\d)\s*(?:€|euros?)\s*(?:et\s*)?(\d\d)(?:\s*(?:centimes?|cts?))?\s*$", re.IGNORECASE
)
_THOUSAND = re.compile(r"(\d+(?:[.,]\d)?)\s?k(?=\s|€|$|euro)", re.IGNORECASE)
_PER = re.compile(r"\s*/\s*(?=[^\W\d])")
_MINUS = re.compile(r"(?:^|[\s(])[-−–]\s?(?=\d)")
_NOT_AMOUNT = re.compile(r"\d\s*(?:[-−–/:%]|\*|x)\s*\d|\d\s*%|[a-z]\d|\d[a-z]{2,}", re.IGNORECASE)
_GLUED = re.compile(r"(\d)(?=€|eur|euros?\b|ans?\b|e\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """The words of content/numbers.yml."""

    words: Mapping[str, Decimal]
    lists: Mapping[str, Phrases]

    @classmethod
    def read(cls, content: Path) -> Numbers:
        """Raises `Mistake` with the place of what cannot be read."""
        given = yamlfile.read(content / "numbers.yml", "content/numbers.yml").fields(["words", *LISTS], [])
        words = {
            sound(word.text()): Decimal(key.whole())
            for key, item in given["words"].entries()
            for word in item.members()
        }
        return cls(words, {name: phrases.phrases(given[name].members()) for name in LISTS})

    def parse(self, text: str, language: str = "fr") -> Number | Puzzled:
        """The number that a text says, in digits or in words of this language or another.

        `Puzzled` says why there is none: ``negative``, ``vague``, ``out_of_range`` (too long), ``not_a_number``.
        """
        plain = _spelt(spoken.in_digits(_spelt(text), language))
        sounds = self._bare(sound(plain))
        values = [*map(_value, _NUMBER.findall(plain)), *self._in_words(sounds)]
        if self.lists["one"].are(self._bare(sound(_spelt(text)))):
            return Number(Decimal(1))
        if not values:
            return self._without_number(sounds)
        if _MINUS.search(plain) or self.lists["negative"].found_in(self.lists["vague"].without(sounds)):
            return Puzzled("negative")
        if len(values) > 1 or self.lists["vague"].found_in(sounds) or _NOT_AMOUNT.search(plain):
            return Puzzled("vague")
        return _judged(values[0])

    def _bare(self, sounds: str) -> str:
        """Less what changes nothing: "about" before the number, "a month" behind it."""
        return self.lists["about"].without(self.lists["harmless"].without(sounds))

    def _without_number(self, sounds: str) -> Number | Puzzled:
        if self.lists["nothing"].are(sounds):
            return Number(Decimal(0))
        return Puzzled("vague" if self.lists["vague"].found_in(sounds) else "not_a_number")

    def _in_words(self, sounds: str) -> list[Decimal | None]:
        """The numbers written in words; "un" and "une" only count alone, for they are articles too."""
        words = [word for word in sounds.split() if word != "·"]
        found = [self.words[word] for word in words if word in self.words]
        return [value for value in found if value != 1 or len(words) == 1]


def _spelt(text: str) -> str:
    """With digits 0 to 9, "k" for a thousand and "/" for "par" written out, a space before a unit."""
    plain = _PER.sub(" par ", _THOUSAND.sub(_thousands, digits(text.strip()).replace("\u066b", ".")))
    return _CENTS_APART.sub(r"\1,\2", _GLUED.sub(r"\1 ", plain))


def _thousands(match: re.Match[str]) -> str:
    value = _value(match[1])
    return match[0] if value is None else f"{value * 1000:f}".removesuffix(".0")


def _value(written: str) -> Decimal | None:
    """The value of digits with separators of any language; None where the shape leaves doubt."""
    compact = _SPACES.sub("", written)
    *heads, tail = re.split("[.,]", compact)
    if not heads:
        return Decimal(compact)
    whole = "".join(heads)
    one_mark = len(set(re.findall("[.,]", compact))) == 1
    if one_mark and len(tail) == THOUSANDS and whole[0] != "0" and _grouped(heads):
        return Decimal(whole + tail)
    if len(tail) <= CENTS and (len(heads) == 1 or (not one_mark and _grouped(heads))):
        return Decimal(f"{whole}.{tail}")
    return None


def _grouped(heads: list[str]) -> bool:
    return len(heads[0]) <= THOUSANDS and all(len(group) == THOUSANDS for group in heads[1:])


def _judged(value: Decimal | None) -> Number | Puzzled:
    if value is None:
        return Puzzled("vague")
    return Number(value) if value < 10**MOST_DIGITS else Puzzled("out_of_range")
