"""What can be told of a sentence by its words alone: too long, or a word that people do not know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.editing.findings import Finding
from bot.editing.sentences import Sentence
from bot.eligibility import yamlfile
from bot.eligibility.yamlfile import Item

MOST_WORDS: Final = 20
_ACRONYM: Final = 3


def too_long(sentences: Iterable[Sentence]) -> Iterator[Finding]:
    for sentence in sentences:
        if sentence.words > MOST_WORDS:
            what = f"{sentence.words} words in one sentence ({MOST_WORDS} at most)"
            yield Finding("long", sentence, what, "make two of it")


@dataclass(frozen=True, slots=True)
class Hard:
    """A word of the trade: explained nearby by one of these words, or another one `instead`."""

    word: str
    explained: tuple[str, ...]
    instead: str

    @property
    def pattern(self) -> re.Pattern[str]:
        ending = "" if self.acronym else "(?:e?s|e|x)?"
        return re.compile(
            rf"(?<![\w-]){re.escape(self.word)}{ending}(?![\w-])", 0 if self.acronym else re.IGNORECASE
        )

    @property
    def acronym(self) -> bool:
        return sum(letter.isupper() for letter in self.word) >= _ACRONYM - 1

    def finding(self, sentence: Sentence) -> Finding:
        if self.instead:
            return Finding("jargon", sentence, f"{self.word!r} is jargon", f"write « {self.instead} »")
        remedy = f"say nearby: {' or '.join(f'« {words} »' for words in self.explained)}"
        return Finding("jargon", sentence, f"{self.word!r} is not explained", remedy)


def jargon(data: Path) -> list[Hard]:
    """content/plain/jargon.yml. Raises `Mistake`."""
    name = "content/plain/jargon.yml"
    return [_hard(key, value) for key, value in yamlfile.read(data / name, name).entries()]


def _hard(key: Item, value: Item) -> Hard:
    fields = value.fields((), ("explained", "instead"))
    if len(fields) != 1:
        value.wrong("one of 'explained' and 'instead' is needed")
    explained = (
        tuple(word.sentence() for word in fields["explained"].members()) if "explained" in fields else ()
    )
    return Hard(key.sentence(), explained, fields["instead"].sentence() if "instead" in fields else "")


def unexplained(sentences: Sequence[Sentence], words: Iterable[Hard]) -> Iterator[Finding]:
    """A hard word counts once for what is shown together."""
    near = defaultdict(list)
    for sentence in sentences:
        near[sentence.near].append(sentence)
    for hard in words:
        pattern = hard.pattern
        for together in near.values():
            using = next((each for each in together if pattern.search(each.text)), None)
            if using and not _explains(hard, together):
                yield hard.finding(using)


def _explains(hard: Hard, together: Iterable[Sentence]) -> bool:
    said = " ".join(sentence.text for sentence in together).casefold()
    return any(words.casefold() in said for words in hard.explained)
