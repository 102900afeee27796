"""The parts of a message that may each tell of another trouble."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.eligibility import yamlfile

FEWEST: Final = 2  # words of a part
MOST: Final = 4  # parts that are looked at, the longest: each costs two milliseconds
_SIGNS: Final = r"[.,;:!?+&/\n()،؛؟]+|\s[-–—]\s"


@dataclass(frozen=True)
class Clauses:
    """`between`: what parts are parted at."""

    between: re.Pattern[str]

    @classmethod
    def read(cls, content: Path) -> Clauses:
        """The words of content/clauses.yml. Raises `Mistake` with the place of what cannot be read."""
        given = yamlfile.read(content / "clauses.yml", "content/clauses.yml").fields(["between"], [])
        words = sorted((item.sentence() for item in given["between"].members()), key=len, reverse=True)
        listed = "|".join(map(re.escape, words))
        return cls(re.compile(rf"{_SIGNS}|(?<!\S)(?:{listed})(?!\S)", re.IGNORECASE))

    def of(self, text: str) -> list[str]:
        """The parts, where there are several of more than a word."""
        parts = [part.strip() for part in self.between.split(text)]
        long = sorted((part for part in parts if len(part.split()) >= FEWEST), key=len, reverse=True)[:MOST]
        return [part for part in parts if part in long] if len(long) > 1 else []
