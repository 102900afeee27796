"""What a text is about, by trained heads over its letter groups and its nearness to landmarks (see `seen`).

A file is made by `clairdroit train` and read on first use. It holds each head twice: together with the sentence
encoder, and alone on letter groups for where there is none. Without the file the word lists answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from bot.understanding import landmarks
from bot.understanding.landmarks import Landmarks
from bot.understanding.seen import Seen

FILE: Final = "topics.npz"
UNKNOWN: Final = "unknown_scope"
TOGETHER: Final = "together"
ALONE: Final = "alone"


@dataclass(frozen=True)
class Trained:
    """A trained file. numpy is imported with it, not before."""

    path: Path

    @property
    def there(self) -> bool:
        return self.path.exists()

    @cached_property
    def landmarks(self) -> Landmarks:
        """Those that lie beside it."""
        return Landmarks(self.path.with_name(landmarks.FILE))

    @property
    def learnt_from(self) -> str:
        """The fingerprint of the examples."""
        return str(self._read["learnt_from"])

    def line(self, seen: Seen, which: str = "line") -> float:
        """How likely a meaning must be to be believed (or another line of the file), with what there is to see."""
        return float(self._read[f"{self._way(seen)}_{which}"])

    @cached_property
    def _read(self) -> Mapping[str, Any]:
        import numpy as np  # noqa: PLC0415 - 80 ms that only a first message pays

        with np.load(self.path) as file:
            return {name: file[name] for name in file.files}

    def guesses(self, seen: Seen) -> list[tuple[str, float]]:
        """Every meaning with its probability, the likeliest first. Each stands alone: several may be likely."""
        return seen.once(self, lambda: self._guessed(seen))

    def _guessed(self, seen: Seen) -> list[tuple[str, float]]:
        read, way = self._read, self._way(seen)
        scores = _of_grams(seen, read, way) + read[f"{way}_bias"]
        if way == TOGETHER:
            scores = scores + seen.near(self.landmarks) @ read["near"]
        likely = (1 / (1 + math.exp(-score)) for score in scores.tolist())
        return sorted(zip(read["names"].tolist(), likely, strict=True), key=lambda pair: -pair[1])

    def _way(self, seen: Seen) -> str:
        return ALONE if seen.near(self.landmarks) is None else TOGETHER


def _of_grams(seen: Seen, read: Mapping[str, Any], way: str) -> Any:
    places = list(seen.hits)
    weights = [(1 + math.log(count)) for count in seen.hits.values()] * read["rarity"][places]
    length = math.sqrt(float((weights**2).sum())) or 1.0
    return (weights / length) @ (read[f"{way}_grams"][places] * read[f"{way}_scale"])
