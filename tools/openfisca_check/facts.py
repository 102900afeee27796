"""A life as our facts, exactly: what `clairdroit evaluate` reads.

Net money comes from the oracle, so that both sides count the same euros. `household_income` holds net pay,
unemployment benefit, pensions and what the other parent pays; never the AAH of the person who asks (`aah_paid` says
that it is received), the family benefits of the Caf nor the minimum for old people (docs/sources/first-nine.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.openfisca_check.lives import FIT_AGES, PREGNANT_AGES, Life

FULL_SUPPORT: Final = 200
"""Where `other_parent` draws its line, in euros a month and child."""
FORMER_PARENT: Final = 3
AAH_AGE: Final = 16
LEARNING_AGES: Final = range(14, 36)
GROWN: Final = 20
GROWN_PARENT: Final = 31
PUPIL_AGES: Final = range(6, 18)
COLLEGE_AGES: Final = range(11, 15)
LYCEE_AGES: Final = range(15, 18)
OLDER_AGES: Final = range(15, 20)
"""Children who raise the family allowances: at 18, or at 14 where born before March 2012."""
KNOWN: Final = frozenset({
    "age", "couple", "partner_age", "children", "youngest_child", "newly_alone", "other_parent", "child_support",
    "household_income", "work", "work_income", "partner_work", "own_income", "housing", "rent", "pregnant",
    "student", "residence", "permit_years", "disability", "work_limited", "unfit", "aah_paid", "health_concern",
    "learning", "grown_child", "older_children", "school_child", "school_children", "college_child", "lycee_child",
})  # fmt: skip
"""Every fact that is told here. A right that needs another one cannot be compared before it is added."""


def facts_of(life: Life, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Every fact of our catalogue that the life decides, whatever it would be asked."""
    mine, other = answer["net"], answer["partner_net"] or {}
    work = mine["salaire_net"] + other.get("salaire_net", 0)
    own = sum(mine.values()) + life.support
    everything = own + sum(other.values())
    facts: dict[str, Any] = {
        "age": life.me.age, "couple": _said(life.partner is not None), "children": len(life.children),
        "household_income": round(everything, 2), "work": _work(work, everything),
        "housing": life.housing, "residence": life.residence, "health_concern": _said(_concerned(life)),
    }  # fmt: skip
    told = _health(life, answer), _person(life), _family(life), _money(life, work, own, other), _home(life)
    return facts | {fact: value for some in told for fact, value in some.items()}


def _said(truth: object) -> str:
    return "yes" if truth else "no"


def _concerned(life: Life) -> bool:
    return life.me.disability != "none"


def _health(life: Life, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Behind the box of health: the rate, the AAH where it is received, else whether it keeps from working."""
    if not _concerned(life):
        return {}
    paid = life.claims_aah and answer["aah"] > 0
    found = {"disability": life.me.disability}
    if life.me.age >= AAH_AGE:
        found["aah_paid"] = _said(paid)
    if life.me.disability == "from_50" and not paid:
        found["work_limited"] = _said(life.me.work_limited)
    return found


def _work(work: float, everything: float) -> str:
    if work <= 0:
        return "none"
    return "only" if everything - work < 0.01 else "mixed"


def _person(life: Life) -> dict[str, Any]:
    """What is asked of some people only stands here for them alone."""
    me = life.me
    found: dict[str, Any] = {}
    if me.age in PREGNANT_AGES:
        found["pregnant"] = _said(me.pregnant)
    if me.age in LEARNING_AGES:
        found["learning"] = _said(me.student)
    if me.student:
        found["student"] = "yes"
    if me.age in FIT_AGES:
        found["unfit"] = _said(me.unfit)
    if life.residence == "permit":
        found["permit_years"] = life.permit_years
    return found


def _family(life: Life) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if life.partner:
        found["partner_age"] = life.partner.age
    if life.children:
        found["youngest_child"] = min(life.children)
        found |= _ages(life)
    if life.children and not life.partner:
        found["other_parent"] = _other_parent(life)
        if found["other_parent"] != "none":
            found["child_support"] = life.support
        if min(life.children) >= FORMER_PARENT:
            found["newly_alone"] = _said(life.newly_alone)
    return found


def _ages(life: Life) -> dict[str, Any]:
    """What is asked of the children's ages, beside the youngest."""
    several, youngest = len(life.children) >= 2, min(life.children)

    def many(ages: range) -> int:
        return sum(age in ages for age in life.children)

    found: dict[str, Any] = {}
    if several and life.me.age >= GROWN_PARENT:
        found["grown_child"] = _said(max(life.children) >= GROWN)
    if len(life.children) >= 3:
        found["older_children"] = many(OLDER_AGES)
    if youngest < PUPIL_AGES.start and (several or youngest >= 3):
        found["school_child"] = _said(many(PUPIL_AGES))
    if youngest < PUPIL_AGES.stop:
        found["school_children"] = many(PUPIL_AGES)
    if youngest < PUPIL_AGES.stop and (several or youngest >= PUPIL_AGES.start):
        found["college_child"] = _said(many(COLLEGE_AGES))
    if youngest < GROWN and (several or youngest >= 12):
        found["lycee_child"] = _said(many(LYCEE_AGES))
    return found


def _other_parent(life: Life) -> str:
    if not life.support:
        return "none"
    return "part" if life.support / len(life.children) < FULL_SUPPORT else "full"


def _money(life: Life, work: float, own: float, other: Mapping[str, float]) -> dict[str, Any]:
    found: dict[str, Any] = {"work_income": round(work, 2)} if work else {}
    if life.partner:
        found["own_income"] = round(own, 2)
        if work:
            found["partner_work"] = round(other["salaire_net"], 2)
    return found


def _home(life: Life) -> dict[str, Any]:
    return {"rent": life.rent} if life.housing == "tenant" else {}
