"""From what an editor wrote to the graph: names looked up, units and kinds checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.eligibility.expressions import BadExpression, Syntax
from bot.eligibility.model import Fact
from bot.eligibility.nodes import Graph, Node, Table
from bot.eligibility.yamlfile import nearest

MONEY: Final = ("EUR/month", "EUR/year", "EUR")
UNITS: Final = (*MONEY, "rate", "years", "persons", "none")
_MONTHS: Final = 12.0


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """What a parameter is worth on one day: a number, or a table."""

    name: str
    unit: str
    value: float | Table
    draft: bool = False


@dataclass(slots=True)
class Scope:
    """The names that an expression may use; `used` gathers the parameters it did use, `broken` the lets that
    could not be read (what depends on them is not a mistake of its own).
    """

    graph: Graph
    facts: Mapping[str, Fact]
    parameters: Mapping[str, ParameterValue]
    lets: dict[str, Node] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    def names(self) -> Collection[str]:
        return [*self.lets, *self.facts, *self.parameters]


class Consequence(BadExpression):
    """Nothing is wrong here but a name that is already reported elsewhere."""


def resolve(tree: Syntax, scope: Scope, *, logical: bool | None = None) -> Node:
    """The node of an expression; `logical` says whether a yes/no or a number is wanted.

    Raises `BadExpression` for unknown names, mixed kinds and unlike units.
    """
    node = _Resolver(scope).of(tree)
    if logical is True and not node.logical:
        raise BadExpression(tree.at, "a condition is wanted here, this is a number", "compare it: … < …")
    if logical is False and node.logical:
        raise BadExpression(tree.at, "a number is wanted here, this is yes or no", "write (…) * amount")
    return node


def dimension(unit: str) -> str:
    """Money keeps its unit; rates, years, persons and bare numbers mix freely."""
    return unit if unit in MONEY else ""


class _Resolver:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._graph = scope.graph

    def of(self, tree: Syntax) -> Node:
        match tree.op:
            case "number":
                return self._graph.const(float(tree.value))
            case "name":
                return self._name(tree)
            case "lookup":
                return self._lookup(tree)
            case "call":
                return self._call(tree)
            case "and" | "or" | "not":
                return self._logic(tree)
            case "if":
                return self._if(tree)
            case "in":
                return self._in(tree, [arg.value for arg in tree.args[1:]])
            case "<" | "<=" | ">" | ">=" | "==" | "!=":
                return self._compare(tree)
            case _:
                return self._arithmetic(tree)

    def _name(self, tree: Syntax) -> Node:
        name = tree.value
        if name in self._scope.lets:
            return self._scope.lets[name]
        if name in self._scope.facts:
            fact = self._scope.facts[name]
            if fact.named:
                raise BadExpression(tree.at, f"{name} is a choice, not a number or yes/no",
                                    f"write {name} == {next(iter(fact.choices))}")  # fmt: skip
            return self._graph.fact(fact)
        if name in self._scope.parameters:
            return self._parameter(tree)
        if name in self._scope.broken:
            raise Consequence(tree.at, f"{name!r} could not be read")
        raise BadExpression(tree.at, f"unknown name {name!r}", nearest(name, self._scope.names()))

    def _parameter(self, tree: Syntax) -> Node:
        parameter = self._scope.parameters[tree.value]
        self._scope.used.add(parameter.name)
        if isinstance(parameter.value, Table):
            raise BadExpression(
                tree.at, f"{tree.value} is a table", f"write {tree.value}[…] with a whole number"
            )
        return self._graph.const(parameter.value, dimension(parameter.unit))

    def _lookup(self, tree: Syntax) -> Node:
        parameter = self._scope.parameters.get(tree.value)
        if parameter is None:
            raise BadExpression(tree.at, f"unknown table {tree.value!r}",
                                nearest(tree.value, self._scope.parameters))  # fmt: skip
        if not isinstance(parameter.value, Table):
            raise BadExpression(
                tree.at, f"{tree.value} is one amount, not a table", f"write {tree.value} alone"
            )
        self._scope.used.add(parameter.name)
        index = self._number(tree.args[0])
        if index.unit or not _whole(index):
            raise BadExpression(tree.args[0].at, "a table is read with a whole number of persons or years",
                                "use counts, ages, yes/no facts, + - min max")  # fmt: skip
        return self._graph.lookup(parameter.value, index, dimension(parameter.unit))

    def _number(self, tree: Syntax) -> Node:
        return self.of(tree)

    def _truth(self, tree: Syntax) -> Node:
        node = self.of(tree)
        if not node.logical:
            raise BadExpression(tree.at, "a condition is wanted here, this is a number", "compare it: … < …")
        return node

    def _logic(self, tree: Syntax) -> Node:
        parts = tuple(self._truth(arg) for arg in tree.args)
        if tree.op == "not":
            return self._graph.negate(parts[0])
        return self._graph.both(parts) if tree.op == "and" else self._graph.either(parts)

    def _if(self, tree: Syntax) -> Node:
        condition = self._truth(tree.args[0])
        a, b = self.of(tree.args[1]), self.of(tree.args[2])
        return self._graph.choose(condition, a, b, self._common(tree, a, b))

    def _compare(self, tree: Syntax) -> Node:
        left = tree.args[0]
        if tree.op in ("==", "!=") and left.op == "name" and self._is_choice(left.value):
            if tree.args[1].op != "name":
                raise BadExpression(tree.args[1].at, "a choice's name is wanted here")
            node = self._in(tree, [tree.args[1].value])
            return self._graph.negate(node) if tree.op == "!=" else node
        a, b = self.of(left), self.of(tree.args[1])
        self._common(tree, a, b)
        return self._ordered(tree.op, a, b)

    def _ordered(self, op: str, a: Node, b: Node) -> Node:
        graph = self._graph
        if op in ("==", "!="):
            node = graph.same(a, b)
            return graph.negate(node) if op == "!=" else node
        if op in (">", ">="):
            a, b = b, a
        return graph.less(a, b, equal=op in ("<=", ">="))

    def _is_choice(self, name: str) -> bool:
        fact = self._scope.facts.get(name)
        return fact is not None and fact.named and name not in self._scope.lets

    def _in(self, tree: Syntax, names: list[str]) -> Node:
        left = tree.args[0]
        if left.op != "name" or not self._is_choice(left.value):
            raise BadExpression(left.at, "only a choice fact can be 'in' a list of choices")
        fact = self._scope.facts[left.value]
        for name in names:
            if name not in fact.choices:
                raise BadExpression(tree.at, f"{name!r} is not a choice of {fact.name}",
                                    nearest(name, fact.choices))  # fmt: skip
        if set(names) == set(fact.choices):
            raise BadExpression(
                tree.at, f"this holds for every choice of {fact.name}", "leave the condition out"
            )
        return self._graph.chosen(fact, frozenset(names))

    def _common(self, tree: Syntax, *nodes: Node) -> str:
        """The unit that these share; a bare zero has any."""
        units = {node.unit for node in nodes if not node.literal_zero}
        if len(units) > 1:
            shown = " and ".join(sorted(unit or "a bare number" for unit in units))
            raise BadExpression(tree.at, f"{shown} cannot be combined", _unit_remedy(units))
        return next(iter(units), "")

    def _arithmetic(self, tree: Syntax) -> Node:
        parts = [self.of(arg) for arg in tree.args]
        graph = self._graph
        if tree.op == "neg":
            return graph.subtract(graph.const(0.0, parts[0].unit), parts[0], parts[0].unit)
        a, b = parts
        if tree.op == "+":
            return graph.add(a, b, self._common(tree, a, b))
        if tree.op == "-":
            return graph.subtract(a, b, self._common(tree, a, b))
        return self._product(tree, a, b)

    def _product(self, tree: Syntax, a: Node, b: Node) -> Node:
        if tree.op == "*":
            if a.unit and b.unit:
                raise BadExpression(
                    tree.at, "two sums of money cannot be multiplied", "one of them must be a rate"
                )
            return self._graph.multiply(a, b, a.unit or b.unit)
        if not b.constant or b.low == 0:
            raise BadExpression(tree.args[1].at, "divide only by a number or a parameter that is not zero")
        if b.unit and b.unit != a.unit:
            self._common(tree, a, b)
        unit = "" if b.unit else a.unit
        return self._graph.multiply(a, self._graph.const(1.0 / b.low), unit)

    def _call(self, tree: Syntax) -> Node:
        parts = tuple(self.of(arg) for arg in tree.args)
        if tree.value in ("min", "max"):
            return self._graph.pick(tree.value, parts, self._common(tree, *parts))
        converted = {"per_month": ("EUR/year", "EUR/month", 1 / _MONTHS),
                     "per_year": ("EUR/month", "EUR/year", _MONTHS)}  # fmt: skip
        if tree.value not in converted:
            raise BadExpression(tree.at, f"unknown function {tree.value!r}",
                                nearest(tree.value, ["min", "max", *converted]))  # fmt: skip
        source, target, factor = converted[tree.value]
        if len(parts) != 1 or parts[0].unit != source:
            raise BadExpression(tree.at, f"{tree.value} takes one amount in {source}")
        return self._graph.multiply(parts[0], self._graph.const(factor), target)


def _whole(node: Node) -> bool:
    """Whether a number is whole for every household."""
    if node.logical:
        return True
    if node.op == "const":
        return node.low == int(node.low)
    if node.op in ("add", "sub", "mul", "min", "max"):
        return all(_whole(arg) for arg in node.args)
    if node.op == "if":
        return all(_whole(arg) for arg in node.args[1:])
    return node.op == "fact" and node.unit not in MONEY


def _unit_remedy(units: set[str]) -> str:
    if {"EUR/month", "EUR/year"} <= units:
        return "convert one of them with per_month(…) or per_year(…)"
    if "" in units:
        return "an amount of money belongs into rules/parameters, with its unit and source"
    return "convert one of them"
