"""Which way the two sides of a comparison move along one fact."""

from __future__ import annotations

from collections.abc import Iterable

from bot.eligibility.nodes import Node


def margin_slope(atom: Node, fact: str) -> int | None:
    """1 where the left side less the right only grows as the fact grows, -1 where it only shrinks, 0 where neither
    moves; None where nothing of that is sure.
    """
    left, right = (_slope(side, fact) for side in atom.args)
    return _joined((left, _times(right, -1)))


def _slope(node: Node, fact: str) -> int | None:
    if fact not in node.facts:
        return 0
    if node.op == "fact":
        return 1
    if node.op == "mul":
        return _product(node, fact)
    if node.op == "lookup":
        sign = 1 if node.table.rising else -1 if node.table.falling else None
        return _times(_slope(node.args[0], fact), sign)
    slopes = [_slope(arg, fact) for arg in node.args]
    if node.op == "sub":
        return _joined((slopes[0], _times(slopes[1], -1)))
    if node.op == "if":
        return _joined(slopes[1:]) if slopes[0] == 0 else None
    return _joined(slopes) if node.op in ("add", "min", "max") else None


def _product(node: Node, fact: str) -> int | None:
    """Of a factor that the fact moves and one that it does not."""
    left, right = sorted(node.args, key=lambda factor: fact in factor.facts)
    sign = 1 if left.low >= 0 else -1 if left.high <= 0 else None
    return _times(_slope(right, fact), sign) if fact not in left.facts else None


def _times(slope: int | None, sign: int | None) -> int | None:
    return None if slope is None or sign is None else slope * sign


def _joined(slopes: Iterable[int | None]) -> int | None:
    """Of several that move together."""
    found = {slope for slope in slopes if slope != 0}
    return 0 if not found else found.pop() if len(found) == 1 else None
