"""Every mistake of a rule file is refused with its place, what is wrong, and what would be right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.eligibility.library import read
from bot.eligibility.problems import RuleErrors
from bot.eligibility.scrutiny import doubts
from tests.eligibility.rulesets import FACTS, PARAMETERS, REST, right, write

RULES = Path(__file__).parents[2] / "rules"
FACT = "a: {type: yes_no, label: L, ask: A ?}\n"
RIGHT = "rights/r/2020-01-01.yml"
MISTAKES = [
    # name, files that replace the good ones, where, what, remedy
    ("a name misspelt", {RIGHT: right("when: aged >= 3")}, f"{RIGHT}:14:11", "unknown name 'aged'", "'age'"),
    ("an unknown entry", {RIGHT: right("wen: age >= 3")}, f"{RIGHT}:14:5", "unknown entry 'wen'", "'when'"),
    ("no test", {RIGHT: right("papers: [p]")}, f"{RIGHT}:12:5", "exactly one of", "add when"),
    ("a bare amount", {RIGHT: right("when: income < 1000")}, f"{RIGHT}:14:18", "bare number", "rules/parameters"),
    (
        "a year beside a month",
        {"parameters/p.yml": PARAMETERS + "    year: {label: P, unit: EUR/year, values: {2020-01-01: {value: 9, source: S}}}\n",
         RIGHT: right("when: income < year")},
        f"{RIGHT}:14:18", "EUR/month and EUR/year cannot be combined", "per_month",
    ),
    ("a choice that is none", {RIGHT: right("when: home == tennant")}, f"{RIGHT}:14:16", "not a choice", "'tenant'"),
    ("every choice", {RIGHT: right("when: 'home in {tenant, owner, none}'")}, f"{RIGHT}:14:17", "every choice", "leave"),
    ("a number for a condition", {RIGHT: right("when: age + 1")}, f"{RIGHT}:14:15", "this is a number", "compare it"),
    ("one equals sign", {RIGHT: right("when: age = 3")}, f"{RIGHT}:14:15", "means nothing", "=="),
    ("a division by zero", {RIGHT: right("when: age / 0 > 1")}, f"{RIGHT}:14:17", "not zero", ""),
    ("a bracket left open", {RIGHT: right("when: (age > 1")}, f"{RIGHT}:14:19", "')' is expected", ""),
    ("an unknown table", {RIGHT: right("when: income < ceilling[1]")}, f"{RIGHT}:14:20", "unknown table", "'ceiling'"),
    ("a table read with money", {RIGHT: right("when: income < ceiling[income]")}, f"{RIGHT}:14:28", "whole number", ""),
    ("a placeholder of nothing", {RIGHT: right("when: age >= 3").replace("say: C.", "say: C {bas}.")}, f"{RIGHT}:13:10", "{bas}", "'base'"),
    ("two conditions of one id", {RIGHT: right("when: young", "when: couple").replace("id: c1", "id: c0")}, f"{RIGHT}:16:10", "'c0'", "another id"),
    ("a topic that is none", {RIGHT: right("when: young").replace("[income]", "[incomes]")}, f"{RIGHT}:4:10", "'incomes'", "'income'"),
    ("a day that is none", {"rights/r/2020-13-01.yml": right("when: young")}, "rights/r/2020-13-01.yml:1:1", "not a day", "2026-04-01"),
    ("no ask", {"facts/f.yml": "a: {type: yes_no, label: L}\n", RIGHT: right("when: a")}, "facts/f.yml:1:4", "'ask' is missing", "ask:"),
    ("a fact twice", {"facts/f.yml": FACT + FACT, RIGHT: right("when: a")}, "facts/f.yml:2:1", "'a' stands here twice", "remove"),
    ("a fact in two files", {"facts/f.yml": FACT, "facts/g.yml": FACT, RIGHT: right("when: a")}, "facts/g.yml:1:1", "twice", "facts/f.yml:1:4"),
    ("six choices", {"facts/f.yml": FACT + "b: {type: choice, label: L, ask: A ?, choices: {a1: x, b1: x, c1: x, d1: x, e1: x, f1: x}}", RIGHT: right("when: a")}, "facts/f.yml:2:48", "6 choices", "two to 5"),
    ("an empty range", {"facts/f.yml": FACT + "b: {type: count, label: L, ask: A ?, range: 5..2}", RIGHT: right("when: a")}, "facts/f.yml:2:45", "empty", "2..5"),
    ("a prior that sums to less", {"facts/f.yml": "a: {type: yes_no, label: L, ask: A ?, prior: {yes: 0.3, no: 0.6, source: s}}", RIGHT: right("when: a")}, "facts/f.yml:1:46", "sum to 0.9", "mend"),
    ("a prior without source", {"facts/f.yml": "a: {type: yes_no, label: L, ask: A ?, prior: {yes: 0.3, no: 0.7}}", RIGHT: right("when: a")}, "facts/f.yml:1:46", "source", "source:"),
    ("facts in a circle", {"facts/f.yml": "a: {type: yes_no, label: L, ask: A ?, only_if: b}\nb: {type: yes_no, label: L, ask: A ?, only_if: a}", RIGHT: right("when: a")}, "facts/f.yml:1:48", "circle", "without 'only_if'"),
    ("a reserved name", {"facts/f.yml": FACT + "min: {type: yes_no, label: L, ask: A ?}", RIGHT: right("when: a")}, "facts/f.yml:2:1", "cannot be a name", "small letters"),
    ("an amount without source", {"parameters/p.yml": PARAMETERS + "    bad: {label: P, unit: EUR/month, values: {2020-01-01: {value: 3}}}\n"}, "parameters/p.yml", "'source' is missing", "source:"),
    ("a unit that is none", {"parameters/p.yml": PARAMETERS + "    bad: {label: P, unit: EUR/mois, values: {2020-01-01: {value: 3, source: S}}}\n"}, "parameters/p.yml", "'EUR/mois'", "EUR/month"),
    ("a table with a gap", {"parameters/p.yml": PARAMETERS + "    bad: {label: P, unit: EUR, values: {2020-01-01: {table: {1: 3, 3: 4}, source: S}}}\n"}, "parameters/p.yml", "3 stands where 2", "without gaps"),
    ("not YAML", {RIGHT: "name: [unclosed\n"}, f"{RIGHT}:2:1", "not YAML", "indentation"),
    ("an empty file", {RIGHT: ""}, f"{RIGHT}:1:1", "empty", "remove it"),
    ("an amount not yet known on the first day", {RIGHT: None, "rights/r/2019-01-01.yml": right("when: income < base")}, "rights/r/2019-01-01.yml:14:20", "unknown name 'base'", ""),
    ("brackets without end", {RIGHT: right(f"when: '{'(' * 90}young{')' * 90}'")}, f"{RIGHT}:14", "too deeply", "let"),
    ("lets in a circle", {RIGHT: right("when: x > 1", extra="let: {x: y, y: x}\n")}, f"{RIGHT}:11:10", "'x' needs 'y' in a circle", "without"),
    ("lets in a wide circle", {RIGHT: right("when: x > 1", extra="let: {x: 1 + z, y: x, z: 2 * y}\n")}, f"{RIGHT}:11:14", "'x' needs 'z' in a circle", "without"),
    ("a let of itself", {RIGHT: right("when: x > 1", extra="let: {x: 2 * x}\n")}, f"{RIGHT}:11:14", "'x' needs itself", "without"),
    ("a let too low", {RIGHT: right("when: x > 1", extra="let: {x: age + y, y: children}\n")}, f"{RIGHT}:11:16", "further down", "move 'y' above 'x'"),
    ("a day in another form", {"rights/r/20200401.yml": right("when: young")}, "rights/r/20200401.yml:1:1", "not a day", "2026-04-01"),
    ("a day without zeros", {"rights/r/2020-4-1.yml": right("when: young")}, "rights/r/2020-4-1.yml:1:1", "not a day", "2026-04-01"),
    ("a file of another ending", {"rights/r/2021-01-01.yaml": right("when: young")}, "rights/r/2021-01-01.yaml:1:1", "not read", "2021-01-01.yml"),
    ("one day twice", {"parameters/p.yml": PARAMETERS + "    bad: {label: P, unit: EUR, values: {2020-01-01: {value: 3, source: S}, 20200101: {value: 4, source: S}}}\n"}, "parameters/p.yml", "'20200101' is not a day", "2026-04-01"),
    ("one day twice, alike", {"parameters/p.yml": PARAMETERS + "    bad: {label: P, unit: EUR, values: {2020-01-01: {value: 3, source: S}, 2020-01-01: {value: 4, source: S}}}\n"}, "parameters/p.yml", "stands here twice", "remove"),
    ("a range of one value", {"facts/f.yml": FACT + "b: {type: count, label: L, ask: A ?, range: 3..3}", RIGHT: right("when: a")}, "facts/f.yml:2:45", "one value", "lowest..highest"),
    ("an empty band", {"facts/f.yml": FACT + "b: {type: count, label: L, ask: A ?, range: 0..3, prior: {bands: {3..0: 1}, source: s}}", RIGHT: right("when: a")}, "facts/f.yml:2:67", "empty", "0..3"),
    ("a change in unknown direction", {"facts/f.yml": FACT + "b: {type: count, label: L, ask: A ?, range: 0..3, change: {up: x}}", RIGHT: right("when: a")}, "facts/f.yml:2:60", "'up' is not known", "from"),
    ("a change with another figure", {"facts/f.yml": FACT + "b: {type: count, label: L, ask: A ?, range: 0..3, change: {from: '{age} x'}}", RIGHT: right("when: a")}, "facts/f.yml:2:67", "{age} means nothing", "{value}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "where", "what", "remedy"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_refused_with_place_cause_and_remedy(
    tmp_path: Path, files: dict[str, str | None], where: str, what: str, remedy: str
) -> None:
    good = {"facts/f.yml": FACTS, "parameters/p.yml": PARAMETERS, RIGHT: right("when: age >= 3")}
    write(tmp_path, {name: text for name, text in (good | files).items() if text is not None})
    with pytest.raises(RuleErrors) as refused:
        read(tmp_path)
    problem = refused.value.problems[0]
    assert str(problem.place).startswith(where)
    assert what in problem.what
    assert remedy in problem.remedy


def test_all_mistakes_are_told_at_once_and_none_twice(tmp_path: Path) -> None:
    write(tmp_path, {"facts/f.yml": FACTS, "parameters/p.yml": PARAMETERS,
                     RIGHT: right("when: aged >= 3", "when: incom < base")})  # fmt: skip
    with pytest.raises(RuleErrors) as refused:
        read(tmp_path)
    assert len(refused.value.problems) == 2


def test_what_depends_on_a_broken_let_is_not_a_second_mistake(tmp_path: Path) -> None:
    rules = right("when: a1 > 1", "when: a1 > 2", extra="let: {a1: agee}\n")
    write(tmp_path, {"facts/f.yml": FACTS, "parameters/p.yml": PARAMETERS, RIGHT: rules})
    with pytest.raises(RuleErrors) as refused:
        read(tmp_path)
    assert [p.what for p in refused.value.problems] == ["unknown name 'agee'"]


def test_an_empty_folder_is_not_a_rules_folder(tmp_path: Path) -> None:
    with pytest.raises(RuleErrors, match="is this the rules folder"):
        read(tmp_path)


def test_a_right_can_end(tmp_path: Path) -> None:
    write(tmp_path, {"facts/f.yml": FACTS, "parameters/p.yml": PARAMETERS, RIGHT: right("when: young"),
                     "rights/r/2026-01-01.yml": "ended: true\nsources: [{title: T}]\n",
                     "rights/s/2020-01-01.yml": REST + "    conditions: [{id: c, say: C., when: young}]\n"})  # fmt: skip
    library = read(tmp_path)
    assert set(library.on(date(2025, 12, 31)).programs) == {"r", "s"}
    assert set(library.on(date(2026, 1, 1)).programs) == {"s"}


# --- what reads well and says nothing -----------------------------------------------------------------------

IDLE = [
    # name, facts beside the good ones, the right, where, what, whether it is only a warning
    ("too old", "", right("when: age >= 5"), f"{RIGHT}:14:11", "'c0' can never be true", False),
    ("two bounds that cross", "", right("when: age > 3 and age < 2"), f"{RIGHT}:14:11", "'c0' can never be true", False),
    ("below a sum of nothing", "", right("when: income + other < base - base"), f"{RIGHT}:14:11", "'c0' can never be true", False),
    ("a list that excludes itself", "", right("all: [home == tenant, home == none]"), f"{RIGHT}:14:10", "'c0' can never be true", False),
    ("only those who are never asked", "", right("when: ill and age < 1"), f"{RIGHT}:14:11", "'c0' can never be true", False),
    ("not even possibly", "", right("when: age > 4\n    maybe: age > 5"), f"{RIGHT}:14:11", "'c0' can never be true", False),
    ("two conditions that exclude each other", "", right("when: age > 3", "when: age < 2"), f"{RIGHT}:14:11", "nobody can meet all", False),
    ("true for everybody", "", right("when: young", "when: age >= 0"), f"{RIGHT}:17:11", "'c1' is true for everybody", True),
    ("a fact never asked", "    x: {type: yes_no, label: L, ask: A ?, only_if: age > 4}\n", right("when: young"), "facts/f.yml:10:48", "can never hold", False),
    ("a fact always asked", "    x: {type: yes_no, label: L, ask: A ?, only_if: age >= 0}\n", right("when: young"), "facts/f.yml:10:48", "always holds", True),
    ("facts that imply each other away", "    x: {type: yes_no, label: L, ask: A ?, only_if: ill and age < 1}\n", right("when: young"), "facts/f.yml:10:48", "can never hold", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "rules", "where", "what", "warning"), [m[1:] for m in IDLE], ids=[m[0] for m in IDLE]
)
def test_what_can_never_hold_is_found(
    tmp_path: Path, facts: str, rules: str, where: str, what: str, *, warning: bool
) -> None:
    write(tmp_path, {"facts/f.yml": FACTS + facts, "parameters/p.yml": PARAMETERS, RIGHT: rules})
    [problem] = doubts(read(tmp_path))
    assert (str(problem.place), problem.warning) == (where, warning)
    assert what in problem.what and problem.remedy


def test_a_condition_that_a_later_figure_makes_impossible_is_told_with_the_day(tmp_path: Path) -> None:
    later = PARAMETERS.replace("2020-01-01: {value: 0.03, source: S}",
                               "2020-01-01: {value: 0.03, source: S}, 2021-01-01: {value: 0, source: S}")  # fmt: skip
    write(tmp_path, {"facts/f.yml": FACTS, "parameters/p.yml": later, RIGHT: right("when: income < base")})
    [problem] = doubts(read(tmp_path))
    assert "can never be true (from 2021-01-01)" in problem.what


def test_the_real_rules_leave_no_doubt() -> None:
    assert [problem for problem in doubts(read(RULES)) if not problem.warning] == []
