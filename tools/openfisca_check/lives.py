"""Whole lives, drawn by chance: everything that either side may ask of a household, exactly."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Adult:
    """One grown-up. Money is gross, in euros a month, and has been the same for years."""

    age: int
    wage: float = 0.0
    unemployment: float = 0.0
    pension: float = 0.0
    disability: str = "none"
    work_limited: bool = False
    unfit: bool = False
    student: bool = False
    pregnant: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """One household. `support` is what the other parent pays for all children; `claims_aah` says that the
    person already receives the AAH where they have a right to it, so that it is part of their resources.
    """

    id: int
    mixture: str
    me: Adult
    partner: Adult | None = None
    children: tuple[int, ...] = ()
    support: float = 0.0
    newly_alone: bool = False
    residence: str = "french"
    permit_years: int = 0
    housing: str = "tenant"
    rent: float = 0.0
    zone: int = 3
    claims_aah: bool = field(default=False)


SHARES: Final = {"wages": 28, "jobless": 12, "old": 18, "handicap": 16, "lone": 14, "student": 6, "young": 6}
"""The mixture, in hundredths: each group is large enough for its own rights to be seen."""
YEARS: Final = (1, 3, 4, 5, 8, 10, 20)
FIT_AGES: Final = range(62, 65)
PREGNANT_AGES: Final = range(14, 51)
STUDENT_AGES: Final = range(16, 25)
RENTS: Final = ((50, 150, 0.06), (150, 300, 0.28), (300, 500, 0.4), (500, 900, 0.24), (900, 1500, 0.02))
"""Like the prior of the fact `rent`: small towns, many of them in social housing."""
DEAR: Final = 850
"""A rent beyond it is drawn only for a household whose gross money is half as much again: nobody lets for less."""
CHILDREN: Final = ((0, 2), (3, 13), (14, 19), (20, 24))


def draw(count: int, seed: int = 1, zone: int = 3) -> Iterator[Life]:
    """`count` households; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    kinds, weights = list(SHARES), list(SHARES.values())
    for number in range(count):
        yield _Drawing(chance, number, chance.choices(kinds, weights)[0], zone).life()


class _Drawing:
    def __init__(self, chance: random.Random, number: int, mixture: str, zone: int) -> None:
        self._chance = chance
        self._number = number
        self._mixture = mixture
        self._zone = zone
        self._often: Callable[[float], bool] = lambda share: chance.random() < share

    def life(self) -> Life:
        couple = self._mixture != "lone" and self._often(0.38)
        me = self._adult(self._age())
        partner = self._partner(me) if couple else None
        children = self._children(me)
        residence = self._chance.choices(("french", "european", "refugee", "permit"), (78, 4, 4, 14))[0]
        housing = self._chance.choices(("tenant", "owner", "hosted", "passing", "none"), (62, 12, 16, 4, 6))[
            0
        ]
        return Life(
            id=self._number, mixture=self._mixture, me=me, partner=partner, children=children,
            support=self._support(children, couple=couple),
            newly_alone=bool(children) and not couple and min(children) >= 3 and self._often(0.15),
            residence=residence, permit_years=self._chance.choice(YEARS) * (residence == "permit"),
            housing=housing, rent=self._rent(me, partner) if housing == "tenant" else 0.0, zone=self._zone,
            claims_aah=me.disability != "none" and self._often(0.4),
        )  # fmt: skip

    def _age(self) -> int:
        pick = self._chance.randint
        return {
            "old": lambda: pick(60, 85),
            "student": lambda: pick(17, 24),
            "young": lambda: pick(16, 25),
            "handicap": lambda: pick(17, 70),
            "lone": lambda: pick(18, 55),
        }.get(self._mixture, lambda: pick(20, 61))()

    def _adult(self, age: int) -> Adult:
        disability = self._disability() if self._mixture == "handicap" or self._often(0.02) else "none"
        wage, unemployment, pension = self._money(age)
        return Adult(
            age=age, wage=wage, unemployment=unemployment, pension=pension, disability=disability,
            work_limited=disability == "from_50" and self._often(0.6),
            unfit=age in FIT_AGES and self._often(0.3),
            student=age in STUDENT_AGES and (self._mixture == "student" or self._often(0.05)),
            pregnant=age in PREGNANT_AGES and self._often(0.05),
        )  # fmt: skip

    def _partner(self, me: Adult) -> Adult:
        age = max(18, me.age + self._chance.randint(-9, 9))
        wage, unemployment, pension = self._money(age) if self._often(0.6) else (0.0, 0.0, 0.0)
        return Adult(age=age, wage=wage, unemployment=unemployment, pension=pension)

    def _disability(self) -> str:
        return self._chance.choice(("from_50", "from_80"))

    def _money(self, age: int) -> tuple[float, float, float]:
        """Wage, unemployment benefit and pension."""
        if age >= 62:
            pension = self._between((0, 0, 0.2), (100, 1100, 0.5), (900, 1900, 0.3))
            return (self._between((150, 1200, 1)) if self._often(0.08) else 0.0), 0.0, pension
        if self._mixture == "jobless":
            return (
                (self._wage() if self._often(0.2) else 0.0),
                self._between((0, 0, 0.3), (250, 1500, 0.7)),
                0.0,
            )
        worker = {"handicap": 0.35, "student": 0.45, "young": 0.5, "lone": 0.6, "old": 0.5}.get(
            self._mixture, 0.85
        )
        return (self._wage() if self._often(worker) else 0.0), 0.0, 0.0

    def _wage(self) -> float:
        return self._between((60, 700, 0.25), (700, 1867, 0.4), (1867, 3200, 0.3), (3200, 5000, 0.05))

    def _between(self, *bands: tuple[float, float, float]) -> float:
        low, high, _ = self._chance.choices(bands, [share for *_, share in bands])[0]
        return round(self._chance.uniform(low, high), 2)

    def _children(self, me: Adult) -> tuple[int, ...]:
        if me.age < 18 or (self._mixture in {"old", "student"} and self._often(0.9)):
            return ()
        count = self._chance.choices(range(6), (42, 22, 20, 10, 4, 2))[0]
        if self._mixture == "lone":
            count = max(count, 1)
        oldest = min(24, max(0, me.age - 17))
        ages = (self._chance.choices(CHILDREN, (30, 45, 20, 5))[0] for _ in range(count))
        return tuple(sorted(min(oldest, self._chance.randint(*age)) for age in ages))

    def _support(self, children: tuple[int, ...], *, couple: bool) -> float:
        per_child = self._between((0, 0, 0.45), (20, 400, 0.55))
        return 0.0 if couple else round(per_child * len(children), 2)

    def _rent(self, *adults: Adult | None) -> float:
        money = sum(one.wage + one.unemployment + one.pension for one in adults if one)
        rent = self._between(*RENTS)
        while rent > DEAR and money < rent * 1.5:
            rent = self._between(*RENTS)
        return rent
