"""What is hard to read in a sentence, and which sentences may stay so, each for a written reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.editing.sentences import Sentence
from bot.eligibility.problems import Problem

Rule = Literal["long", "jargon", "passive", "negation"]
RULES: Final[tuple[Rule, ...]] = ("long", "jargon", "passive", "negation")


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one sentence breaks."""

    rule: Rule
    sentence: Sentence
    what: str
    remedy: str

    @property
    def problem(self) -> Problem:
        return Problem(
            self.sentence.place, f"{self.what}: « {self.sentence.text} »", self.remedy, warning=True
        )
