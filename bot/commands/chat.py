"""`clairdroit chat`: the conversation in this terminal."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

import click

from bot import app
from bot.channels import terminal
from bot.dialogue import Person
from bot.eligibility.problems import RuleErrors
from bot.settings import BadSetting, Settings


@click.command()
@click.option("--lang", default="fr", show_default=True, help="The language to begin in.")
@click.option(
    "--script",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Play one message or button label a line (lines starting with # are comments) and print all.",
)
def chat(lang: str, script: Path | None) -> None:
    """Converse in the terminal. Nothing stays afterwards, unless CLAIRDROIT_KEY is set."""
    lines = script.read_text("utf-8").splitlines() if script else None
    try:
        asyncio.run(_converse(Settings.for_this_terminal(), lang, lines))
    except (BadSetting, RuleErrors) as refused:
        raise click.ClickException(str(refused)) from refused
    except KeyboardInterrupt:
        click.echo()


async def _converse(settings: Settings, language: str, lines: Sequence[str] | None) -> None:
    """Every run is somebody new: nobody reads on this machine what another person answered."""
    async with app.build(settings) as running:
        phrases = running.knowledge.phrases
        if language not in phrases:
            raise click.BadParameter(f"{language!r}: there is {', '.join(phrases)}", param_hint="--lang")
        somebody = Person("terminal", secrets.token_hex(8))
        await terminal.run(running.dialogue, phrases, somebody, language=language, script=lines)
