"""Phrases that editors list, found in what people write: spelling forgiven, in any language.

A phrase is words, with seven signs::

    il/elle             one of several words
    frapp*              a word that begins so
    *ضرب*               a word that holds this
    ~suicide            this word, with one letter wrong at most
    (encore/toujours)   a word that may be missing
    …                   up to three other words
    {he}                one of the phrases of a group

Both sides are brought to how they sound first: "il ma taper" is read as "il m'a tapée".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.eligibility.yamlfile import Item
from bot.folding import fold

GAP = r"(?: \S+){0,3}"
_DOUBLED = re.compile(r"([^\W\d])\1+")
_ALIKE = str.maketrans({"ة": "ه", "ى": "ي"})
_ENDING = re.compile(r"(?<=[a-z]{3})(?:e?[rz]|ee?s?|[sxtdz]+)\b")


def sound(text: str) -> str:
    """The folded words of a text, nearly as they sound in French: no doubled letters, no silent endings.

    Only Latin words of four letters or more lose an ending; others stay as they are folded.
    """
    return _ENDING.sub("", _DOUBLED.sub(r"\1", _letters(" ".join(fold(text).split()))))


@dataclass(frozen=True)
class Phrases:
    """Phrases of one meaning: regular expressions over sounds, each word with a space before it."""

    patterns: tuple[str, ...]

    @classmethod
    def any_of(cls, several: Iterable[Phrases]) -> Phrases:
        """All their phrases, for one meaning."""
        return cls(tuple(dict.fromkeys(pattern for each in several for pattern in each.patterns)))

    @cached_property
    def _any(self) -> str:
        return f"(?:{'|'.join(self.patterns) or '(?!)'})"

    @cached_property
    def _inside(self) -> re.Pattern[str]:
        return re.compile(f"{self._any}(?= )")

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(self._any)

    def found_in(self, sounds: str) -> bool:
        """Whether one of the phrases stands in these sounds (what `sound` gives)."""
        return self._inside.search(f" {sounds} ") is not None

    def are(self, sounds: str) -> bool:
        """Whether the sounds are one of the phrases from beginning to end."""
        return self._whole.fullmatch(f" {sounds}") is not None

    def without(self, sounds: str) -> str:
        """The sounds less these phrases."""
        return self._inside.sub(" ·", f" {sounds} ").strip()


Groups = Mapping[str, Sequence[str]]


def phrases(items: Iterable[Item], groups: Groups | None = None) -> Phrases:
    """Compile the phrases of a YAML list. Raises `Mistake` at the place of a phrase that cannot be read."""
    return Phrases(tuple(_compile(item, groups or {}) for item in items))


def groups(item: Item) -> dict[str, list[str]]:
    """Named groups of phrases; a group may use those above it."""
    found: dict[str, list[str]] = {}
    for key, value in item.entries():
        found[key.text()] = [_compile(each, found) for each in value.members()]
    return found


def _compile(item: Item, known: Groups) -> str:
    parts = [_part(word, item, known) for word in item.sentence().replace("...", "…").split()]
    return "".join(parts)


def _part(word: str, item: Item, known: Groups) -> str:
    if word == "…":
        return GAP
    if word.startswith("{") and word.endswith("}"):
        if word[1:-1] not in known:
            item.wrong(f"there is no group {word}", f"known here: {', '.join(known)}")
        return f"(?:{'|'.join(known[word[1:-1]])})"
    if word.startswith("(") and word.endswith(")"):
        return f"(?:{_words(word[1:-1], item)})?"
    return _words(word, item)


def _words(word: str, item: Item) -> str:
    """One word of several, each with the space before it. An apostrophe makes two words of one: `m'a/me`."""
    if any(sign in word for sign in "(){}"):
        item.wrong(
            f"{word!r} is cut by a space or a bracket", "no spaces inside (a/b); give a group its own line"
        )
    choices = [_word(choice) for choice in word.split("/")]
    if not all(choices):
        item.wrong(f"{word!r} holds no word", "write words, a/b, word*, (word), … or {group}")
    return f"(?:{'|'.join(choices)})" if len(choices) > 1 else choices[0]


@lru_cache(maxsize=4096)
def _word(choice: str) -> str:
    if choice.startswith("~"):
        return f" {_nearly(sound(choice[1:]))}" if sound(choice[1:]) else ""
    if "*" in choice:
        return _part_of_one(choice)
    return "".join(f" {re.escape(part)}" for part in sound(choice).split())


def _part_of_one(choice: str) -> str:
    """A word that begins, ends or goes on freely where the choice has a star."""
    bare = choice.strip("*")
    stem = re.escape(_DOUBLED.sub(r"\1", _letters(fold(bare))))
    whole = re.escape(sound(bare))
    before = r"\S*" if choice.startswith("*") else ""
    after = rf"(?:{stem}\S*|{whole}(?= ))" if choice.endswith("*") else f"{whole}(?= )"
    return f" {before}{after}" if stem else ""


def _letters(folded: str) -> str:
    """Arabic letters that people write one for the other, as one."""
    return folded.translate(_ALIKE)


def _nearly(word: str) -> str:
    """The word with one letter left out, wrong, added or changed places with the next; the first letter stands."""
    places = range(1, len(word))
    slips = [word, *(f"{word[:i]}\\S?{word[i + 1 :]}" for i in places)]
    slips += [f"{word[:i]}\\S{word[i:]}" for i in places]
    slips += [f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in places[:-1]]
    return f"(?:{'|'.join(slips)})"
