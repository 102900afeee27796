"""Small rule sets for tests: written as real files, read by the real reader; and random ones for the laws."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent

from hypothesis import strategies as st

from bot.eligibility.library import Library, read
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval, Values

DAY = date(2026, 11, 21)

FACTS = """
    young: {type: yes_no, label: L, ask: A ?}
    couple: {type: yes_no, label: L, ask: A ?}
    ill: {type: yes_no, label: L, ask: A ?, only_if: age >= 2}
    home: {type: choice, label: L, ask: A ?, choices: {tenant: T, owner: O, none: N}}
    age: {type: age, range: 0..4, label: L, ask: A ?}
    children: {type: count, range: 0..2, label: L, ask: A ?}
    income: {type: amount, unit: EUR/month, range: 0..0.07, label: L, ask: A ?}
    other: {type: amount, unit: EUR/month, range: 0..0.03, label: L, ask: A ?, only_if: couple}
"""
PARAMETERS = """
    base: {label: P, unit: EUR/month, values: {2020-01-01: {value: 0.03, source: S}}}
    high: {label: P, unit: EUR/month, values: {2020-01-01: {value: 0.06, source: S}}}
    ceiling:
      label: P
      unit: EUR/month
      values: {2020-01-01: {table: {1: 0.02, 2: 0.04}, each_more: 0.01, source: S}}
"""
REST = """
    name: N
    in_short: S
    topics: [income]
    offices: [caf]
    apply: {steps: [s], papers: [p]}
    appeal: {within: 2 mois, how: h}
    sources: [{title: T}]
    checked: {on: 2026-11-21, how: sources}
    review_before: 2027-01-01
"""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
    return folder


def library_of(files: Mapping[str, str]) -> Library:
    with TemporaryDirectory() as folder:
        return read(write(Path(folder), files))


def right(*conditions: str, extra: str = "") -> str:
    listed = "".join(f"  - id: c{i}\n    say: C.\n    {c}\n" for i, c in enumerate(conditions))
    return dedent(REST) + dedent(extra) + "conditions:\n" + listed


def book_of(*rights: str, facts: str = FACTS, parameters: str = PARAMETERS) -> RuleBook:
    """Rights called r0, r1, … over the small facts above."""
    files = {"facts/f.yml": facts, "parameters/p.yml": parameters}
    files |= {f"rights/r{i}/2020-01-01.yml": text for i, text in enumerate(rights)}
    return library_of(files).on(DAY)


# --- random rules -------------------------------------------------------------------------------------------

_ATOMS = st.sampled_from([
    "young", "not couple", "ill", "home == tenant", "home in {tenant, owner}", "home != none",
    "age >= 3", "age < 2", "age > 1 and age <= 4", "children >= 1", "children == 2",
    "income < base", "income >= high", "income < base * (1 + 0.5 * couple + 0.3 * children)",
    "income + other < high", "income + other <= ceiling[1 + couple + children]", "other > base",
    "income < ceiling[children]", "max(income, other) < high", "min(high, income * 2) > base",
    "income < (high if home == owner else base)", "income - other > base", "income < base + 0.01 * (base - base)",
])  # fmt: skip


def _expression(atom: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        atom,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda t: f"({t[0]}) {t[1]} ({t[2]})"
            ),
            inner.map(lambda text: f"not ({text})"),
        ),
        max_leaves=4,
    )


def _possible(text: str) -> bool:
    return "base - base" not in text


_CONDITION = _expression(_ATOMS.filter(_possible)).map(lambda text: f'when: "{text}"')
_WITH_MAYBE = st.tuples(_CONDITION, _ATOMS.filter(_possible)).map(lambda t: f'{t[0]}\n    maybe: "{t[1]}"')
RIGHT = st.lists(st.one_of(_CONDITION, _CONDITION, _WITH_MAYBE), min_size=1, max_size=3).map(
    lambda c: right(*c)
)
BOOK = st.lists(RIGHT, min_size=1, max_size=3).map(lambda rights: book_of(*rights))


# --- households ---------------------------------------------------------------------------------------------


def exact_values(book: RuleBook, fact: str) -> list[Values]:
    known = book.facts[fact]
    if known.range is not None:
        return [Interval(v, v) for v in range(known.range.low, known.range.high + 1)]
    return [frozenset({choice}) for choice in known.choices]


def possible(household: Mapping[str, Values]) -> bool:
    """Whether a whole household agrees with what the facts say of each other (see `FACTS`)."""
    grown = household["age"].low >= 2  # type: ignore[union-attr]
    alone = household["couple"] == {"no"}
    return (grown or household["ill"] == {"no"}) and (not alone or household["other"] == Interval(0, 0))


def needed(book: RuleBook) -> list[str]:
    """The facts that the rights reach, and those that decide whether these can be."""
    reached = {fact for goals in book.programs.values() for fact in goals.reached}
    return sorted(reached)


def households(book: RuleBook, inside: Mapping[str, Values] | None = None) -> Iterator[dict[str, Values]]:
    """Every possible household, over the facts that matter; the others at their first value."""
    inside = inside or {}
    names = list(book.facts)
    reached = set(needed(book)) | {"age", "couple"}
    columns = []
    for name in names:
        values = exact_values(book, name)
        if name in inside:
            values = [v for v in values if within(v, inside[name])]
        columns.append(values if name in reached else values[:1] if name not in ("ill", "other") else [])
    for position, name in enumerate(names):
        if not columns[position]:
            columns[position] = [frozenset({"no"})] if name == "ill" else [Interval(0, 0)]
    for combination in itertools.product(*columns):
        household = dict(zip(names, combination, strict=True))
        if possible(household):
            yield household


def within(value: Values, outer: Values) -> bool:
    if isinstance(value, Interval) and isinstance(outer, Interval):
        return outer.low <= value.low and value.high <= outer.high
    return isinstance(value, frozenset) and isinstance(outer, frozenset) and value <= outer


def indented(text: str) -> str:
    return indent(dedent(text), "  ")


HOUSEHOLD_SEED = st.integers(0, 2**32)
