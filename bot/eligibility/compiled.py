"""The graph as fast functions: for sets of possible values (boxes) and for exact values (points).

Both are Python code objects made from our own checked nodes: only operators, positions and numbers enter the
text, never a name or a character that an editor wrote (docs/decisions/0001-expressions.md).

A box is a list with two places for each fact: the lowest and highest value it may have (0 and 1 for yes/no),
or for a choice the bit mask of what is possible, twice. A point has one place for each fact: its value, or the
one bit of its choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.eligibility.model import Fact
from bot.eligibility.nodes import TOLERANCE, Node
from bot.eligibility.values import BadValue, Interval, Values

Box: TypeAlias = list[float]
Point: TypeAlias = list[float]
Rows: TypeAlias = list[float]
Bounds: TypeAlias = tuple[float, float]
Ends: TypeAlias = Callable[[float, float], Bounds]

_EPS: Final = repr(TOLERANCE)


class Layout:
    """Where each fact stands in a box or point, and which bit stands for which choice."""

    def __init__(self, facts: Mapping[str, Sequence[str]]) -> None:
        self.position = {name: index for index, name in enumerate(facts)}
        self.written: dict[int, Callable[[Box], tuple[float, ...]]] = {}  # see `of_one`
        self._bits = {name: {c: 1 << i for i, c in enumerate(choices)} for name, choices in facts.items()}

    def mask(self, fact: str, choices: Iterable[str]) -> int:
        bits = self._bits[fact]
        return sum(bits[choice] for choice in choices)

    def ends(self, fact: Fact, values: Values) -> tuple[float, float]:
        """Values as they stand in a box. Raises `BadValue` for values outside the fact's domain."""
        if isinstance(values, Interval):
            if fact.range is None:
                raise BadValue(fact.name, values)
            low, high = max(values.low, fact.range.low), min(values.high, fact.range.high)
            if low > high:
                raise BadValue(fact.name, values)
            return (low, high) if fact.scale == 1 else (low / 100, high / 100)
        if fact.range is not None or not values or not values <= frozenset(fact.choices):
            raise BadValue(fact.name, values)
        if fact.type == "yes_no":
            return (0 if "no" in values else 1), (1 if "yes" in values else 0)
        mask = self.mask(fact.name, values)
        return mask, mask


def over_box(nodes: Sequence[Node], layout: Layout) -> Callable[[Box], tuple[float, ...]]:
    """A function from a box to low, high of each node, one after the other."""
    return _BoxWriter(layout).function(nodes)


def of_one(node: Node, layout: Layout) -> Callable[[Box], tuple[float, ...]]:
    """`over_box` of one node of the rules, written once for each layout."""
    if node.number not in layout.written:
        layout.written[node.number] = over_box([node], layout)
    return layout.written[node.number]


def along(node: Node, fact: str, layout: Layout) -> Callable[[Box], Ends]:
    """A function from a box to a function from the ends of one fact to low, high of a node: for many values of
    the fact, what does not hang on it is computed once.
    """
    return _AlongWriter(layout, fact).written(node)


def margin_along(node: Node, fact: str, layout: Layout) -> Callable[[Box], Callable[[float], float]]:
    """The same for households whose other facts are known, of a comparison: from one value of the fact to how much
    more its left side is than its right.
    """
    return _MarginWriter(layout, fact).written(node)


def box_lines(node: Node, layout: Layout) -> tuple[list[str], str, dict[str, Rows]]:
    """The statements that compute one node over a box `k`, the name of its high end, and the tables read."""
    writer = _BoxWriter(layout)
    _, high = writer.bounds(node)
    return writer.lines, high, writer.tables


def point_lines(nodes: Sequence[Node], layout: Layout) -> tuple[list[str], list[str], dict[str, Rows]]:
    """The statements that compute nodes at a point `k`, their results, and the tables that they read."""
    writer = _PointWriter(layout)
    names = [writer.value(node) for node in nodes]
    return writer.lines, names, writer.tables


def at_point(nodes: Sequence[Node], layout: Layout) -> Callable[[Point], tuple[float, ...]]:
    """A function from a point to the value of each node."""
    return _PointWriter(layout).function(nodes)


