"""Every household that a small rule book can tell from another, and the fewest questions that settle its verdicts.

Each fact is cut into *cells*: stretches of values between which no comparison of the rules can tell. A state of
knowledge says of each fact its cell, or nothing. The optimum is the dynamic programme over these states: a state
in which all possible households get the same verdicts costs nothing more; any other costs one question and what
is then expected, for the best question. A question of the optimum gives the whole cell at once, however many there
are: no asker that is bound to five choices can do better. Like the asker it asks a fact that only concerns some
people (`only_if`) of those whom it surely concerns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from math import prod
from operator import or_

from bot.eligibility.bands import cuts, parts
from bot.eligibility.boxes import Boxes
from bot.eligibility.compiled import Box, over_box
from bot.eligibility.nodes import Node
from bot.eligibility.program import Goals
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval, Values

FEW = 16  # a numeric fact with so many values is looked at value by value
MOST_CUTS = 5_000
MOST_HOUSEHOLDS = 200_000
MOST_STATES = 400_000
NEVER = -1


class TooLarge(Exception):  # noqa: N818 - an answer, not a failure
    """These rules draw more lines than can be enumerated here."""


@dataclass(frozen=True)
class Space:
    """`cells` by fact; `verdicts` and `mass` by one index a fact: impossible households have neither. `unasked` are
    the facts that do not concern a household, by their number.

    `people` are all of them, cut as finely as any comparison does: a likely value of each cell, and their share.
    """

    cells: Mapping[str, Sequence[Values]]
    verdicts: Mapping[tuple[int, ...], int]
    mass: Mapping[tuple[int, ...], float]
    unasked: Mapping[tuple[int, ...], frozenset[int]]
    people: Sequence[tuple[dict[str, Values], float]]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(cells) for cells in self.cells.values())

    @property
    def states(self) -> int:
        return prod(size + 1 for size in self.sizes)


def space(book: RuleBook, rights: Sequence[str]) -> Space:
    """Raises `TooLarge`."""
    found = _Enumeration(book, rights).space()
    merged = _merged(found)
    if merged.states > MOST_STATES:
        raise TooLarge
    return merged


class _Enumeration:
    def __init__(self, book: RuleBook, rights: Sequence[str]) -> None:
        self._book = book
        self._boxes: Boxes = book.boxes
        self._goals: list[Goals] = [book.programs[right] for right in rights]
        reached = frozenset[str]().union(*(goals.reached for goals in self._goals))
        self._facts = [name for name in book.facts if name in reached]
        implied = [each for each in book.implications if each.fact in reached]
        self._implied = {each.fact: each.gate for each in implied}
        self._gates = {fact: over_box([gate], book.layout) for fact, gate in self._implied.items()}
        self._prior = {name: book.priors[name] for name in self._facts}

    def space(self) -> Space:
        small = {name: self._each(name) for name in self._facts if not self._wide(name)}
        cells = {name: small.get(name) or self._cut(name, small) for name in self._facts}
        if prod(map(len, cells.values())) > MOST_HOUSEHOLDS:
            raise TooLarge
        return self._filled(cells)

    def _wide(self, fact: str) -> bool:
        span = self._book.facts[fact].range
        return span is not None and span.high - span.low >= FEW

    def _each(self, fact: str) -> list[Values]:
        domain = self._book.facts[fact].domain
        if isinstance(domain, Interval):
            return [Interval(value, value) for value in range(domain.low, domain.high + 1)]
        return [frozenset({choice}) for choice in self._book.facts[fact].choices]

    # --- where a comparison changes its mind ------------------------------------------------------------------

    def _cut(self, fact: str, small: Mapping[str, list[Values]]) -> list[Values]:
        span = self._book.facts[fact].range
        assert span is not None
        edges: set[int] = set()
        for atom in self._atoms(fact):
            others = [name for name in atom.facts if name != fact]
            if not all(name in small for name in others):
                raise TooLarge
            if prod(len(small[name]) for name in others) > MOST_CUTS:
                raise TooLarge
            for values in product(*(small[name] for name in others)):
                edges |= self._edges(atom, fact, dict(zip(others, values, strict=True)), span)
        return list(parts(span, sorted(edges)))

    def _atoms(self, fact: str) -> list[Node]:
        tests = [p.test for goals in self._goals for p in (goals.surely, goals.possibly)]
        tests += self._implied.values()
        atoms = {
            n.number: n for test in tests for n in test.walk() if n.op in ("lt", "le") and fact in n.facts
        }
        return list(atoms.values())

    def _edges(self, atom: Node, fact: str, others: Mapping[str, Values], span: Interval) -> set[int]:
        box, function = self._boxes.widest.copy(), over_box([atom], self._book.layout)
        for name, values in others.items():
            self._put(box, name, values)

        def truth(low: int, high: int) -> bool | None:
            self._put(box, fact, Interval(low, high))
            least, most = function(box)
            return True if least else None if most else False

        found, unclear = cuts(truth, span)
        if unclear:
            raise TooLarge
        return set(found)

    def _put(self, box: Box, fact: str, values: Values) -> None:
        place = self._boxes.place(fact)
        box[place], box[place + 1] = self._boxes.ends(fact, values)

    # --- every household --------------------------------------------------------------------------------------

    def _filled(self, cells: Mapping[str, Sequence[Values]]) -> Space:
        """Facts are drawn apart from each other and then made to agree, as the rule book's own sampler does."""
        columns = [list(enumerate(cells[name])) for name in self._facts]
        shares = {n: [self._prior[n].share(c) for c in cells[n]] for n in self._facts}
        likely = {n: [self._likely(n, c) for c in cells[n]] for n in self._facts}
        verdicts: dict[tuple[int, ...], int] = {}
        mass: dict[tuple[int, ...], float] = {}
        unasked: dict[tuple[int, ...], frozenset[int]] = {}
        members: dict[tuple[int, ...], dict[str, Values]] = {}
        for drawn in product(*columns):
            box = self._boxes.widest.copy()
            weight = 1.0
            for name, (index, _) in zip(self._facts, drawn, strict=True):
                self._put(box, name, likely[name][index])
                weight *= shares[name][index]
            self._boxes.settle(box, self._boxes.widest)
            at = tuple(
                index if _within(value := self._boxes.values(box, name), cell) else _find(value, cells[name])
                for name, (index, cell) in zip(self._facts, drawn, strict=True)
            )
            mass[at] = mass.get(at, 0.0) + weight
            if at not in verdicts:
                verdicts[at] = self._verdict(box)
                unasked[at] = self._unasked(box)
                members[at] = {name: self._boxes.values(box, name) for name in self._facts}
        return Space(dict(cells), verdicts, mass, unasked, [(members[at], mass[at]) for at in members])

    def _likely(self, fact: str, cell: Values) -> Values:
        picked = self._prior[fact].pick(cell, 0.5)
        return Interval(picked, picked) if isinstance(picked, int) else frozenset({picked})

    def _unasked(self, box: Box) -> frozenset[int]:
        shut = {fact for fact, gate in self._gates.items() if not gate(box)[0]}
        return frozenset(number for number, fact in enumerate(self._facts) if fact in shut)

    def _verdict(self, box: Box) -> int:
        code = 0
        for goals in self._goals:
            sure, possible = goals.surely.quick(box)[0], goals.possibly.quick(box)[1]
            code = 3 * code + (2 if sure else 1 if possible else 0)
        return code


