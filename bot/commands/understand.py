"""`understand`: texts as JSON Lines in, what each is about out. Nothing of them is kept."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from bot.eligibility.problems import RuleErrors
from bot.settings import data_folder
from bot.understanding.labelling import label
from bot.understanding.reader import Reader
from bot.understanding.tongues import language_of


@click.command()
def understand() -> None:
    """What texts are about: JSON Lines in ({"text", "lang"?}), out ({"label", "confidence", "lang"})."""
    try:
        reader = Reader.read_from(data_folder() / "content", lambda _: ())
    except RuleErrors as errors:
        raise click.ClickException(str(errors)) from errors
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            given = _given(line, number)
            found = label(reader, given["text"])
            said = {"label": found.name, "confidence": round(found.confidence, 3)}
            click.echo(
                json.dumps(
                    said | {"lang": given.get("lang") or language_of(given["text"])}, ensure_ascii=False
                )
            )


def _given(line: str, number: int) -> dict[str, Any]:
    """The record of a line; its text is not repeated in a mistake."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        record = None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise click.ClickException(f'line {number}: write one object a line, such as {{"text": "…"}}')
    return record
