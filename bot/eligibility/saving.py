"""What an answer is expected to take off the cost of settling all open rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Final, TypeAlias

from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Box
from bot.eligibility.estimate import Needs, unasked
from bot.eligibility.outlook import Outlook
from bot.eligibility.priors import Prior
from bot.eligibility.scouting import Situation
from bot.eligibility.values import Interval, Values

_LEAST: Final = 0.05
_ALMOST: Final = 0.999
_NONE: Final[Needs] = {}

Told: TypeAlias = tuple[tuple[str, Values], ...]
"""Answers, fact by fact."""


class Savings:
    """Rights that do not wait for an answer need what they needed before; a fact that they need is asked anyway."""

    def __init__(self, prices: Mapping[str, float], priors: Mapping[str, Prior], boxes: Boxes) -> None:
        self._prices = prices
        self._priors = priors
        self._boxes = boxes

    def spared(
        self, outlooks: Sequence[Outlook], outcomes: Iterable[tuple[float, Told]], now: Situation
    ) -> float:
        """How much less is then expected to be asked; of each outcome, its share of the people."""
        before = [each.needs() for each in outlooks]
        others, prices = self._others(before, now), dict[str, float]()
        spared = self._cost(before, others, prices, now.box)
        for share, told in outcomes:
            after = [self._after(each, told) for each in outlooks]
            spared -= share * self._cost(after, others, {**prices, **self._told_prices(told)}, now.box)
        return spared

    def _after(self, outlook: Outlook, told: Told) -> Needs:
        own = tuple(pair for pair in told if pair[0] in outlook.program.reached)
        return outlook.needs(own)

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
        self, needs: Iterable[Needs], others: Mapping[str, float], prices: dict[str, float], box: Box
    ) -> float:
        """The cost of what several rights need, each fact once."""
        left = dict(others)
        for each in needs:
            for fact, chance in each.items():
                left[fact] = left.get(fact, 1.0) * (1.0 - (min(_ALMOST, chance)))
        total = 0.0
        for fact, unasked_ in left.items():
            if fact not in prices:
                prices[fact] = self._price(fact, self._boxes.values(box, fact))
            total += (1.0 - unasked_) * prices[fact]
        return total

    def _told_prices(self, told: Told) -> dict[str, float]:
        return {fact: self._price(fact, values) for fact, values in told}

    def _price(self, fact: str, values: Values) -> float:
        """What it costs the person to answer: less for a number that is already known roughly."""
        if not isinstance(values, Interval):
            return self._prices[fact]
        return self._prices[fact] * max(_LEAST, sqrt(self._priors[fact].share(values)))
