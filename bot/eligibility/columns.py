"""What holds for each of many households at once, one column a node: a node that several rights share is computed
once, and what is the same for all of them is computed as one number.

A column is a list of numbers, or one number that all households share; of what is true or false, a whole number
with one bit for each household.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add, and_, mul, or_, sub
from typing import Final, TypeAlias

from bot.eligibility.compiled import Layout
from bot.eligibility.nodes import TOLERANCE, Node

Column: TypeAlias = Sequence[float] | float
_DIGITS: Final = bytes([48, 49]) + bytes(254)
_UNDO: Final = bytes(max(0, code - 48) for code in range(256))
_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {"add": add, "sub": sub, "mul": mul}


def packed(said: Sequence[bool]) -> int:
    """One bit for each, the first the lowest."""
    return int(bytes(said).translate(_DIGITS)[::-1] or b"0", 2)


def unpacked(bits: int, count: int) -> bytes:
    """The inverse of `packed`: zeros and ones."""
    return f"{bits:0{count}b}".encode()[::-1].translate(_UNDO)


class Columns:
    """Columns of one set of households."""

    __slots__ = ("count", "everyone", "layout")

    def __init__(self, count: int, layout: Layout) -> None:
        self.count = count
        self.everyone = (1 << count) - 1
        self.layout = layout

    def fact(self, name: str) -> Column:
        """A fact as it stands in a point: of a choice, its bit."""
        raise NotImplementedError

    def holds(self, node: Node) -> int:
        """For which households a condition holds."""
        raise NotImplementedError

    def number(self, node: Node) -> Column:
        """The value of a node; of a condition, 0 or 1."""
        raise NotImplementedError

    def _truth(self, node: Node) -> int:
        match node.op:
            case "not":
                return self.everyone & ~self.holds(node.args[0])
            case "and":
                return reduce(and_, map(self.holds, node.args))
            case "or":
                return reduce(or_, map(self.holds, node.args))
            case "in":
                name, choices = node.membership
                mask = self.layout.mask(name, choices)
                return self._where(self.fact(name), lambda value: int(value) & mask != 0)
            case "fact":
                return self._where(self.fact(str(node.data)), bool)
            case "const":
                return self.everyone if node.low else 0
        return self._compared(node)

    def _where(self, column: Column, test: Callable[[float], bool]) -> int:
        if isinstance(column, int | float):
            return self.everyone if test(column) else 0
        said = {value: test(value) for value in set(column)}
        if len(said) < 2:  # noqa: PLR2004 - all alike
            return self.everyone if all(said.values()) else 0
        return packed([said[value] for value in column])

    def _compared(self, node: Node) -> int:
        """Of "less" and "less or equal"."""
        a, b = (self.number(arg) for arg in node.args)
        slack = TOLERANCE if node.op == "le" else -TOLERANCE
        if isinstance(b, int | float):
            if isinstance(a, int | float):
                return self.everyone if a - b <= slack else 0
            return packed([x - b <= slack for x in a])
        if isinstance(a, int | float):
            return packed([a - y <= slack for y in b])
        return packed([x - y <= slack for x, y in zip(a, b, strict=True)])

    def _computed(self, node: Node) -> Column:
        if node.op == "const":
            return node.low
        if node.op == "fact":
            return self.fact(str(node.data))
        if node.logical:
            bits = self.holds(node)
            return unpacked(bits, self.count) if bits not in (0, self.everyone) else float(bool(bits))
        if node.op == "if":
            return self._chosen(node)
        parts = [self.number(arg) for arg in node.args]
        if node.op == "lookup":
            return self._looked_up(node, parts[0])
        if node.op in ("min", "max"):
            return self._picked(min if node.op == "min" else max, parts)
        return self._joined(_ARITHMETIC[node.op], *parts)

    def _chosen(self, node: Node) -> Column:
        bits = self.holds(node.args[0])
        if bits in (0, self.everyone):
            return self.number(node.args[1] if bits else node.args[2])
        a, b = (self._spread(self.number(arg)) for arg in node.args[1:])
        return [x if said else y for said, x, y in zip(unpacked(bits, self.count), a, b, strict=True)]

    def _looked_up(self, node: Node, index: Column) -> Column:
        if isinstance(index, int | float):
            return node.table.at(index)
        found = {value: node.table.at(value) for value in set(index)}
        return [found[value] for value in index]

    def _picked(self, pick: Callable[..., float], parts: Sequence[Column]) -> Column:
        alike = [part for part in parts if isinstance(part, int | float)]
        if len(alike) == len(parts):
            return pick(alike)
        return list(map(pick, *map(self._spread, parts))) if len(parts) > 1 else parts[0]

    def _joined(self, operation: Callable[[float, float], float], a: Column, b: Column) -> Column:
        if isinstance(a, int | float):
            if isinstance(b, int | float):
                return operation(a, b)
            return [operation(a, y) for y in b]
        if isinstance(b, int | float):
            return [operation(x, b) for x in a]
        return list(map(operation, a, b))

    def _spread(self, column: Column) -> Sequence[float]:
        return [column] * self.count if isinstance(column, int | float) else column


def gated(column: Column, open_: int, otherwise: float, count: int) -> Column:
    """A column with another value where a gate does not hold."""
    if not open_:
        return otherwise
    values = [column] * count if isinstance(column, int | float) else column
    said = unpacked(open_, count)
    return [value if gate else otherwise for value, gate in zip(values, said, strict=True)]
