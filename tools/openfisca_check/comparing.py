"""Our verdicts beside the oracle's figures: who agrees, who does not, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tools.openfisca_check.lives import Life

Outcome = Literal["agree", "open", "wrong yes", "wrong no"]
CLOSE: Final = 0.05
"""How far an amount may lie from the oracle's and still agree."""
VARIABLES: Final = {
    "rsa": "rsa", "prime_activite": "ppa", "aspa": "aspa", "aah": "aah", "asf": "asf",
    "allocations_familiales": "af_nettes_crds", "complement_familial": "cf_net_crds", "ars": "ars_nette_crds",
    "aide_logement": "aide_logement",
}  # fmt: skip
"""Our rights, by folder name, and openfisca's variables. A right is compared once it is in the catalogue."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One right of one household, told by both sides."""

    right: str
    life: Life
    facts: Mapping[str, Any]
    verdict: str
    amount: tuple[float, float] | None
    paid: float
    pays: Mapping[str, float]

    @property
    def outcome(self) -> Outcome:
        if self.verdict == "open":
            return "open"
        if (self.verdict == "likely") == (self.paid > 0):
            return "agree"
        return "wrong no" if self.paid > 0 else "wrong yes"

    @property
    def priced(self) -> bool:
        """Whether both say yes and both name an amount."""
        return self.verdict == "likely" and self.paid > 0 and self.amount is not None

    @property
    def close(self) -> bool:
        assert self.amount is not None
        return abs(sum(self.amount) / 2 - self.paid) <= CLOSE * self.paid


def pairs(
    lives: Iterable[Life], answers: Iterable[Mapping[str, Any]], told: Iterable[Mapping[str, Any]],
    households: Iterable[Mapping[str, Any]],
) -> Iterator[Pair]:  # fmt: skip
    """One pair a household and right."""
    for life, answer, verdicts, facts in zip(lives, answers, told, households, strict=True):
        pays = {**answer["pays"], "aah": answer["aah"]}
        for right in (name for name in VARIABLES if name in verdicts["verdicts"]):
            amount = verdicts["amounts"].get(right)
            yield Pair(right, life, facts, verdicts["verdicts"][right], tuple(amount) if amount else None,
                       pays[right], pays)  # fmt: skip
