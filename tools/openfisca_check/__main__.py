"""`python -m tools.openfisca_check`: our rules beside openfisca-france, on households drawn by chance.

Prints the table and each kind of disagreement with an example; writes nothing unless --write names a page.
Ends with 1 where a disagreement is of no known kind.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tools.openfisca_check.comparing import VARIABLES, pairs
from tools.openfisca_check.facts import KNOWN, facts_of
from tools.openfisca_check.lives import Life, draw
from tools.openfisca_check.page import page, sections, table
from tools.openfisca_check.tally import tallied

HERE = Path(__file__).parent
ORACLE = HERE.parent.parent / ".oracle" / "bin" / "python"


@click.command()
@click.option("--households", default=3000, show_default=True, help="How many to draw.")
@click.option("--seed", default=1, show_default=True, help="Another seed draws other households.")
@click.option("--zone", type=click.IntRange(1, 3), default=3, show_default=True,
              help="Zone of the housing aid: 3 Joigny, 2 Dijon, 1 Paris.")  # fmt: skip
@click.option("--on", "day", default="2026-11-21", show_default=True, help="The day whose law holds.")
@click.option("--oracle", default=str(ORACLE), show_default=True, help="A Python that has openfisca-france.")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the page here too.")
def main(households: int, seed: int, zone: int, day: str, oracle: str, write: Path | None) -> None:
    if not Path(oracle).exists():
        raise SystemExit(f"{oracle} is not there: run 'make oracle', which sets it up")
    needed = _needed()
    if unknown := {fact for fact, rights in needed.items() if rights and fact not in KNOWN}:
        raise SystemExit(f"tools/openfisca_check/facts.py does not tell {', '.join(sorted(unknown))}")
    lives = list(draw(households, seed, zone))
    answers = _asked(oracle, lives, day)
    told = [
        {fact: value for fact, value in facts_of(life, answer).items() if fact in needed}
        for life, answer in zip(lives, answers, strict=True)
    ]
    tally = tallied(pairs(lives, answers, _evaluated(told, day), told))
    click.echo("\n".join(table(tally)))
    click.echo("\n".join(sections(tally)))
    if write:
        write.write_text(page(tally, households=households, seed=seed, zone=zone, day=day), encoding="utf-8")
    if any(row.unexplained for row in tally.rows.values()):
        raise SystemExit(1)


def _clairdroit(*arguments: str, lines: str = "") -> str:
    program = Path(sys.executable).with_name("clairdroit")
    return subprocess.run(
        [program, *arguments], input=lines, text=True, stdout=subprocess.PIPE, check=True
    ).stdout


def _needed() -> dict[str, set[str]]:
    """Each fact of the catalogue, with the compared rights that need it."""
    listed = json.loads(_clairdroit("facts"))
    return {fact["name"]: set(fact["rights"]) & VARIABLES.keys() for fact in listed}


def _evaluated(households: Sequence[Mapping[str, Any]], day: str) -> list[dict[str, Any]]:
    lines = "\n".join(json.dumps({"id": n, "facts": facts}) for n, facts in enumerate(households))
    return [json.loads(line) for line in _clairdroit("evaluate", "--on", day, lines=lines).splitlines()]


def _asked(oracle: str, lives: Sequence[Life], day: str) -> list[dict[str, Any]]:
    asked = {"month": day[:7], "rights": VARIABLES, "lives": [asdict(life) for life in lives]}
    done = subprocess.run(
        [oracle, HERE / "oracle.py"], input=json.dumps(asked), text=True, stdout=subprocess.PIPE, check=True
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


if __name__ == "__main__":
    main()