def _within(value: Values, cell: Values) -> bool:
    if isinstance(value, Interval) and isinstance(cell, Interval):
        return cell.low <= value.low and value.high <= cell.high
    return isinstance(value, frozenset) and isinstance(cell, frozenset) and value <= cell


def _find(value: Values, cells: Sequence[Values]) -> int:
    return next(index for index, cell in enumerate(cells) if _within(value, cell))


def _merged(found: Space) -> Space:
    """Cells between which nothing tells become one, fact by fact: fewer states, the same optimum."""
    for axis, fact in enumerate(found.cells):
        columns: dict[int, dict[tuple[int, ...], object]] = {i: {} for i in range(found.sizes[axis])}
        for at, verdict in found.verdicts.items():
            columns[at[axis]][at[:axis] + at[axis + 1 :]] = (verdict, sorted(found.unasked[at]))
        classes: dict[str, int] = {}
        new = {i: classes.setdefault(repr(sorted(c.items())), len(classes)) for i, c in columns.items()}
        found = _relabelled(found, axis, fact, new)
    return found


def _relabelled(found: Space, axis: int, fact: str, new: Mapping[int, int]) -> Space:
    verdicts: dict[tuple[int, ...], int] = {}
    mass: dict[tuple[int, ...], float] = {}
    unasked: dict[tuple[int, ...], frozenset[int]] = {}
    for at, verdict in found.verdicts.items():
        to = (*at[:axis], new[at[axis]], *at[axis + 1 :])
        verdicts[to], unasked[to] = verdict, found.unasked[at]
        mass[to] = mass.get(to, 0.0) + found.mass[at]
    kept: dict[int, Values] = {}
    for old, index in new.items():
        kept.setdefault(index, found.cells[fact][old])
    cells = {**found.cells, fact: [kept[index] for index in sorted(kept)]}
    return Space(cells, verdicts, mass, unasked, found.people)


