"""Several things to tick in one message: which, and what that is worth.

A box says one thing of a fact: yes; of a choice, that it is one of these; of a number, that it is this or more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from bot.eligibility.boxes import Boxes
from bot.eligibility.choices import Chooser
from bot.eligibility.model import Fact, Question, Tick
from bot.eligibility.saving import Answers, Savings
from bot.eligibility.scouting import Scout, Situation
from bot.eligibility.values import Interval, Values

_MOST: Final = 5
_SEVERAL: Final = 2
_EFFORT: Final = 0.1  # reading one line beside others, against answering a question of its own
_OUTCOMES: Final = 8  # the likeliest ways of ticking that are looked at
_LOOKED_AT: Final = 16
_LIKELY: Final = 0.3  # how likely a fact is asked sooner or later, to stand beside others now
_HALF: Final = 0.5
_YES: Final = frozenset({"yes"})


class Candidate(NamedTuple):
    worth: float
    question: Question


class _Box(NamedTuple):
    """What a tick means, what it means to leave it empty, and how likely it is ticked."""

    fact: str
    ticked: Values
    empty: Values
    chance: float


class Ticking:
    """Puts boxes together."""

    def __init__(
        self, facts: Mapping[str, Fact], boxes: Boxes, scout: Scout, chooser: Chooser, savings: Savings
    ) -> None:
        self._facts = facts
        self._boxes = boxes
        self._scout = scout
        self._chooser = chooser
        self._savings = savings

    def candidates(self, now: Situation) -> Iterator[Candidate]:
        """The boxes that tell most, with those that will hardly be avoided; fewer where that is worth more."""
        ranked = self._ranked(now)
        for count in {len(ranked)}:
            if count <= len(ranked) and count >= _SEVERAL:
                yield self._candidate(ranked[:count], now)

    def _ranked(self, now: Situation) -> list[_Box]:
        tellable = {*now.waiting, *now.needed(now.open)} - now.apart
        scores = {fact: self._score(fact, now) for fact in tellable if self._may_be_box(fact, now)}
        order = sorted(scores, key=lambda fact: (-scores[fact], fact))
        boxes = (self._box(fact, now) for fact in order[:_LOOKED_AT])
        return list(islice((box for box in boxes if box), _MOST))

    def _score(self, fact: str, now: Situation) -> float:
        """How likely it is asked sooner or later, weighed by what a question of its own would cost."""
        return 1.0 - self._savings.unasked(now).get(fact, 1.0)

    def _may_be_box(self, fact: str, now: Situation) -> bool:
        """Worded as a box, still open, and nothing that would be asked in halves, message after message: a number
        stands in one box only, money in none.
        """
        known = self._facts[fact]
        again = known.range is not None and (known.type == "amount" or self._scout.narrowed(now.box, fact))
        told = fact in now.closed or self._boxes.settled(now.box, fact)
        return bool(known.tick) and not told and not again

    def _box(self, fact: str, now: Situation) -> _Box | None:
        """None where no line parts the people, or where it hardly makes sense: whom a box does not concern leaves
        it empty.
        """
        outlook, door = now.needing(fact)[0], self._scout.doors.get(fact)
        found = self._parting(fact, now)
        if found is None:
            return None
        ticked, empty = found
        if door is not None and not door.holds(now.box):
            opens = outlook.cloud.holds(door.node) & outlook.held
            if opens.bit_count() < _HALF * outlook.held.bit_count() or not _inside(door.otherwise, empty):
                return None
        return _Box(fact, ticked, empty, outlook.share(fact, ticked))

    def _parting(self, fact: str, now: Situation) -> tuple[Values, Values] | None:
        """What a tick means and what none does: of several wordings, the one that tells most here."""
        values, outlooks = self._boxes.values(now.box, fact), now.needing(fact)
        pairs = list(self._pairs(self._facts[fact], values, now))
        if len(pairs) < _SEVERAL:
            return next(iter(pairs), None)
        told = {pair: tuple([self._boxes.ends(fact, values) for values in pair]) for pair in pairs}
        return max(pairs, key=lambda pair: sum(each.told(fact, told[pair]) for each in outlooks))

    def _pairs(self, fact: Fact, values: Values, now: Situation) -> Iterator[tuple[Values, Values]]:
        for tick in fact.ticks:
            ticked = self._ticked(tick, fact.name, values, now)
            empty = _without(values, ticked) if ticked else None
            if ticked and empty:
                yield ticked, empty

    def _ticked(self, tick: Tick, fact: str, values: Values, now: Situation) -> Values | None:
        """What a tick would mean here."""
        if isinstance(values, frozenset):
            told = tick.values if isinstance(tick.values, frozenset) else _YES
            return told & values or None
        fixed = tick.values.low if isinstance(tick.values, Interval) else None
        line = fixed or self._chooser.best_line(fact, values, now.needing(fact), now)
        inside = line is not None and values.low < line <= values.high
        return Interval(line, values.high) if line is not None and inside else None

    def _candidate(self, boxes: Sequence[_Box], now: Situation) -> Candidate:
        outlooks = {each.number: each for box in boxes for each in now.needing(box.fact)}
        effort = 1 + _EFFORT * sum(self._scout.first_effort(box.fact) for box in boxes)
        spared = self._savings.spared(list(outlooks.values()), _outcomes(boxes), now)
        pairs = tuple((box.ticked, box.empty) for box in boxes)
        rights = now.of(outlooks.values())
        return Candidate(spared / effort, Question(tuple(box.fact for box in boxes), (), rights, boxes=pairs))

    def mattering(self, question: Question, now: Situation) -> Question | None:
        """The question without boxes whose tick would change nothing."""
        kept = [
            (fact, pair)
            for fact, pair in zip(question.facts, question.boxes, strict=True)
            if any(each.matters(fact, pair) for each in now.needing(fact))
        ]
        if len(kept) < _SEVERAL:  # one box is a question of its own, judged as such
            return None
        facts, pairs = zip(*kept, strict=True)
        return Question(facts, (), question.rights, boxes=pairs)


def _outcomes(boxes: Sequence[_Box]) -> list[tuple[float, Answers]]:
    """The likeliest ways of ticking, with their shares."""
    found: list[tuple[float, Answers]] = [(1.0, ())]
    for fact, ticked, empty, chance in boxes:
        both = [
            (share * part, (*told, (fact, values)))
            for share, told in found
            for part, values in ((chance, ticked), (1.0 - chance, empty))
            if part > 0
        ]
        found = sorted(both, key=lambda each: -each[0])[:_OUTCOMES]
    total = sum(share for share, _ in found) or 1.0
    return [(share / total, told) for share, told in found]


def _without(values: Values, ticked: Values) -> Values | None:
    """What is left when the box stays empty; None where that is nothing."""
    if isinstance(values, Interval) and isinstance(ticked, Interval):
        left = Interval(values.low, ticked.low - 1)
        return None if left.empty else left
    if isinstance(values, frozenset) and isinstance(ticked, frozenset):
        return values - ticked or None
    return None


def _inside(values: Values, outer: Values) -> bool:
    if isinstance(values, Interval) and isinstance(outer, Interval):
        return outer.low <= values.low and values.high <= outer.high
    return isinstance(values, frozenset) and isinstance(outer, frozenset) and values <= outer
