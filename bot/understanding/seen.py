"""A text as the trained heads look at it, worked out once a message and only as far as it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from bot.understanding import encoder, grams
from bot.understanding.landmarks import Landmarks

_T = TypeVar("_T")


@dataclass(frozen=True)
class Seen:
    """Lives as long as its message. `apart`: its parts that may tell of something else; `where` puts texts into the
    space of meanings.
    """

    text: str = field(repr=False)
    apart: Sequence[str] = field(default=(), repr=False)
    where: Callable[[Sequence[str]], Sequence[Any | None]] = field(default=encoder.points, repr=False)
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def hits(self) -> Counter[int]:
        """How often each letter group stands in it."""
        return grams.counts(self.text)

    @property
    def point(self) -> Any | None:
        """Where the sentence encoder puts it; None without one."""
        return self._points[0]

    @cached_property
    def parts(self) -> list[Seen]:
        """Its parts, each as a text of its own."""
        places = zip(self.apart, self._points[1:], strict=True)
        return [Seen(part, (), lambda _, point=point: (point,)) for part, point in places]  # type: ignore[misc]

    @cached_property
    def _points(self) -> Sequence[Any | None]:
        """Of the whole and of each part: together they take little longer than the whole alone."""
        return self.where((self.text, *self.apart))

    def near(self, landmarks: Landmarks) -> Any | None:
        """How near it lies to each of them; None without an encoder, or without landmarks."""
        if self.point is None or not landmarks.there:
            return None
        return self.once(landmarks, lambda: landmarks.near(self.point))

    def once(self, what: Hashable, work: Callable[[], _T]) -> _T:
        """What this work finds in it, done the first time that it is asked for."""
        if what not in self._known:
            self._known[what] = work()
        found: _T = self._known[what]
        return found
