"""`locales check`: what is lost, broken or still French in the catalogues, and how much of each there is."""

from __future__ import annotations

import click

from bot.commands.checking import words
from bot.commands.households import refuse
from bot.conversation.phrases import Phrases
from bot.editing.catalogues import Checked, check
from bot.settings import data_folder
from bot.texts import catalogues


@click.group()
def locales() -> None:
    """Check the translations."""


@locales.command("check")
@click.argument("language", required=False)
@click.option("--missing", is_flag=True, help="List the sentences that have no translation, too.")
def check_command(language: str | None, *, missing: bool) -> None:
    """What is lost, broken or still French in each catalogue (or in that of LANGUAGE)."""
    data, said = data_folder(), words()
    paths = catalogues(data / "locales")
    if language is not None and language not in paths:
        refuse(said.say("locales.unknown", language=language, languages=list(paths)))
    wanted = paths if language is None else {language: paths[language]}
    done = [check(code, path, path.relative_to(data).as_posix()) for code, path in wanted.items()]
    for problem in (problem for each in done for problem in each.problems):
        if missing or not problem.warning:
            click.echo(problem)
    for each in done:
        click.echo(_coverage(each, said))
    if faults := sum(not problem.warning for each in done for problem in each.problems):
        refuse(said.say("locales.faults", count=faults))


def _coverage(checked: Checked, said: Phrases) -> str:
    share = 100 * checked.covered // max(checked.sentences, 1)
    return said.say(
        "locales.coverage",
        language=checked.language,
        covered=checked.covered,
        sentences=checked.sentences,
        share=share,
        made=checked.made,
        reviewed=checked.reviewed,
    )