class Optimum:
    """The fewest questions, expected, from each state of knowledge (`price`: what a fact costs instead of 1)."""

    def __init__(self, households: Space, price: Mapping[str, float] | None = None) -> None:
        self._facts = list(households.cells)
        self._sizes = households.sizes
        self._prices = [(price or {}).get(fact, 1.0) for fact in self._facts]
        strides, total = [], 1
        for size in self._sizes:
            strides.append(total)
            total *= size + 1
        self._strides = strides
        self._start = sum(s * size for s, size in zip(strides, self._sizes, strict=True))
        self._low, self._high = [1 << 60] * total, [NEVER] * total
        self._mass = [0.0] * total
        self._shut = [0] * total  # bits: whom a fact does not concern, somewhere in this state
        for at, verdict in households.verdicts.items():
            here = sum(s * index for s, index in zip(strides, at, strict=True))
            self._low[here] = self._high[here] = verdict
            self._mass[here] = households.mass[at]
            self._shut[here] = sum(1 << fact for fact in households.unasked[at])
        for stride, size in zip(strides, self._sizes, strict=True):
            self._gather(stride, size, total)
        self._cost: dict[int, float] = {}

    def _gather(self, stride: int, size: int, total: int) -> None:
        """Fill in, for one fact, the states that say nothing of it; cells after the last are "unknown"."""
        low, high, mass, shut = self._low, self._high, self._mass, self._shut
        for base in range(0, total, stride * (size + 1)):
            for start in range(base, base + stride):
                stop = start + stride * size
                low[stop] = min(low[start:stop:stride])
                high[stop] = max(high[start:stop:stride])
                mass[stop] = sum(mass[start:stop:stride])
                shut[stop] = reduce(or_, shut[start:stop:stride])

    @property
    def questions(self) -> float:
        """Expected over the priors."""
        return self._of(self._start) / self._mass[self._start]

    def _of(self, state: int) -> float:
        """Expected questions times the share of the households that come here."""
        if state not in self._cost:
            self._cost[state] = min(cost for cost, _ in self._asking(state)) if self._open(state) else 0.0
        return self._cost[state]

    def _open(self, state: int) -> bool:
        return self._mass[state] > 0 and self._low[state] < self._high[state]

    def _asking(self, state: int) -> list[tuple[float, int]]:
        """What each question comes to."""
        found = []
        for fact, (stride, size) in enumerate(zip(self._strides, self._sizes, strict=True)):
            concerned = not self._shut[state] >> fact & 1
            if concerned and state // stride % (size + 1) == size and size > 1:
                first = state - stride * size
                rest = sum(self._of(first + stride * cell) for cell in range(size))
                found.append((self._mass[state] * self._prices[fact] + rest, fact))
        return found

    def tree(self, space_: Space, depth: int = 3) -> str:
        """The first questions of the best order, to read beside the asker's."""
        return "\n".join(self._lines(self._start, space_, depth, ""))

    def _lines(self, state: int, space_: Space, depth: int, lead: str) -> list[str]:
        if not self._open(state) or depth == 0:
            return []
        cost, fact = min(self._asking(state))
        name, stride, size = self._facts[fact], self._strides[fact], self._sizes[fact]
        lines = [f"{lead}{name}  [{cost / self._mass[state]:.2f} expected]"]
        for cell in range(size):
            inner = state - stride * size + stride * cell
            if self._mass[inner] > 0:
                share = self._mass[inner] / self._mass[state]
                lines.append(f"{lead}  = {shown(space_.cells[name][cell])} ({share:.0%})")
                lines += self._lines(inner, space_, depth - 1, lead + "    ")
        return lines


def shown(values: Values) -> str:
    return f"{values.low}..{values.high}" if isinstance(values, Interval) else "/".join(sorted(values))