class _Writer:
    """Writes one assignment a node, in order; every node is written once."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lines: list[str] = []
        self._names: dict[int, Any] = {}
        self._tables: dict[str, Rows] = {}

    def function(self, nodes: Sequence[Node]) -> Callable[[list[float]], tuple[float, ...]]:
        results = [self._result(node) for node in nodes]
        return self._compiled([*self._lines, f"return ({''.join(r + ',' for r in results)})"])

    def _compiled(self, lines: Sequence[str]) -> Callable[[list[float]], tuple[float, ...]]:
        body = "\n ".join(lines)
        space: dict[str, Any] = {}
        names = "".join(f",{name}={name}" for name in self._tables)
        source = f"def f(k{names}):\n {body}"
        exec(compile(source, "<rules>", "exec"), dict(self._tables), space)  # noqa: S102 - our own text, see above
        return space["f"]  # type: ignore[no-any-return]

    @property
    def lines(self) -> list[str]:
        return self._lines

    @property
    def tables(self) -> dict[str, Rows]:
        return self._tables

    def _result(self, node: Node) -> str:
        raise NotImplementedError

    def _assign(self, node: Node, name: str, text: str) -> None:  # noqa: ARG002 - of the node, below
        self._lines.append(f"{name} = {text}")

    def _row(self, node: Node, index: str) -> str:
        """The place of a look-up's value in its table, written out for every index that can occur."""
        first, name = int(node.args[0].low), f"T{node.number}"
        self._tables[name] = [node.table.at(i) for i in range(first, int(node.args[0].high) + 1)]
        return f"int({index}) - {first}" if first else f"int({index})"


class _PointWriter(_Writer):
    def _place(self, fact: str) -> int:
        return self._layout.position[fact]

    def value(self, node: Node) -> str:
        return self._of(node)

    def _result(self, node: Node) -> str:
        return self._of(node)

    def _of(self, node: Node) -> str:
        if node.number not in self._names:
            text = self._text(node)
            if node.args:
                self._assign(node, f"v{node.number}", text)
                text = f"v{node.number}"
            self._names[node.number] = text
        return str(self._names[node.number])

    def _text(self, node: Node) -> str:
        if node.op == "const":
            return repr(node.low)
        if node.op == "fact":
            return f"k[{self._place(str(node.data))}]"
        if node.op == "in":
            name, choices = node.membership
            return f"(k[{self._place(name)}] & {self._layout.mask(name, choices)} != 0)"
        if node.op == "lookup":
            return f"T{node.number}[{self._row(node, self._of(node.args[0]))}]"
        return self._operation(node.op, [self._of(arg) for arg in node.args])

    @staticmethod
    def _operation(op: str, a: list[str]) -> str:
        if op in ("and", "or"):
            return f" {op} ".join(a)
        if op in ("min", "max"):
            return f"{op}({', '.join(a)},)" if len(a) > 1 else a[0]
        shapes = {
            "not": "not {0}", "lt": "{0} - {1} <= -" + _EPS, "le": "{0} - {1} <= " + _EPS,
            "if": "{1} if {0} else {2}", "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}",
        }  # fmt: skip
        return shapes[op].format(*a)


