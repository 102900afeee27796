"""Every French sentence that somebody reads, one by one, with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot import gathering
from bot.eligibility.model import Place

_ALSO_READ: Final[dict[str, frozenset[str] | None]] = {
    "content/appointments.yml": None,
    "content/editors.yml": frozenset({"check", "test", "show", "compare"}),
    "content/offices/*.yml": frozenset({"access"}),
}
_END: Final = re.compile(r"(?<=[.!?…])\s+(?=[\"«(]?\s?[A-ZÀÂÇÉÈÊÎÔÛ{])")
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `near` names what is shown together: one right, one question, or one message."""

    text: str
    place: Place
    near: str

    @property
    def words(self) -> int:
        return sum(1 for word in self.text.split() if _WORD.search(word))

    @property
    def parsed_as(self) -> str:
        """The sentence with a figure where one will be shown."""
        return _PLACEHOLDER.sub("12", self.text)


def sentences(data: Path) -> Iterator[Sentence]:
    """Raises `Mistake` for a file that cannot be read."""
    for found in (gathering.sentences(data), gathering.sentences(data, _ALSO_READ)):
        for each in found:
            yield from _parted(each)


def _parted(each: gathering.Sentence) -> Iterator[Sentence]:
    place = Place(each.file, each.line, 1)
    for text in filter(None, (each.text, each.plural)):
        yield from (Sentence(part, place, _near(each)) for part in _END.split(text) if _WORD.search(part))


def _near(each: gathering.Sentence) -> str:
    if each.file.startswith("rules/rights/"):
        return each.file
    if each.file.startswith("rules/facts/"):
        return f"{each.file}:{each.key.split('.')[0]}"
    return f"{each.file}:{each.line}"
