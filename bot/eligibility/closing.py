"""What facts say of each other (``only_if``), compiled into one function that closes a box.

Forwards: where a fact's gate cannot hold, the fact is its `otherwise`. Backwards: where a fact is known not to be
its `otherwise`, its gate must hold, which narrows the facts that the gate is about (somebody who expects a child
is between 14 and 50).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.eligibility.bands import cuts, parts
from bot.eligibility.compiled import Box, Layout, Rows, box_lines, over_box
from bot.eligibility.model import Fact
from bot.eligibility.nodes import Node
from bot.eligibility.values import Interval, Values

_INDENT: Final = "\n  "


@dataclass(frozen=True, slots=True)
class Implication:
    """Unless `gate` can hold, the fact has the value `otherwise`."""

    fact: str
    gate: Node
    otherwise: Values


def closer(
    implications: Iterable[Implication], facts: Mapping[str, Fact], layout: Layout
) -> Callable[[Box], bool]:
    """A function that closes a box in place; it says False where what is known contradicts what is implied
    (what is implied then wins).
    """
    writer = _Writer(facts, layout)
    listed = list(implications)
    lines = ["good = True"]
    for implication in reversed(listed):
        lines += writer.backwards(implication)
    for implication in listed:
        lines += writer.forwards(implication)
    names = "".join(f",{name}={name}" for name in writer.tables)
    source = f"def close(k{names}):\n " + "\n ".join([*lines, "return good"])
    space: dict[str, Any] = {}
    exec(compile(source, "<facts>", "exec"), dict(writer.tables), space)  # noqa: S102 - our own text, see compiled.py
    return space["close"]  # type: ignore[no-any-return]


class _Writer:
    def __init__(self, facts: Mapping[str, Fact], layout: Layout) -> None:
        self._facts = facts
        self._layout = layout
        self.tables: dict[str, Rows] = {}

    def forwards(self, implication: Implication) -> Iterator[str]:
        lines, high, tables = box_lines(implication.gate, self._layout)
        self.tables |= tables
        place = 2 * self._layout.position[implication.fact]
        low, top = self._ends(implication.fact, implication.otherwise)
        yield from lines
        yield f"if not ({high}):{_INDENT}good = good and {self._may_be_otherwise(implication)}{_INDENT}k[{place}] = {low!r}{_INDENT}k[{place + 1}] = {top!r}"  # noqa: E501 - one statement of the written function

    def backwards(self, implication: Implication) -> Iterator[str]:
        steps = [
            step for fact, needed in self._needed(implication.gate) for step in self._narrow(fact, needed)
        ]
        if steps:
            yield f"if not {self._may_be_otherwise(implication)}:{_INDENT}" + _INDENT.join(steps)

    def _narrow(self, fact: str, needed: Values) -> Iterator[str]:
        """Statements that leave a fact only these values; where none of them is possible, only say so."""
        place = 2 * self._layout.position[fact]
        low, high = self._ends(fact, needed)
        if self._facts[fact].named:
            both = f"k[{place}] & {low!r}"
            yield f"if {both}: k[{place}] = k[{place + 1}] = {both}"
            yield "else: good = False"
            return
        yield f"if k[{place}] > {high!r} or k[{place + 1}] < {low!r}: good = False"
        yield f"else: k[{place}], k[{place + 1}] = max(k[{place}], {low!r}), min(k[{place + 1}], {high!r})"

    def _may_be_otherwise(self, implication: Implication) -> str:
        place = 2 * self._layout.position[implication.fact]
        low, _ = self._ends(implication.fact, implication.otherwise)
        if self._facts[implication.fact].named:
            return f"(k[{place}] & {low!r} != 0)"
        return f"(k[{place}] <= {low!r} <= k[{place + 1}])"

    def _ends(self, fact: str, values: Values) -> tuple[float, float]:
        return self._layout.ends(self._facts[fact], values)

    def _needed(self, gate: Node) -> Iterator[tuple[str, Values]]:
        """What single facts must be for the gate to hold, as far as its "and" says so."""
        for part in gate.args if gate.op == "and" else (gate,):
            if len(part.facts) == 1:
                fact = next(iter(part.facts))
                possible = self._possible(part, self._facts[fact])
                if possible is not None:
                    yield fact, possible

    def _possible(self, part: Node, fact: Fact) -> Values | None:
        """The values of a fact with which a condition about it alone can hold; numbers: from first to last."""
        function = over_box([part], self._layout)
        box: Box = [0] * (2 * len(self._layout.position))

        def holds(values: Values) -> bool | None:
            place = 2 * self._layout.position[fact.name]
            box[place], box[place + 1] = self._layout.ends(fact, values)
            low, high = function(box)
            return True if low else None if high else False

        if fact.range is None:
            found = frozenset(choice for choice in fact.choices if holds(frozenset({choice})))
            return found or None
        edges, _ = cuts(lambda low, high: holds(Interval(low, high)), fact.range)
        held = [
            piece for piece in parts(fact.range, edges) if holds(Interval(piece.low, piece.low)) is not False
        ]
        return Interval(held[0].low, held[-1].high) if held else None
