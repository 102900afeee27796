"""What is known of all facts at once, as one box of possible values, closed under what facts say of each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from operator import itemgetter
from typing import Final

from bot.eligibility.closing import Implication, closer
from bot.eligibility.compiled import Box, Layout
from bot.eligibility.model import Fact, Knowledge
from bot.eligibility.values import Interval, Values

_KEPT: Final = 5_000


class Boxes:
    """Makes boxes, narrows them and reads them back. Facts keep the same two places in every box."""

    def __init__(
        self, facts: Mapping[str, Fact], layout: Layout, implications: Iterable[Implication]
    ) -> None:
        listed = list(implications)
        self._facts = facts
        self._layout = layout
        self._chosen: dict[tuple[str, Values], tuple[float, float]] = {}
        self._place = {name: 2 * position for name, position in layout.position.items()}
        self._close = closer(listed, facts, layout)
        self._implications = listed
        self._implied = [self._place[implication.fact] for implication in listed]
        self._masked = {self._place[name] for name in layout.position if facts[name].named}
        self.widest: Box = [end for name in layout.position for end in self.ends(name, facts[name].domain)]

    def ends(self, fact: str, values: Values) -> tuple[float, float]:
        """Values as they stand in a box. Raises `BadValue` for values outside the fact's domain."""
        if isinstance(values, Interval):
            return self._layout.ends(self._facts[fact], values)
        key = (fact, values)
        if key not in self._chosen:
            if len(self._chosen) >= _KEPT:
                self._chosen.clear()
            self._chosen[key] = self._layout.ends(self._facts[fact], values)
        return self._chosen[key]

    def place(self, fact: str) -> int:
        return self._place[fact]

    def of(self, knowledge: Knowledge) -> Box:
        """The closed box of what is known. Where answers contradict each other, what is implied wins."""
        box = self.widest.copy()
        for name, answer in knowledge.items():
            if not isinstance(answer, str) and name in self._place:
                place = self._place[name]
                box[place], box[place + 1] = self.ends(name, answer)
        self._close(box)
        return box

    def narrowed(self, box: Box, fact: str, values: Values) -> Box | None:
        """The box in which the fact has only these values; None where that contradicts what is known."""
        place = self._place[fact]
        low, high = self.ends(fact, values)
        return self.cut(box, place, low, high)

    def cut(self, box: Box, place: int, low: float, high: float) -> Box | None:
        """As `narrowed`, by place and ends."""
        inner = box.copy()
        inner[place], inner[place + 1] = low, high
        return inner if self._close(inner) else None

    def settle(self, box: Box, within: Box) -> bool:
        """Apply every implication to a drawn household; False if it then leaves the box it was drawn from."""
        if self._close(box):
            return True
        return all(self._inside(box, within, place) for place in self._implied)

    def settler(self, names: Collection[str]) -> Callable[[Box, Box], bool]:
        """`settle` where only these facts count, which name with each fact what it hangs on."""
        listed = [each for each in self._implications if each.fact in names]
        close, places = closer(listed, self._facts, self._layout), [self._place[each.fact] for each in listed]
        return lambda box, within: close(box) or all(self._inside(box, within, place) for place in places)

    def _inside(self, box: Box, outer: Box, place: int) -> bool:
        if place in self._masked:
            return bool(int(box[place]) & int(outer[place]))
        return outer[place] <= box[place] and box[place + 1] <= outer[place + 1]

    def values(self, box: Box, fact: str) -> Values:
        """What a box says of a fact, in whole units or names."""
        known = self._facts[fact]
        place = self._place[fact]
        low, high = box[place], box[place + 1]
        if known.range is not None:
            return Interval(round(low * known.scale), round(high * known.scale))
        if known.type == "yes_no":
            return frozenset(name for name, held in (("no", low == 0), ("yes", high == 1)) if held)
        return frozenset(c for c in known.choices if int(low) & self._layout.mask(fact, (c,)))

    def both(self, box: Box, fact: str) -> tuple[float, float]:
        """The two ends of a fact."""
        place = self._place[fact]
        return box[place], box[place + 1]

    def reader(self, facts: Iterable[str]) -> Callable[[Box], tuple[float, ...]]:
        """A function that reads the ends of these facts, in the order of their names."""
        places = [self._place[name] + end for name in sorted(set(facts)) for end in (0, 1)]
        return itemgetter(*places) if places else lambda _: ()

    def linked(self, facts: Iterable[str]) -> frozenset[str]:
        """These facts, and all that may say something of them, or they of it, however far."""
        found, before = set(facts), -1
        while len(found) > before:
            before = len(found)
            for each in self._implications:
                about = {each.fact, *each.gate.facts}
                if about & found:
                    found |= about
        return frozenset(found)

    def masked(self, fact: str) -> bool:
        """Whether the places hold the bits of choices."""
        return self._place[fact] in self._masked

    def allows(self, box: Box, fact: str, value: float) -> bool:
        """Whether a box leaves a fact this value."""
        place = self._place[fact]
        if place in self._masked:
            return bool(int(box[place]) & int(value))
        return box[place] <= value <= box[place + 1]

    def numeric(self, fact: str) -> bool:
        return self._facts[fact].range is not None

    def settled(self, box: Box, fact: str) -> bool:
        """Whether only one value is left."""
        place = self._place[fact]
        if place in self._masked:
            mask = int(box[place])
            return mask & (mask - 1) == 0
        return box[place] == box[place + 1]

    def one(self, fact: str, ends: tuple[float, float]) -> bool:
        """Whether these ends are of one value."""
        low, high = ends
        return int(low).bit_count() == 1 if self._place[fact] in self._masked else low == high

    def corner(self, box: Box, fact: str, end: int) -> tuple[float, float]:
        """The lowest (0) or highest (1) value left of a fact; of a choice the first or last."""
        return self.both(self.cornerer([fact])(box, end), fact)

    def cornerer(self, names: Iterable[str]) -> Callable[[Box, int], Box]:
        """A function that gives all of these facts such values."""
        places = sorted(self._place[name] for name in names)
        numbers = [place for place in places if place not in self._masked]
        choices = [place for place in places if place in self._masked]

        def corner(box: Box, end: int) -> Box:
            found = box.copy()
            for place in numbers:
                found[place] = found[place + 1] = box[place + end]
            for place in choices:
                mask = int(box[place])
                bit = 1 << (mask.bit_length() - 1) if end else mask & -mask
                found[place] = found[place + 1] = bit
            return found

        return corner

    def halves(self, box: Box, fact: str) -> list[Box]:
        """The box cut in two along a fact (a choice: one box each); impossible parts are left out."""
        known, place = self._facts[fact], self._place[fact]
        low, high = box[place], box[place + 1]
        if known.named:
            masks = [self._layout.mask(fact, (c,)) for c in known.choices]
            parts: list[tuple[float, float]] = [(mask, mask) for mask in masks if int(low) & mask]
        else:
            units = (round(low * known.scale), round(high * known.scale))
            middle = (units[0] + units[1]) // 2
            parts = [(low, middle / known.scale), ((middle + 1) / known.scale, high)]
        return [inner for ends in parts if (inner := self.cut(box, place, *ends)) is not None]
