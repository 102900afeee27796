"""Named people and what they should be told: rules/cases, the editors' own tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.eligibility.exact import answer
from bot.eligibility.library import Library
from bot.eligibility.model import Verdict
from bot.eligibility.problems import Mistake, Problem, RuleErrors
from bot.eligibility.values import BadValue, Values
from bot.eligibility.yamlfile import Item, files, nearest, read

_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Case:
    """One person, under the rules of one day."""

    right: str
    name: str
    life: str
    day: date
    facts: dict[str, Values]
    expect: str
    because: tuple[str, ...] | None
    amount: tuple[float, float] | None
    item: Item


@dataclass(frozen=True, slots=True)
class Result:
    """A case played; `failures` say how the verdict differs from what was expected (none: it is right)."""

    case: Case
    verdict: Verdict
    failures: tuple[Problem, ...]


def play(folder: Path, library: Library) -> Iterator[Result]:
    """Every case below ``folder/cases``, under the rules of its own day. Raises `RuleErrors`."""
    for case in read_cases(folder, library):
        verdict = library.on(case.day).evaluate(case.facts, [case.right])[case.right]
        yield Result(case, verdict, tuple(_failures(case, verdict)))


def read_cases(folder: Path, library: Library) -> list[Case]:
    """Every case. Raises `RuleErrors` with each mistake's place."""
    cases, problems = [], []
    for path, name in files(folder / "cases"):
        try:
            cases += [_case(path.stem, item, library) for item in read(path, name).members()]
        except Mistake as mistake:
            problems.append(mistake.problem)
    if problems:
        raise RuleErrors(problems)
    return cases


def _case(right: str, item: Item, library: Library) -> Case:
    fields = item.fields(("name", "life", "on", "facts", "expect"), ("because", "amount", "right"))
    right = fields["right"].text() if "right" in fields else right
    day = fields["on"].day()
    if right not in library.on(day).programs:
        item.wrong(f"there is no right {right!r} on {day}", nearest(right, list(library.versions)))
    return Case(
        right, fields["name"].sentence(), fields["life"].sentence(), day, _facts(fields["facts"], library),
        fields["expect"].one_of(("likely", "unlikely", "open")), _because(fields, right, library, day),
        _amount(fields), item,
    )  # fmt: skip


def _facts(item: Item, library: Library) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for key, value in item.entries():
        if key.text() not in library.facts:
            key.wrong(f"unknown fact {key.text()!r}", nearest(key.text(), library.facts))
        try:
            found[key.text()] = answer(library.facts[key.text()].fact, value.text())
        except BadValue as error:
            value.wrong(str(error), nearest(value.text(), library.facts[key.text()].fact.choices))
    return found


def _because(fields: dict[str, Item], right: str, library: Library, day: date) -> tuple[str, ...] | None:
    if "because" not in fields:
        return None
    ids = [condition.id for condition, *_ in library.on(day).programs[right].rules.conditions]
    return tuple(each.one_of(ids) for each in fields["because"].members())


def _amount(fields: dict[str, Item]) -> tuple[float, float] | None:
    if "amount" not in fields:
        return None
    ends = [end.number() for end in fields["amount"].members()]
    if len(ends) != 2 or ends[0] > ends[1]:  # noqa: PLR2004 - a low and a high end
        fields["amount"].wrong("two amounts are expected", "write amount: [150, 250]")
    return ends[0], ends[1]


def _failures(case: Case, verdict: Verdict) -> Iterator[Problem]:
    if verdict.conclusion != case.expect:
        states = ", ".join(f"{c.id}: {c.state}" for c in verdict.conditions)
        yield Problem(case.item.place, f"{case.name}: {verdict.conclusion}, not {case.expect}", states)
    missed = tuple(c.id for c in verdict.conditions if c.state != "true")
    if case.because is not None and set(missed) != set(case.because):
        expected = ", ".join(case.because) or "none"
        yield Problem(
            case.item.place, f"{case.name}: because of {', '.join(missed) or 'none'}, not {expected}"
        )
    if case.amount:
        yield from _amount_failures(case, verdict)


def _amount_failures(case: Case, verdict: Verdict) -> Iterator[Problem]:
    assert case.amount is not None
    low, high = case.amount
    amount = verdict.amount
    if amount is None or amount.low < low - _CENT or amount.high > high + _CENT:
        found = f"{amount.low:.2f} to {amount.high:.2f}" if amount else "no amount"
        yield Problem(case.item.place, f"{case.name}: {found}, not within {low:g} to {high:g}")
