"""Which topics to believe, and which to offer, of what a head makes of a message and of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.understanding.model import UNKNOWN

Guesses = Sequence[tuple[str, float]]
"""Every topic with its share, the likeliest first."""

OF_PART: Final = 0.97  # what a part must say of a topic to be believed …
OF_WHOLE: Final = 0.1  # … if the whole message says so much of it too
WITNESSED: Final = 0.95  # what the whole must say of a topic that the listed words name too
LIKELY: Final = 0.6  # what a part must say of a topic beside those believed, for all to be offered
PLAUSIBLE: Final = 0.3  # what a part must say of a topic for it to be offered
FAINT: Final = 0.04  # what the whole message must
NOBODYS: Final = 0.8  # how likely it must be nobody's topic for none to be offered …
HINT: Final = 0.3  # … or how unlikely the likeliest topic behind that
MOST: Final = 3  # topics that are offered


@dataclass(frozen=True)
class Told:
    """`line`: how likely a topic of the whole message must be to be believed. `listed`: what the words name."""

    whole: Guesses
    parts: Sequence[Guesses]
    line: float
    listed: Sequence[str] = ()

    @property
    def sure(self) -> tuple[str, ...]:
        """The topics that are believed: of one message there may be several. None where another is likely beside
        them: then all are offered, so that none is lost.
        """
        return () if set(self._beside) - set(self._believed) else self._believed

    @property
    def offered(self) -> tuple[str, ...]:
        """The likeliest topics; none where it is most likely nobody's topic."""
        if self._nobodys:
            return ()
        names = [name for name, share in self.whole if share >= FAINT and name != UNKNOWN]
        first = (*self._believed, *self._beside, *names[:1], *self._of_parts(PLAUSIBLE))
        return tuple(dict.fromkeys([*first, *names]))[:MOST]

    @property
    def _nobodys(self) -> bool:
        (first, share), (_, second) = self.whole[:2]
        return first == UNKNOWN and (share >= NOBODYS or second < HINT)

    @property
    def _believed(self) -> tuple[str, ...]:
        known = self.whole[0][0] != UNKNOWN
        names = [name for name, share in self.whole if known and share >= self.line and name != UNKNOWN]
        of_parts = (name for name in self._of_parts(OF_PART) if self._share(name) >= OF_WHOLE)
        return tuple(dict.fromkeys([*names, *self._witnessed, *of_parts]))

    @property
    def _beside(self) -> tuple[str, ...]:
        return tuple(name for name in self._of_parts(LIKELY) if self._share(name) >= OF_WHOLE)

    def _share(self, name: str) -> float:
        return dict(self.whole)[name]

    @property
    def _witnessed(self) -> list[str]:
        name, share = self.whole[0]
        return [name] if tuple(self.listed) == (name,) and share >= WITNESSED else []

    def _of_parts(self, least: float) -> Iterator[str]:
        tops = (part[0] for part in self.parts)
        return (name for name, share in tops if share >= least and name != UNKNOWN)
