"""The second ear for danger: a trained head for what no list foresaw. The list of `crisis` is asked first, and
alone where this file is missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from bot.conversation.events import Crisis
from bot.understanding.model import Trained
from bot.understanding.seen import Seen

LEARNT: Final = "danger.npz"
HARMLESS: Final = "harmless"  # the intent of examples that only look like danger
ANY: Final = "danger"  # what all dangers have in common
FEWEST: Final = 3  # words: on fewer only the list is relied
CLEAR: Final = 0.3  # how much a clear topic speaks against danger


@dataclass(frozen=True)
class Ear:
    trained: Trained

    @classmethod
    def of(cls, folder: Path) -> Ear:
        return cls(Trained(folder / LEARNT))

    def hears(self, seen: Seen) -> Crisis | None:
        """The danger that is clear enough to answer it at once."""
        return self._above(seen, "alarm")

    def doubts(self, seen: Seen, topic: float) -> Crisis | None:
        """The danger that is likely enough to ask about it, where the likeliest topic has this share."""
        return self._above(seen, "ask", topic)

    def _above(self, seen: Seen, line: str, topic: float = 0.5) -> Crisis | None:
        """`topic`: a half tells nothing."""
        if not self.trained.there or len(seen.text.split()) < FEWEST:
            return None
        likely = dict(self.trained.guesses(seen))  # the likeliest first
        kind = next(name for name in likely if name != ANY)
        share = _share(_odds(likely[ANY]) - CLEAR * _odds(topic))
        return cast("Crisis", kind) if share >= self.trained.line(seen, line) else None


def _odds(share: float) -> float:
    """Their logarithm, within what a head can tell."""
    within = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(within / (1 - within))


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