class _BoxWriter(_Writer):
    def _result(self, node: Node) -> str:
        low, high = self._of(node)
        return f"{low}, {high}"

    def bounds(self, node: Node) -> tuple[str, str]:
        return self._of(node)

    def _of(self, node: Node) -> tuple[str, str]:
        if node.number not in self._names:
            low, high = self._text(node)
            if node.op != "const":
                self._assign(node, f"l{node.number}", low)
                self._assign(node, f"h{node.number}", high)
                low, high = f"l{node.number}", f"h{node.number}"
            self._names[node.number] = (low, high)
        low, high = self._names[node.number]
        return low, high

    def _text(self, node: Node) -> tuple[str, str]:
        if node.op == "const":
            return repr(node.low), repr(node.low)
        if node.op == "fact":
            place = 2 * self._layout.position[str(node.data)]
            return f"k[{place}]", f"k[{place + 1}]"
        if node.op == "in":
            return self._membership(node)
        return self._operation(node, [self._of(arg) for arg in node.args])

    def _membership(self, node: Node) -> tuple[str, str]:
        name, choices = node.membership
        place, mask = 2 * self._layout.position[name], self._layout.mask(name, choices)
        return f"not k[{place}] & ~{mask}", f"k[{place}] & {mask} != 0"

    def _operation(self, node: Node, a: list[tuple[str, str]]) -> tuple[str, str]:
        lows, highs = [low for low, _ in a], [high for _, high in a]
        match node.op:
            case "and" | "or":
                return f" {node.op} ".join(lows), f" {node.op} ".join(highs)
            case "not":
                return f"not {highs[0]}", f"not {lows[0]}"
            case "lt" | "le":
                slack = f"{'-' if node.op == 'lt' else ''}{_EPS}"
                return f"{highs[0]} - {lows[1]} <= {slack}", f"{lows[0]} - {highs[1]} <= {slack}"
            case "min" | "max":
                return f"{node.op}({', '.join(lows)},)", f"{node.op}({', '.join(highs)},)"
            case "add":
                return f"{lows[0]} + {lows[1]}", f"{highs[0]} + {highs[1]}"
            case "sub":
                return f"{lows[0]} - {highs[1]}", f"{highs[0]} - {lows[1]}"
            case "mul":
                return self._product(node, a)
            case "if":
                return self._choice(a)
        return self._lookup(node, a[0])

    def _product(self, node: Node, a: list[tuple[str, str]]) -> tuple[str, str]:
        (al, ah), (bl, bh) = a
        left, right = node.args
        if left.low >= 0 and right.low >= 0:
            return f"{al} * {bl}", f"{ah} * {bh}"
        if right.constant:
            return (f"{al} * {bl}", f"{ah} * {bl}") if right.low >= 0 else (f"{ah} * {bl}", f"{al} * {bl}")
        if left.constant:
            return (f"{al} * {bl}", f"{al} * {bh}") if left.low >= 0 else (f"{al} * {bh}", f"{al} * {bl}")
        ends = f"{al} * {bl}, {al} * {bh}, {ah} * {bl}, {ah} * {bh}"
        return f"min({ends})", f"max({ends})"

    @staticmethod
    def _choice(a: list[tuple[str, str]]) -> tuple[str, str]:
        (cl, ch), (al, ah), (bl, bh) = a
        return (
            f"{al} if {cl} else ({bl} if not {ch} else min({al}, {bl}))",
            f"{ah} if {cl} else ({bh} if not {ch} else max({ah}, {bh}))",
        )

    def _lookup(self, node: Node, index: tuple[str, str]) -> tuple[str, str]:
        name = f"T{node.number}"
        low, high = (self._row(node, end) for end in index)
        if node.table.rising:
            return f"{name}[{low}]", f"{name}[{high}]"
        if node.table.falling:
            return f"{name}[{high}]", f"{name}[{low}]"
        return f"min({name}[{low}:{high} + 1])", f"max({name}[{low}:{high} + 1])"


class _AlongWriter(_BoxWriter):
    """One function inside another: the inner one computes what hangs on the fact, `a` to `b`."""

    def __init__(self, layout: Layout, fact: str) -> None:
        super().__init__(layout)
        self._fact = fact
        self._inner: list[str] = []

    def written(self, node: Node) -> Callable[[Box], Ends]:
        low, high = self._of(node)
        inner = "\n  ".join([*self._inner, f"return {low}, {high}"])
        return self._compiled([*self._lines, f"def g(a, b):\n  {inner}", "return g"])  # type: ignore[return-value]

    def _assign(self, node: Node, name: str, text: str) -> None:
        (self._inner if self._fact in node.facts else self._lines).append(f"{name} = {text}")

    def _text(self, node: Node) -> tuple[str, str]:
        return ("a", "b") if node.op == "fact" and node.data == self._fact else super()._text(node)


class _MarginWriter(_PointWriter):
    """The same, of a household that stands in a box: each fact has two places there, which are alike."""

    def __init__(self, layout: Layout, fact: str) -> None:
        super().__init__(layout)
        self._fact = fact
        self._inner: list[str] = []

    def written(self, node: Node) -> Callable[[Box], Callable[[float], float]]:
        left, right = (self._of(arg) for arg in node.args)
        inner = "\n  ".join([*self._inner, f"return {left} - {right}"])
        return self._compiled([*self._lines, f"def g(a):\n  {inner}", "return g"])  # type: ignore[return-value]

    def _assign(self, node: Node, name: str, text: str) -> None:
        (self._inner if self._fact in node.facts else self._lines).append(f"{name} = {text}")

    def _place(self, fact: str) -> int:
        return 2 * super()._place(fact)

    def _text(self, node: Node) -> str:
        return "a" if node.op == "fact" and node.data == self._fact else super()._text(node)
