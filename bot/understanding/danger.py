"""The second ear for danger: a trained head for what no list foresaw. The list of `crisis` is asked first, and
alone where this file is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from bot.conversation.events import Crisis
from bot.understanding.model import Trained
from bot.understanding.seen import Seen

LEARNT: Final = "danger.npz"
HARMLESS: Final = "harmless"  # the intent of examples that only look like danger
FEWEST: Final = 3  # words: on fewer only the list is relied


@dataclass(frozen=True)
class Ear:
    trained: Trained

    @classmethod
    def of(cls, folder: Path) -> Ear:
        return cls(Trained(folder / LEARNT))

    def hears(self, seen: Seen) -> Crisis | None:
        """The danger that is clear enough to answer it at once."""
        return self._above(seen, "alarm")

    def doubts(self, seen: Seen) -> Crisis | None:
        """The danger that is likely enough to ask about it."""
        return self._above(seen, "ask")

    def _above(self, seen: Seen, line: str) -> Crisis | None:
        if not self.trained.there or len(seen.text.split()) < FEWEST:
            return None
        kind, likely = self.trained.guesses(seen)[0]
        return cast("Crisis", kind) if likely >= self.trained.line(seen, line) else None
