"""A few likely households drawn inside a box, where hardly anybody of the crowd fits it.

What such households are like in one respect hangs on nothing but what is known of the facts that this respect is
about: it is found once, and shared by all rights and by everybody of whom the same is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from bot.eligibility.boxes import Boxes
from bot.eligibility.closing import Implication
from bot.eligibility.cloud import Cloud, Ranked, Sampler
from bot.eligibility.columns import Column, Columns, gated
from bot.eligibility.compiled import Box, Layout
from bot.eligibility.keeping import Kept
from bot.eligibility.nodes import Node
from bot.eligibility.trying import Trial

_FRESH: Final = 64
_KEPT: Final = 60_000  # what holds of them
_KEPT_FACTS: Final = 6_000
_KEPT_NUMBERS: Final = 6_000  # lists of numbers take more room than bits


class Drawer:
    """Draws them, each fact in an order of its own; remembers what it has found."""

    def __init__(
        self, boxes: Boxes, sampler: Sampler, layout: Layout, implied: Iterable[Implication],
        behind: Mapping[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self.layout = layout
        self.truths = Kept[object, int](_KEPT)
        self.numbers = Kept[object, Column](_KEPT_NUMBERS)
        self._boxes = boxes
        self._sampler = sampler
        self._implied = {each.fact: each for each in implied}
        self._behind = behind
        self._keys: dict[int, Callable[[Box], object]] = {}
        self._fact_keys: dict[str, Callable[[Box], object]] = {}
        self._facts = Kept[object, Drawn](_KEPT_FACTS)

    def cloud(self, box: Box, reached: Iterable[str]) -> Cloud:
        """Households in the box, as far as these facts go, which name with each fact what it hangs on."""
        everyone = (1 << _FRESH) - 1
        for name in reached:
            if name in self._implied:
                everyone &= self.fact(name, box).allowed
        return Cloud(box, Few(box, self), everyone, self._boxes, self)

    def key(self, node: Node) -> Callable[[Box], object]:
        """What of a box decides what a node is."""
        found = self._keys.get(node.number)
        if found is None:
            found = self._keys[node.number] = self._part(node.facts)
        return found

    def fact(self, name: str, box: Box) -> Drawn:
        part = self._fact_keys.get(name)
        if part is None:
            part = self._fact_keys[name] = self._part((name,))
        key = (name, part(box))
        return self._facts.get(key) or self._facts.put(key, self._drawn(name, box))

    def hanging(self, fact: str, reached: Collection[str]) -> list[Implication]:
        """What is implied of this fact, and of those of the others that hang on it."""
        found = (each for name, each in self._implied.items() if name in reached)
        return [each for each in found if each.fact == fact or fact in self._behind[each.fact]]

    def trial(self, box: Box, fact: str, ends: tuple[float, float], hanging: Iterable[Implication]) -> Trial:
        """The same households, were this fact the same for all of them."""
        return Trial(Few(box, self), fact, ends[0], hanging, box, self._boxes)

    def plain(self, box: Box, fact: str, hanging: Iterable[Implication]) -> bool:
        """Whether these households differ in all that hangs on a fact: else what they do not show stays open."""
        names = (each.fact for each in hanging if each.fact != fact)
        return not any(
            isinstance(self.fact(name, box).column, int | float) and not self._boxes.settled(box, name)
            for name in names
        )

    def _part(self, facts: Iterable[str]) -> Callable[[Box], object]:
        return self._boxes.reader({*facts}.union(*(self._behind.get(fact, ()) for fact in facts)))

    def _drawn(self, name: str, box: Box) -> Drawn:
        """Where its gate does not hold, a fact is what it then is; whom that contradicts is no such household."""
        settled, everyone = self._boxes.settled(box, name), (1 << _FRESH) - 1
        column = self._boxes.both(box, name)[0] if settled else self._sampler.mixed(name, box, _FRESH)
        if name not in self._implied:
            return Drawn(column, everyone)
        implied = self._implied[name]
        open_ = Few(box, self).holds(implied.gate)
        if open_ == everyone:
            return Drawn(column, everyone)
        otherwise = self._boxes.ends(name, implied.otherwise)[0]
        if not self._boxes.allows(box, name, otherwise):
            return Drawn(column, open_)
        return Drawn(gated(column, open_, otherwise, _FRESH), everyone)


class Drawn:
    """One fact of a few households, and who of them there can be."""

    __slots__ = ("_ranked", "allowed", "column")

    def __init__(self, column: Column, allowed: int) -> None:
        self.column = column
        self.allowed = allowed
        self._ranked: Ranked | None = None

    @property
    def ranked(self) -> Ranked:
        if self._ranked is None:
            self._ranked = Ranked(self.column, _FRESH)
        return self._ranked


class Few(Columns):
    """Their columns, which other boxes share."""

    __slots__ = ("_box", "_drawer", "_near")

    def __init__(self, box: Box, drawer: Drawer) -> None:
        super().__init__(_FRESH, drawer.layout)
        self._box = box
        self._drawer = drawer
        self._near: dict[str, Drawn] = {}

    def fact(self, name: str) -> Column:
        return self._drawer.fact(name, self._box).column

    def ranked(self, name: str) -> Ranked:
        if name not in self._near:
            self._near[name] = self._drawer.fact(name, self._box)
        return self._near[name].ranked

    def holds(self, node: Node) -> int:
        drawer = self._drawer
        key = (node.number, drawer.key(node)(self._box))
        found = drawer.truths.get(key)
        return drawer.truths.put(key, self._truth(node)) if found is None else found

    def number(self, node: Node) -> Column:
        drawer = self._drawer
        if node.op in ("const", "fact"):
            return self._computed(node)
        key = (node.number, drawer.key(node)(self._box))
        found = drawer.numbers.get(key)
        return drawer.numbers.put(key, self._computed(node)) if found is None else found
