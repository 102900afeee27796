"""How many screens of questions five households see, beside mes-aides.

The screens of mes-aides (betagouv/aides-jeunes) were counted for such households and stand here as given; it
computes several hundred aids, this catalogue fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks.catalogue import today
from benchmarks.figures import Figure
from benchmarks.playing import play
from bot.eligibility.exact import answer
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Values


@dataclass(frozen=True)
class Household:
    """`screens`: those of mes-aides before a result. What `facts` leaves out is as most people have it."""

    name: str
    screens: int
    facts: Mapping[str, object]


_FRENCH: Final = {
    "residence": "french",
    "housing": "tenant",
    "pregnant": "no",
    "student": "no",
    "unfit": "no",
}
_CHILDLESS: Final = {"children": 0, "couple": "no", "disability": "none"}
HOUSEHOLDS: Final = (
    Household("single disabled adult", 21, {
        **_FRENCH, **_CHILDLESS, "age": 41, "disability": "from_80", "household_income": 0, "rent": 420,
        "work": "none",
    }),
    Household("retired", 24, {
        **_FRENCH, **_CHILDLESS, "age": 68, "household_income": 870, "rent": 460, "work": "none",
    }),
    Household("lone parent", 32, {
        **_FRENCH, **_CHILDLESS, "age": 33, "children": 1, "youngest_child": 5, "newly_alone": "no",
        "household_income": 950, "work": "only", "work_income": 950, "rent": 520, "other_parent": "none",
        "child_support": 0,
    }),
    Household("student", 38, {
        **_FRENCH, **_CHILDLESS, "age": 20, "student": "yes", "household_income": 250, "work": "only",
        "work_income": 250, "rent": 390,
    }),
    Household("couple with two children", 46, {
        **_FRENCH, **_CHILDLESS, "age": 38, "couple": "yes", "partner_age": 36, "children": 2, "youngest_child": 4,
        "household_income": 1900, "own_income": 1900, "work": "only", "work_income": 1900, "partner_work": 0,
        "rent": 640,
    }),
)  # fmt: skip


def figures() -> list[Figure]:
    book = today()
    return [_beside(book, household) for household in HOUSEHOLDS]


def _beside(book: RuleBook, household: Household) -> Figure:
    played = play(book, list(book.programs), _whole(book, household.facts))
    asked = ", ".join("+".join(question.facts) for question in played.questions)
    note = f"mes-aides {household.screens}, {household.screens / played.end.messages:.1f} × as many: {asked}"
    return Figure(household.name, played.end.messages, "screens", note=note)


def _whole(book: RuleBook, told: Mapping[str, object]) -> dict[str, Values]:
    """Every fact of the rule book, closed under what facts say of each other."""
    box, everyone = book.boxes.widest.copy(), book.people(64)
    for name, fact in book.facts.items():
        likely = max((person[name] for person in everyone), key=partial(book.share, name))
        values = answer(fact, told[name]) if name in told else likely
        place = book.boxes.place(name)
        box[place], box[place + 1] = book.layout.ends(fact, values)
    book.boxes.settle(box, book.boxes.widest)
    return {name: book.boxes.values(box, name) for name in book.facts}
