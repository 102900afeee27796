"""`rules check`, as an editor sees it: what is old, what drifted, what is hard to read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from bot.commands import checking
from bot.commands.drifting import drifts, openfisca_folder
from bot.commands.rules import rules
from bot.editing import grammar
from bot.eligibility.library import read
from bot.eligibility.problems import RuleErrors
from bot.settings import data_folder
from tests.eligibility.rulesets import FACTS, right, write

TODAY = date(2026, 11, 21)
PARAMETERS = """
    base: {label: P, unit: EUR/month, values: {2025-04-01: {value: 600, source: S}, 2026-04-01: {value: 610.5, source: S}}}
    ceiling: {label: P, unit: EUR, values: {2026-01-01: {table: {1: 10, 2: 20}, each_more: 5, source: S}}}
    own: {label: P, unit: rate, values: {2026-01-01: {value: 0.5, source: S}}}
"""
MAPPING = "base: prestations_sociales/b\nceiling: {1: prestations_sociales/one, each_more: prestations_sociales/more}\n"


def their(value: float, since: str = "2026-04-01", more: str = "") -> str:
    return f"description: D\nvalues:\n  2020-01-01:\n    value: 1\n  {since}:\n    value: {value}\n{more}"


def folder(path: Path, base: str = "", one: str = "", mapping: str = MAPPING) -> Path:
    """A data folder, with openfisca's parameter files beside it."""
    write(path, {
        "rules/facts/f.yml": FACTS, "rules/parameters/p.yml": PARAMETERS, "rules/rights/r/2020-01-01.yml": right("when: young"),
        "tools/openfisca_check/parameters.yml": mapping,
    })  # fmt: skip
    theirs = path / "openfisca_france" / "parameters" / "prestations_sociales"
    theirs.mkdir(parents=True)
    for name, text in {"b": base or their(610.5), "one": one or their(10), "more": their(5)}.items():
        (theirs / f"{name}.yaml").write_text(text, "utf-8")
    copytree(data_folder() / "content", path / "content")
    return path


def run(data: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> Result:
    monkeypatch.setenv("CLAIRDROIT_DATA", str(data))
    monkeypatch.setattr(checking, "today", lambda: TODAY)
    return CliRunner().invoke(rules, ["check", "--no-language", *args])


def found(data: Path) -> list[tuple[str, float, float, date]]:
    place = openfisca_folder(data)
    assert place is not None
    drifted = drifts(read(data / "rules"), place, data, TODAY).drifted
    return [(each.name, each.ours, each.theirs, each.their_since) for each in drifted]


def test_what_agrees_is_not_told(tmp_path: Path) -> None:
    assert found(folder(tmp_path)) == []


def test_another_value_today(tmp_path: Path) -> None:
    assert found(folder(tmp_path, base=their(620))) == [("base", 610.5, 620, date(2026, 4, 1))]


def test_a_row_of_a_table(tmp_path: Path) -> None:
    assert found(folder(tmp_path, one=their(12))) == [("ceiling[1]", 10, 12, date(2026, 4, 1))]


def test_a_value_that_they_know_already_and_we_do_not(tmp_path: Path) -> None:
    data = folder(tmp_path, base=their(610.5, more="  2027-04-01:\n    value: 630\n"))
    assert found(data) == [("base", 610.5, 630, date(2027, 4, 1))]


def test_a_mapping_to_nowhere_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(RuleErrors, match=r"parameters.yml:1:7: .*gone.yaml is not there"):
        found(folder(tmp_path / "a", mapping="base: gone\n"))
    with pytest.raises(RuleErrors, match=r"(?s)parameters.yml:1:1: there is no such parameter.*'base'"):
        found(folder(tmp_path / "b", mapping="bass: prestations_sociales/b\n"))


def test_the_editor_sees_both_values_and_their_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(folder(tmp_path, base=their(620)), monkeypatch, "--against-openfisca", str(tmp_path))
    assert done.exit_code == 0, done.output
    told = (
        "base : 610.5 chez nous depuis le 1er avril 2026, 620 dans openfisca-france depuis le 1er avril 2026."
    )
    assert told in done.output.replace("\u202f", " ").replace("\xa0", " ")
    assert "2 montants et taux comparés" in done.output and "Sans équivalent là-bas : own." in done.output


def test_without_openfisca_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(folder(tmp_path), monkeypatch, "--against-openfisca", str(tmp_path / "nowhere"))
    assert done.exit_code == 1 and "make oracle" in done.output


def test_old_amounts_and_rights_are_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder(tmp_path)
    monkeypatch.setattr(checking, "today", lambda: TODAY)
    assert "a new value was due" not in run(data, monkeypatch).output
    monkeypatch.setenv("CLAIRDROIT_DATA", str(data))
    monkeypatch.setattr(checking, "today", lambda: date(2027, 5, 1))
    done = CliRunner().invoke(rules, ["check", "--no-language"])
    assert done.exit_code == 0
    assert "'base' is of 2026-04-01, a new value was due on 2027-04-01" in done.output
    assert "to be reviewed before 2027-01-01" in done.output and "2 points à revoir." in done.output


def test_a_long_sentence_is_told_without_the_parser_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder(tmp_path)
    (data / "content" / "plain" / "exemptions.yml").write_text("long: {}\n", "utf-8")
    shown = data / "rules" / "rights" / "r" / "2020-01-01.yml"
    shown.write_text(shown.read_text("utf-8").replace("in_short: S", f"in_short: {'mot ' * 21}"), "utf-8")
    done = run(data, monkeypatch)
    assert done.exit_code == 0 and "21 words in one sentence" in done.output and "« editors »" in done.output


def test_asking_for_the_parser_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "installed", lambda: False)
    monkeypatch.setenv("CLAIRDROIT_DATA", str(folder(tmp_path)))
    done = CliRunner().invoke(rules, ["check", "--language"])
    assert done.exit_code == 1 and "pip install 'clairdroit[editors]'" in done.output


def test_every_parameter_of_the_mapping_is_ours() -> None:
    library, data = read(data_folder() / "rules"), data_folder()
    lines = (data / "tools" / "openfisca_check" / "parameters.yml").read_text("utf-8").splitlines()
    named = {line.split(":")[0] for line in lines if line and line[0] not in " #"}
    assert named <= library.parameters.keys() and len(named) > 60


def test_a_sentence_cut_at_its_comma_and_a_box_too_long_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder(tmp_path)
    [rule] = (data / "rules" / "rights").glob("*/*.yml")
    rule.write_text(
        rule.read_text("utf-8").replace("papers: [p]", "papers: [Un bail, ou une quittance]"), "utf-8"
    )
    done = run(data, monkeypatch)
    assert done.exit_code == 0 and "'ou une quittance' starts with a small letter" in done.output
