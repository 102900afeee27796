"""`rules check` and `rules compare`, as an editor sees them."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from bot.commands.rules import rules
from bot.settings import data_folder
from tests.conversation.vocabulary import plain
from tests.eligibility.rulesets import FACTS, PARAMETERS, right, write

OLD, NEW = "rights/r/2020-01-01.yml", "rights/r/2021-01-01.yml"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(rules, [str(arg) for arg in args])


def folder(path: Path, rules: str, parameters: str = PARAMETERS, **more: str) -> Path:
    return write(path, {"facts/f.yml": FACTS, "parameters/p.yml": parameters, OLD: rules, **more})


def test_two_folders(tmp_path: Path) -> None:
    rules = right("when: young", "when: income < base", extra="amount: max(0, base - income)\n")
    old = folder(tmp_path / "old", rules)
    new = folder(tmp_path / "new", rules, PARAMETERS.replace("value: 0.03", "value: 0.05"))
    done = run("compare", old, new, "--households", 300)
    assert done.exit_code == 0, done.output
    shown = plain(done.output)
    assert f"foyers vraisemblables, règles de {old} puis règles de {new}." in shown
    assert "changent de résultat." in shown and "probablement non, puis probablement oui." in shown
    assert "Condition désormais remplie" in shown and "C." in shown
    assert shown.count("Par exemple : L : ") == 3 and "L : Oui" in shown
    assert "Le montant change pour" in shown and "Différence : de + 0,0" in shown


def test_the_same_as_json(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", right("when: young")), folder(tmp_path / "new", right("when: couple"))
    done = run("compare", old, new, "--households", 100, "--json")
    found = json.loads(done.stdout)
    assert found["households"] <= 100
    [difference] = found["differences"]
    assert difference["right"] == "r"
    assert {(m["before"], m["after"]) for m in difference["moves"]} == {
        ("likely", "unlikely"),
        ("unlikely", "likely"),
    }
    assert difference["moves"][0]["examples"][0].keys() == {"young", "couple"}


def test_two_versions_of_one_right(tmp_path: Path) -> None:
    other = {
        "rights/s/2020-01-01.yml": right("when: couple"),
        "rights/s/2021-01-01.yml": right("when: young"),
    }
    both = folder(tmp_path, right("when: young"), **{NEW: right("when: not young")}, **other)
    shown = run("compare", both / OLD, both / NEW, "--households", 100).output
    assert "règles du 1er janvier 2020 puis règles du 1er janvier 2021" in plain(shown)
    assert shown.count("## ") == 1, "the other right is not looked at"
    refused = run("compare", both / OLD, both / "rights/s/2021-01-01.yml")
    assert refused.exit_code == 1 and "ne parlent pas du même droit : r, s" in refused.output


def test_nothing_changes(tmp_path: Path) -> None:
    one = folder(tmp_path, right("when: young"))
    assert "Aucun résultat et aucun montant ne change." in run("compare", one, one, "--households", 50).output


@pytest.mark.slow
def test_two_days_of_the_real_rules() -> None:
    done = run("compare", "2025-12-01", "2026-11-21", "--households", "400")
    assert done.exit_code == 0 and "## Revenu de solidarité active (RSA)" in done.output


@pytest.mark.parametrize("given", ["2026-4-1", "nowhere", "pyproject.toml"])
def test_what_is_neither_a_day_nor_rules_is_refused(given: str) -> None:
    done = run("compare", given, "2026-04-01")
    assert done.exit_code == 1 and "n'est ni un jour" in done.output


def test_a_folder_with_mistakes_names_their_places(tmp_path: Path) -> None:
    done = run("compare", folder(tmp_path, right("when: yong")), "2026-04-01")
    assert done.exit_code == 1 and f"{OLD}:14:11: unknown name 'yong'" in done.output


def test_check_refuses_what_can_never_be_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "rules", right("when: age > 3 and age < 2", "when: age >= 0"))
    (tmp_path / "content").symlink_to(data_folder() / "content")
    monkeypatch.setenv("CLAIRDROIT_DATA", str(tmp_path))
    done = run("check")
    assert done.exit_code == 1 and "1 faute." in done.output
    assert f"{OLD}:14:11: the condition 'c0' can never be true" in done.output
    assert f"{OLD}:17:11: warning: the condition 'c1' is true for everybody" in done.output


def test_a_choice_is_shown_in_the_words_of_its_own_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "    place: {type: choice, label: Place, ask: A ?, choices: {none: Nowhere, some: Somewhere}}\n"
    rules = right("any: ['home in {owner, none}', place == none]")
    copytree(data_folder() / "content", tmp_path / "content")
    write(tmp_path / "rules", {
        "facts/f.yml": FACTS + place, "parameters/p.yml": PARAMETERS, "rights/r/2020-01-01.yml": rules,
    })  # fmt: skip
    monkeypatch.setenv("CLAIRDROIT_DATA", str(tmp_path))
    shown = run("show", "r").output
    assert "« L » parmi (« O », « N »)" in shown
    assert "« Place » = « Nowhere »" in shown
    assert "« Nowhere »" not in shown.replace("« Place » = « Nowhere »", "")


def test_what_stays_open_on_purpose_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(data_folder() / "content", tmp_path / "content")
    write(tmp_path / "rules", {
        "facts/f.yml": FACTS, "parameters/p.yml": PARAMETERS, "rights/r/2020-01-01.yml": right("when: young\n    maybe: couple"),
    })  # fmt: skip
    monkeypatch.setenv("CLAIRDROIT_DATA", str(tmp_path))
    assert "reste ouvert exprès si : « L »" in run("show", "r").output
