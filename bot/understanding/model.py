"""What brings a person, by a linear model over letter groups: trained by `clairdroit train`, read on first use.

Without its file the word lists of `topics` answer alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from bot.understanding import grams

FILE: Final = "topics.npz"
UNKNOWN: Final = "unknown_scope"


@dataclass(frozen=True)
class Trained:
    """A trained file. numpy is imported with it, not before."""

    path: Path

    @property
    def there(self) -> bool:
        return self.path.exists()

    @property
    def line(self) -> float:
        """How sure the model must be to be believed; below it, it is asked back."""
        return float(self._read["line"])

    @cached_property
    def _read(self) -> Mapping[str, Any]:
        import numpy as np  # noqa: PLC0415 - 80 ms that only a first message pays

        with np.load(self.path) as file:
            return {name: file[name] for name in file.files}

    def guesses(self, text: str) -> list[tuple[str, float]]:
        """Every topic with its probability, the likeliest first."""
        read = self._read
        scores = read["intercept"] + _direction(text, read) / float(read["temperature"])
        names = [str(name) for name in read["names"]]
        return sorted(zip(names, _shares(scores.tolist()), strict=True), key=lambda pair: -pair[1])


def _direction(text: str, read: Mapping[str, Any]) -> Any:
    hit = grams.counts(text)
    places = list(hit)
    weights = [(1 + math.log(count)) for count in hit.values()] * read["rarity"][places]
    length = math.sqrt(float((weights**2).sum())) or 1.0
    return (weights / length) @ (read["weights"][places] * read["scale"])


def _shares(scores: list[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]
