"""A life as our facts, exactly: what `clairdroit evaluate` reads.

Net money comes from the oracle, so that both sides count the same euros. `household_income` holds net pay,
unemployment benefit, pensions and what the other parent pays, and the AAH where it is received; never the family
benefits of the Caf nor the minimum for old people (docs/sources-law.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tools.openfisca_check.lives import FIT_AGES, PREGNANT_AGES, STUDENT_AGES, Life

FULL_SUPPORT: Final = 185
"""Where `other_parent` draws its line, in euros a month and child."""
FORMER_PARENT: Final = 3
KNOWN: Final = frozenset({
    "age", "couple", "partner_age", "children", "youngest_child", "newly_alone", "other_parent", "child_support",
    "household_income", "work", "work_income", "partner_work", "own_income", "housing", "rent", "pregnant",
    "student", "residence", "permit_years", "disability", "work_limited", "unfit",
})  # fmt: skip
"""Every fact that is told here. A right that needs another one cannot be compared before it is added."""


def facts_of(life: Life, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Every fact of our catalogue that the life decides, whatever it would be asked."""
    mine, other = answer["net"], answer["partner_net"] or {}
    work = mine["salaire_net"] + other.get("salaire_net", 0)
    aah = answer["aah"] if life.claims_aah else 0.0
    own = sum(mine.values()) + life.support + aah
    everything = own + sum(other.values())
    facts: dict[str, Any] = {
        "age": life.me.age, "couple": _said(life.partner is not None), "children": len(life.children),
        "household_income": round(everything, 2), "work": _work(work, everything),
        "housing": life.housing, "residence": life.residence, "disability": life.me.disability,
    }  # fmt: skip
    return facts | _person(life) | _family(life) | _money(life, work, own, other) | _home(life)


def _said(truth: object) -> str:
    return "yes" if truth else "no"


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
    if me.age in STUDENT_AGES:
        found["student"] = _said(me.student)
    if me.age in FIT_AGES:
        found["unfit"] = _said(me.unfit)
    if life.residence == "permit":
        found["permit_years"] = life.permit_years
    if me.disability == "from_50":
        found["work_limited"] = _said(me.work_limited)
    return found


def _family(life: Life) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if life.partner:
        found["partner_age"] = life.partner.age
    if life.children:
        found["youngest_child"] = min(life.children)
    if life.children and not life.partner:
        found["other_parent"] = _other_parent(life)
        if found["other_parent"] != "none":
            found["child_support"] = life.support
        if min(life.children) >= FORMER_PARENT:
            found["newly_alone"] = _said(life.newly_alone)
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
