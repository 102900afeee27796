"""The comparison as a table, and as the page docs/verification.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.openfisca_check.comparing import Pair
from tools.openfisca_check.tally import Sort, Tally

COLUMNS: Final = (
    "right", "households", "agreement", "but for its mistakes", "open", "wrong yes", "wrong no",
    "explained", "unexplained", "amounts", "within 5 %",
)  # fmt: skip
WHO: Final = {
    "ours": "Our rules are right.",
    "openfisca": "openfisca is right; our rule should change.",
    "coarse": "openfisca is right; our rule is coarser on purpose.",
    "": "Nobody has explained it yet.",
}
_HIDDEN: Final = (0, "no", "none")

INTRODUCTION: Final = Path(__file__).with_name("page.md")


def table(tally: Tally) -> Iterator[str]:
    """One line a right, as Markdown."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|" + "---|" * len(COLUMNS)
    for right, row in tally.rows.items():
        within = f"{row.close / row.priced:.1%}" if row.priced else "–"
        cells = (
            right, row.households, f"{row.agreement:.2%}", f"{row.mended:.2%}", row.outcomes["open"],
            row.outcomes["wrong yes"], row.outcomes["wrong no"], row.explained, row.unexplained, row.priced, within,
        )  # fmt: skip
        yield "| " + " | ".join(map(str, cells)) + " |"


def sections(tally: Tally) -> Iterator[str]:
    """Each kind of disagreement, the most frequent first, the unexplained before all."""
    ranked = sorted(tally.sorts.items(), key=lambda item: (item[1].kind is not None, -item[1].met.total()))
    for name, sort in ranked:
        yield f"\n### {name}\n"
        yield WHO[sort.kind.right if sort.kind else ""] + (f" {sort.kind.why}" if sort.kind else "")
        yield f"\n{_met(sort)}."
        if sort.example:
            yield f"\nFor example: {_told(sort.example)}"


def page(tally: Tally, *, households: int, seed: int, zone: int, day: str) -> str:
    head = INTRODUCTION.read_text(encoding="utf-8").format(
        households=f"{households:,}", seed=seed, zone=zone, day=day
    )
    return "\n".join((head, *table(tally), "\n## Each kind of disagreement", *sections(tally), ""))


def _met(sort: Sort) -> str:
    return "Met: " + ", ".join(
        f"{right} {outcome} {count}" for (right, outcome), count in sort.met.most_common()
    )


def _told(pair: Pair) -> str:
    facts = ", ".join(f"{fact} {value}" for fact, value in pair.facts.items() if value not in _HIDDEN)
    ages = f"; children aged {', '.join(map(str, pair.life.children))}" if pair.life.children else ""
    ours = f"{pair.verdict}" + (f", {sum(pair.amount) / 2:.2f} €" if pair.amount else "")
    return f"{pair.right}: we say {ours}; openfisca {pair.paid:.2f} € ({facts}{ages})."
