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
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from bot.eligibility.yamlfile import Item
from bot.folding import fold

GAP = r"(?: \S+){0,3}"
MISSING = ")?"  # ends what may be missing
_DOUBLED = re.compile(r"([^\W\d])\1+")
_ALIKE = str.maketrans({"ة": "ه", "ى": "ي"})
_ENDING = re.compile(r"(?<=[a-z]{3})(?:e?[rz]|ee?s?|[sxtdz]+)\b")


def sound(text: str) -> str:
    """The folded words of a text, nearly as they sound in French: no doubled letters, no silent endings.

    Only Latin words of four letters or more lose an ending; others stay as they are folded.
    """
    return _ENDING.sub("", _DOUBLED.sub(r"\1", _letters(" ".join(fold(text).split()))))


class Phrase(NamedTuple):
    """A regular expression over sounds, each word with a space before it. `begins`: the letters of which one must
    come first; none where it may be any.
    """

    pattern: str
    begins: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Phrases:
    """Phrases of one meaning."""

    each: tuple[Phrase, ...]

    @classmethod
    def any_of(cls, several: Iterable[Phrases]) -> Phrases:
        """All their phrases, for one meaning."""
        return cls(tuple(dict.fromkeys(phrase for phrases in several for phrase in phrases.each)))

    @cached_property
    def _any(self) -> str:
        """Of thousands, only those are tried that may begin with the letter that stands there."""
        alike = defaultdict[frozenset[str], list[str]](list)
        for phrase in self.each:
            alike[phrase.begins].append(phrase.pattern)
        ways = [f"{_before(letters)}{_one_of(patterns)}" for letters, patterns in alike.items()]
        return f"(?= ){_one_of(ways)}"

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


Groups = Mapping[str, Sequence[Phrase]]


def phrases(items: Iterable[Item], groups: Groups | None = None) -> Phrases:
    """Compile the phrases of a YAML list. Raises `Mistake` at the place of a phrase that cannot be read."""
    return Phrases(tuple(_compile(item, groups or {}) for item in items))


def groups(item: Item) -> dict[str, list[Phrase]]:
    """Named groups of phrases; a group may use those above it."""
    found: dict[str, list[Phrase]] = {}
    for key, value in item.entries():
        found[key.text()] = [_compile(each, found) for each in value.members()]
    return found


def _compile(item: Item, known: Groups) -> Phrase:
    parts = [_part(word, item, known) for word in item.sentence().replace("...", "…").split()]
    return _joined(parts)


def _joined(parts: Sequence[Phrase]) -> Phrase:
    """One after the other. What begins with a part that may be missing may begin with the next as well."""
    whole = "".join(part.pattern for part in parts)
    begins = frozenset[str]()
    for part in parts:
        if not part.begins:
            return Phrase(whole)
        begins |= part.begins
        if not part.pattern.endswith(MISSING):
            return Phrase(whole, begins)
    return Phrase(whole)


def _either(parts: Sequence[Phrase]) -> Phrase:
    one = _one_of([part.pattern for part in parts])
    sure = all(part.begins for part in parts)
    return Phrase(one, frozenset(letter for part in parts for letter in part.begins) if sure else frozenset())


def _before(letters: frozenset[str]) -> str:
    return f"(?= [{re.escape(''.join(sorted(letters)))}])" if letters else ""


def _one_of(patterns: Sequence[str]) -> str:
    return f"(?:{'|'.join(patterns) or '(?!)'})" if len(patterns) != 1 else patterns[0]


def _part(word: str, item: Item, known: Groups) -> Phrase:
    if word == "…":
        return Phrase(GAP)
    if word.startswith("{") and word.endswith("}"):
        if word[1:-1] not in known:
            item.wrong(f"there is no group {word}", f"known here: {', '.join(known)}")
        return _either(known[word[1:-1]])
    if word.startswith("(") and word.endswith(")"):
        missing = _words(word[1:-1], item)
        return Phrase(f"(?:{missing.pattern}{MISSING}", missing.begins)
    return _words(word, item)


def _words(word: str, item: Item) -> Phrase:
    """One word of several, each with the space before it. An apostrophe makes two words of one: `m'a/me`."""
    if any(sign in word for sign in "(){}"):
        item.wrong(
            f"{word!r} is cut by a space or a bracket", "no spaces inside (a/b); give a group its own line"
        )
    choices = [_word(choice) for choice in word.split("/")]
    if not all(choice.pattern for choice in choices):
        item.wrong(f"{word!r} holds no word", "write words, a/b, word*, (word), … or {group}")
    return _either(choices)


@lru_cache(maxsize=4096)
def _word(choice: str) -> Phrase:
    if choice.startswith("~"):
        word = sound(choice[1:])
        return Phrase(f" {_nearly(word)}" if word else "", frozenset(word[:1]))
    if "*" in choice:
        return _part_of_one(choice)
    words = sound(choice).split()
    return Phrase("".join(f" {re.escape(word)}" for word in words), frozenset(words[0][0] if words else ""))


def _part_of_one(choice: str) -> Phrase:
    """A word that begins, ends or goes on freely where the choice has a star."""
    bare = choice.strip("*")
    stem = re.escape(_DOUBLED.sub(r"\1", _letters(fold(bare))))
    whole = re.escape(sound(bare))
    before = r"\S*" if choice.startswith("*") else ""
    after = rf"(?:{stem}\S*|{whole}(?= ))" if choice.endswith("*") else f"{whole}(?= )"
    begins = frozenset() if choice.startswith("*") else frozenset((stem[:1], whole[:1]))
    return Phrase(f" {before}{after}" if stem else "", begins)


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
