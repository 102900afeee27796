"""What `rules check` takes for a slip of the pen."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.eligibility.library import Library, read
from bot.eligibility.slips import slips
from tests.eligibility.rulesets import FACTS, right, write

LONG = "Je cherche quelqu'un qui garde mon enfant quand je travaille tard"


def library(folder: Path, *, papers: str = "[p]", more: str = "", facts: str = "") -> Library:
    text = right("when: young", extra=more).replace("papers: [p]", f"papers: {papers}")
    write(folder, {"facts/f.yml": FACTS, "facts/g.yml": facts or "g: {type: yes_no, label: L, ask: A ?}\n",
                   "rights/r/2020-01-01.yml": text})  # fmt: skip
    return read(folder)


@pytest.mark.parametrize(
    "papers", ["[Votre bail, ou une quittance]", "[RIB, Avis d'imposition, ou justificatif]"]
)
def test_a_sentence_that_its_comma_cut_is_told_with_its_place(tmp_path: Path, papers: str) -> None:
    [found] = slips(library(tmp_path, papers=papers))
    assert found.warning and "starts with a small letter" in found.what
    cut = papers.strip("[]").rpartition(", ")[2]
    assert repr(cut) in found.what
    line = (tmp_path / "rights/r/2020-01-01.yml").read_text().splitlines()[found.place.line - 1]
    assert line[found.place.column - 1 :].startswith(cut)


@pytest.mark.parametrize("papers", ['["Votre bail, ou une quittance"]', "[Votre bail, RIB]", "[Votre bail, 'caf']",
                                    "[un bail]"])  # fmt: skip
def test_whole_sentences_are_no_slip(tmp_path: Path, papers: str) -> None:
    assert not list(slips(library(tmp_path, papers=papers)))


def test_the_papers_of_a_condition_too(tmp_path: Path) -> None:
    rules = library(tmp_path)
    path = tmp_path / "rights/r/2020-01-01.yml"
    path.write_text(path.read_text().replace("when: young", "when: young\n    papers: [Un mot, signé]"))
    assert not list(slips(rules))
    [found] = slips(read(tmp_path))
    assert "'signé'" in found.what


@pytest.mark.parametrize(
    "fact",
    [
        f'g: {{type: yes_no, label: L, ask: A ?, tick: "{LONG}"}}\n',
        f'g: {{type: choice, label: L, ask: A ?, choices: {{a: A, b: B}}, tick: [{{in: [a], say: "{LONG}"}}]}}\n',
    ],
)
def test_a_box_that_a_phone_would_cut(tmp_path: Path, fact: str) -> None:
    [found] = slips(library(tmp_path, facts=fact))
    assert found.warning and f"this has {len(LONG)}" in found.what and found.place.file == "facts/g.yml"
    [] = slips(library(tmp_path / "short", facts=fact.replace(LONG, LONG[:60])))


def test_no_comma_cuts_a_sentence_of_ours() -> None:
    found = slips(read(Path(__file__).parents[2] / "rules"))
    assert not [str(problem) for problem in found if "small letter" in problem.what]
