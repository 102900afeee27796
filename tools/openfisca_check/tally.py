"""What was compared, counted: per right, and per kind of disagreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.openfisca_check.comparing import Pair
from tools.openfisca_check.kinds import Kind, explained


@dataclass
class Row:
    """One right."""

    outcomes: Counter[str] = field(default_factory=Counter)
    explained: int = 0
    unexplained: int = 0
    ours: int = 0  # wrong by openfisca's own mistake
    priced: int = 0
    close: int = 0

    @property
    def households(self) -> int:
        return self.outcomes.total()

    @property
    def told(self) -> int:
        """Households told yes or no."""
        return self.households - self.outcomes["open"]

    @property
    def agreement(self) -> float:
        return self.outcomes["agree"] / self.told if self.told else 1.0

    @property
    def mended(self) -> float:
        """The agreement with openfisca's own mistakes set right."""
        return (self.outcomes["agree"] + self.ours) / self.told if self.told else 1.0


@dataclass
class Sort:
    """One kind of disagreement: where it was met, how often, and the first household that showed it."""

    kind: Kind | None
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    example: Pair | None = None


@dataclass
class Tally:
    rows: dict[str, Row] = field(default_factory=dict)
    sorts: dict[str, Sort] = field(default_factory=dict)

    def add(self, pair: Pair) -> None:
        row = self.rows.setdefault(pair.right, Row())
        row.outcomes[pair.outcome] += 1
        row.priced += pair.priced
        row.close += pair.priced and pair.close
        outcome = "amount" if pair.priced and not pair.close and pair.outcome == "agree" else pair.outcome
        if outcome != "agree":
            self._disagree(pair, outcome, row)

    def _disagree(self, pair: Pair, outcome: str, row: Row) -> None:
        kind = explained(pair, outcome)
        row.explained += kind is not None
        row.unexplained += kind is None
        row.ours += kind is not None and kind.right == "ours" and outcome in {"wrong yes", "wrong no"}
        sort = self.sorts.setdefault(kind.name if kind else "unexplained", Sort(kind))
        sort.met[pair.right, outcome] += 1
        sort.example = sort.example or pair


def tallied(pairs: Iterable[Pair]) -> Tally:
    tally = Tally()
    for pair in pairs:
        tally.add(pair)
    return tally
