"""Conditions and amounts as a shared graph of operations, with names resolved and constants folded.

Equal sub-expressions are one node, across all rights of a day: what is asked once is computed once.
Every node, a yes/no one too, stands for an interval of numbers: no is 0, yes is 1, open is 0 to 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.eligibility.model import Fact

TOLERANCE: Final = 1e-7
"""Sums of money that differ by less are equal: a ten-millionth of a euro."""


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Amounts by whole number: clamped below, `more` for each further unit above."""

    first: int
    values: tuple[float, ...]
    more: float

    def at(self, index: float) -> float:
        position = round(index) - self.first
        last = len(self.values) - 1
        if position <= last:
            return self.values[max(0, position)]
        return self.values[last] + self.more * (position - last)

    @property
    def rising(self) -> bool:
        return self.more >= 0 and all(a <= b for a, b in itertools.pairwise(self.values))

    @property
    def falling(self) -> bool:
        return self.more <= 0 and all(a >= b for a, b in itertools.pairwise(self.values))


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """`low` and `high` bound the value for every household; `facts` are the names it depends on."""

    op: str
    args: tuple[Node, ...]
    data: object
    logical: bool
    unit: str
    low: float
    high: float
    facts: frozenset[str]
    number: int = field(default=0)

    @property
    def constant(self) -> bool:
        return self.low == self.high and not self.facts

    @property
    def membership(self) -> tuple[str, frozenset[str]]:
        """Of an ``in`` node: the choice fact, and the choices for which it holds."""
        assert isinstance(self.data, tuple)
        return self.data

    @property
    def table(self) -> Table:
        """Of a ``lookup`` node."""
        assert isinstance(self.data, Table)
        return self.data

    @property
    def literal_zero(self) -> bool:
        return self.op == "const" and self.low == 0

    def walk(self) -> Iterator[Node]:
        """This node and all below it, each once."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if node.number not in seen:
                seen.add(node.number)
                yield node
                stack.extend(node.args)


class Graph:
    """Builds nodes; equal ones are the same object."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Node] = {}

    def _node(
        self, op: str, args: tuple[Node, ...], bounds: tuple[float, float], unit: str = "",
        data: object = None, *, logical: bool = False, facts: frozenset[str] | None = None,
    ) -> Node:  # fmt: skip
        key: Hashable = (op, tuple(a.number for a in args), data, unit, logical)
        if key not in self._known:
            below = facts if facts is not None else frozenset[str]().union(*(a.facts for a in args))
            low, high = bounds
            if low == high and op not in ("const", "fact", "in"):
                folded = self.truth(bool(low)) if logical else self.const(low, unit)
                self._known[key] = folded
            else:
                self._known[key] = Node(op, args, data, logical, unit, low, high, below, len(self._known) + 1)
        return self._known[key]

    def const(self, value: float, unit: str = "") -> Node:
        return self._node("const", (), (value, value), unit, float(value), facts=frozenset())

    def truth(self, value: bool) -> Node:
        number = float(value)
        return self._node("const", (), (number, number), "", number, logical=True, facts=frozenset())

    def fact(self, fact: Fact) -> Node:
        """A numeric fact in the unit people say it, or a yes/no fact."""
        if fact.range is None:
            return self._node("fact", (), (0, 1), "", fact.name, logical=True, facts=frozenset({fact.name}))
        bounds = (fact.range.low / fact.scale, fact.range.high / fact.scale)
        unit = fact.unit if fact.type == "amount" else ""
        return self._node("fact", (), bounds, unit, fact.name, facts=frozenset({fact.name}))

    def chosen(self, fact: Fact, choices: frozenset[str]) -> Node:
        """Whether a choice fact is one of these choices."""
        data = (fact.name, choices)
        return self._node("in", (), (0, 1), "", data, logical=True, facts=frozenset({fact.name}))

    def negate(self, a: Node) -> Node:
        if a.op == "not":
            return a.args[0]
        return self._node("not", (a,), (1 - a.high, 1 - a.low), logical=True)

    def both(self, parts: tuple[Node, ...]) -> Node:
        return self._junction("and", parts)

    def either(self, parts: tuple[Node, ...]) -> Node:
        return self._junction("or", parts)

    def _junction(self, op: str, parts: tuple[Node, ...]) -> Node:
        neutral = op == "and"
        flat: dict[int, Node] = {}
        for part in parts:
            for inner in part.args if part.op == op else (part,):
                if inner.constant and bool(inner.low) != neutral:
                    return self.truth(not neutral)
                if not inner.constant:
                    flat[inner.number] = inner
        if not flat:
            return self.truth(neutral)
        if len(flat) == 1:
            return next(iter(flat.values()))
        return self._node(op, tuple(flat.values()), (0, 1), logical=True)

    def less(self, a: Node, b: Node, *, equal: bool) -> Node:
        """Whether a < b, or a <= b. Decided at once where the bounds decide it."""
        slack = TOLERANCE if equal else -TOLERANCE
        low, high = a.high - b.low <= slack, a.low - b.high <= slack
        return self._node("le" if equal else "lt", (a, b), (float(low), float(high)), logical=True)

    def same(self, a: Node, b: Node) -> Node:
        return self.both((self.less(a, b, equal=True), self.less(b, a, equal=True)))

    def add(self, a: Node, b: Node, unit: str) -> Node:
        return self._node("add", (a, b), (a.low + b.low, a.high + b.high), unit)

    def subtract(self, a: Node, b: Node, unit: str) -> Node:
        return self._node("sub", (a, b), (a.low - b.high, a.high - b.low), unit)

    def multiply(self, a: Node, b: Node, unit: str) -> Node:
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return self._node("mul", (a, b), (min(ends), max(ends)), unit)

    def pick(self, op: str, parts: tuple[Node, ...], unit: str) -> Node:
        """The least (``min``) or greatest (``max``) of several."""
        take = min if op == "min" else max
        return self._node(op, parts, (take(p.low for p in parts), take(p.high for p in parts)), unit)

    def choose(self, condition: Node, a: Node, b: Node, unit: str) -> Node:
        if condition.constant:
            return a if condition.low else b
        return self._node("if", (condition, a, b), (min(a.low, b.low), max(a.high, b.high)), unit)

    def lookup(self, table: Table, index: Node, unit: str) -> Node:
        ends = [table.at(i) for i in range(int(index.low), int(index.high) + 1)]
        return self._node("lookup", (index,), (min(ends), max(ends)), unit, table)
