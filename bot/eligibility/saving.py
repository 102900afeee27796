"""What an answer is expected to take off the cost of settling all open rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Final, TypeAlias

from bot.eligibility.boxes import Boxes
from bot.eligibility.estimate import Needs, unasked
from bot.eligibility.outlook import Outlook, Told
from bot.eligibility.priors import Prior
from bot.eligibility.scouting import Situation
from bot.eligibility.values import Interval, Values

_LEAST: Final = 0.05

Answers: TypeAlias = tuple[tuple[str, Values], ...]
"""Fact by fact."""


class Savings:
    """Rights that do not wait for an answer need what they needed before; a fact that they need is asked anyway."""

    def __init__(self, prices: Mapping[str, float], priors: Mapping[str, Prior], boxes: Boxes) -> None:
        self._prices = prices
        self._priors = priors
        self._boxes = boxes

    def spared(
        self, outlooks: Sequence[Outlook], outcomes: Iterable[tuple[float, Answers]], now: Situation
    ) -> float:
        """How much less is then expected to be asked; of each outcome, its share of the people."""
        before = [each.needs() for each in outlooks]
        others = self._others(before, now)
        spared = self._cost(before, others, {}, now)
        for share, answers in outcomes:
            told = [self._told(fact, values) for fact, values in answers]
            after = [self._after(each, told) for each in outlooks]
            spared -= share * self._cost(after, others, self._told_prices(answers), now)
        return spared

    def _told(self, fact: str, values: Values) -> Told:
        alone = values.low == values.high if isinstance(values, Interval) else len(values) == 1
        return Told(fact, *self._boxes.ends(fact, values), alone)

    def _after(self, outlook: Outlook, told: Iterable[Told]) -> Needs:
        reached = outlook.program.reached
        return outlook.needs([each for each in told if each.fact in reached])

    def _others(self, before: Iterable[Needs], now: Situation) -> Mapping[str, float]:
        """The chance that a fact stays unasked by the rights that are not looked at, for the facts that matter."""
        everything = self.unasked(now)
        own = unasked(before)
        return {fact: everything.get(fact, left) / left for fact, left in own.items()}

    def unasked(self, now: Situation) -> Mapping[str, float]:
        """The chance that a fact will not be asked at all."""
        if now.unasked is None:
            now.unasked = unasked(each.needs() for each in now.open)
        return now.unasked

    def _cost(
        self, needs: Iterable[Needs], others: Mapping[str, float], told: Mapping[str, float], now: Situation
    ) -> float:
        """The cost of what several rights need, each fact once; of those just told, at what they then cost."""
        left = dict(others)
        for each in needs:
            for fact, chance in each.items():
                left[fact] = left.get(fact, 1.0) * chance
        total, prices = 0.0, now.prices
        for fact, unasked_ in left.items():
            if fact in told:
                total += (1.0 - unasked_) * told[fact]
                continue
            if fact not in prices:
                prices[fact] = self._price(fact, self._boxes.values(now.box, fact))
            total += (1.0 - unasked_) * prices[fact]
        return total

    def _told_prices(self, told: Answers) -> dict[str, float]:
        return {fact: self._price(fact, values) for fact, values in told}

    def _price(self, fact: str, values: Values) -> float:
        """What it costs the person to answer: less for a number that is already known roughly."""
        if not isinstance(values, Interval):
            return self._prices[fact]
        return self._prices[fact] * max(_LEAST, sqrt(self._priors[fact].share(values)))
