"""A text as the trained heads look at it, worked out once a message and only as far as it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.understanding import encoder, grams
from bot.understanding.landmarks import Landmarks


@dataclass(frozen=True)
class Seen:
    """Lives as long as its message."""

    text: str = field(repr=False)
    where: Callable[[str], Any | None] = field(default=encoder.point, repr=False)
    _near: dict[Landmarks, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def all_of(cls, texts: Sequence[str]) -> list[Seen]:
        """Several at once, which is quicker than one by one."""
        return [
            cls(text, lambda _, point=point: point)  # type: ignore[misc]
            for text, point in zip(texts, encoder.points(texts), strict=True)
        ]

    @cached_property
    def hits(self) -> Counter[int]:
        """How often each letter group stands in it."""
        return grams.counts(self.text)

    @cached_property
    def point(self) -> Any | None:
        """Where the sentence encoder puts it; None without one."""
        return self.where(self.text)

    def near(self, landmarks: Landmarks) -> Any | None:
        """How near it lies to each of them; None without an encoder, or without landmarks."""
        if self.point is None or not landmarks.there:
            return None
        if landmarks not in self._near:
            self._near[landmarks] = landmarks.near(self.point)
        return self._near[landmarks]
