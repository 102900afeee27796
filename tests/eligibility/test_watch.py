"""What `rules check` says has grown old."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.eligibility.library import Library, read
from bot.eligibility.problems import RuleErrors
from bot.eligibility.watch import overdue, stale
from tests.eligibility.rulesets import FACTS, right, write

YEARLY = "{2024-04-01: {value: 3, source: S}, 2025-04-01: {value: 4, source: S}}"


def library(folder: Path, values: str = YEARLY, more: str = "", unit: str = "EUR/month") -> Library:
    parameter = f"p: {{label: P, unit: {unit}, {more}values: {values}}}\n"
    write(folder, {"facts/f.yml": FACTS, "parameters/p.yml": parameter,
                   "rights/r/2020-01-01.yml": right("when: young")})  # fmt: skip
    return read(folder)


@pytest.mark.parametrize(("day", "warned"), [("2026-03-31", 0), ("2026-04-01", 1), ("2027-01-10", 1)])
def test_an_amount_that_changes_each_april_is_due_in_april(tmp_path: Path, day: str, warned: int) -> None:
    found = list(stale(library(tmp_path), date.fromisoformat(day)))
    assert len(found) == warned
    if found:
        assert found[0].warning and "a new value was due on 2026-04-01" in found[0].what
        assert found[0].place.file == "parameters/p.yml"


def test_what_was_seen_to_hold_still_is_not_due(tmp_path: Path) -> None:
    assert not list(stale(library(tmp_path, more="checked: 2026-04-20, "), date(2026, 11, 21)))
    assert list(stale(library(tmp_path, more="checked: 2026-04-20, "), date(2027, 4, 1)))


@pytest.mark.parametrize(
    ("values", "unit", "more", "rhythm"),
    [
        (YEARLY, "EUR/month", "", "yearly-april"),
        (YEARLY, "rate", "", "none"),
        (YEARLY, "EUR/month", "rhythm: none, ", "none"),
        ("{2024-04-01: {value: 3, source: S}}", "EUR", "", "none"),
        ("{2024-04-01: {value: 3, source: S}}", "EUR", "rhythm: yearly-october, ", "yearly-october"),
        ("{2024-04-01: {value: 3, source: S}, 2025-06-01: {value: 4, source: S}}", "EUR", "", "none"),
        (
            "{2024-01-01: {value: 3, source: S}, 2025-01-01: {value: 4, source: S}}",
            "EUR",
            "",
            "yearly-january",
        ),
    ],
)
def test_the_rhythm_is_written_or_seen_in_the_history(
    tmp_path: Path, values: str, unit: str, more: str, rhythm: str
) -> None:
    assert library(tmp_path, values, more, unit).parameters["p"].rhythm == rhythm


def test_an_unknown_rhythm_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RuleErrors, match=r"(?s)parameters/p.yml:1:\d+: 'yearly-avril'.*yearly-april"):
        library(tmp_path, more="rhythm: yearly-avril, ")


def test_a_right_past_its_review_date(tmp_path: Path) -> None:
    rules = library(tmp_path)
    assert not list(overdue(rules, date(2026, 12, 31)))
    [problem] = overdue(rules, date(2027, 1, 1))
    assert problem.warning and "2027-01-01" in problem.what


def test_the_verdict_says_so_from_that_very_day(tmp_path: Path) -> None:
    rules = library(tmp_path)
    said = {day: rules.on(day).evaluate({})["r"].overdue for day in (date(2026, 12, 31), date(2027, 1, 1))}
    assert list(said.values()) == [False, True]
