"""`rules check`: every mistake and every doubt that can be told without asking anybody."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.drifting import Drift, drifts, openfisca_folder
from bot.commands.households import refuse, today
from bot.conversation.phrases import Phrases
from bot.editing import grammar, plainness
from bot.eligibility import cases, scrutiny, slips, watch
from bot.eligibility.area_files import unknown_communes
from bot.eligibility.library import Library, read
from bot.eligibility.problems import Problem, RuleErrors
from bot.offices.territory import Territory
from bot.settings import data_folder
from bot.texts import phrases_of


def words() -> Phrases:
    return phrases_of(data_folder(), "editors.yml")


def library_of(folder: Path) -> Library:
    """The rules below a folder; mistakes end the command with each one's place."""
    try:
        return read(folder)
    except RuleErrors as errors:
        for problem in errors.problems:
            click.echo(problem)
        refuse(words().say("check.faults", count=len(errors.problems)))


@click.command("check")
@click.option(
    "--language/--no-language",
    "parse",
    default=None,
    help="Parse every sentence (passive voice, negations); by default where the extra 'editors' is installed.",
)
@click.option(
    "--against-openfisca", "against", is_flag=False, flag_value="", metavar="[FOLDER]",
    help="List the parameters that drifted from openfisca-france's: the installed one's, or those below FOLDER.",
)  # fmt: skip
def check_command(*, parse: bool | None, against: str | None) -> None:
    """Every mistake of every rule file, and what is old, hard to read, or never said."""
    data, said = data_folder(), words()
    library = library_of(data / "rules")
    found = [*_found(data, library), *_places(data, library), *_language(data, said, parse=parse)]
    warnings = [problem for problem in found if problem.warning]
    for warning in warnings:
        click.echo(warning)
    if faults := [problem for problem in found if not problem.warning]:
        click.echo("\n".join(map(str, faults)))
        refuse(said.say("check.faults", count=len(faults)))
    if against is not None:
        _drifted(library, against, data, said)
    if warnings:
        click.echo(said.say("check.warnings", count=len(warnings)))
    click.echo(said.say("check.good"))
    click.echo(_counts(library, said))


def _found(data: Path, library: Library) -> list[Problem]:
    """Mistakes of the cases end the command."""
    try:
        cases.read_cases(data / "rules", library)
    except RuleErrors as errors:
        refuse("\n".join(map(str, errors.problems)))
    old = [*watch.overdue(library, today()), *watch.stale(library, today())]
    return [*scrutiny.doubts(library), *slips.slips(library), *old]


def _places(data: Path, library: Library) -> list[Problem]:
    """Codes that no commune has. Rules of another folder than ours may come without the list of communes."""
    named = [entry.item for entry in library.facts.values() if entry.fact.areas]
    if not named or not (data / "content" / "places.yml").exists():
        return []
    territory = Territory.read(data / "content")

    def current(code: str) -> str:
        commune = territory.commune(code)
        return commune.code if commune else ""

    return [problem for item in named for problem in unknown_communes(item, current)]


def _language(data: Path, said: Phrases, *, parse: bool | None) -> list[Problem]:
    """What is hard to read. Rules of another folder than ours may come without content: nothing to hold them to."""
    if not (data / "content" / "plain").exists():
        return []
    if parse and not grammar.installed():
        refuse(said.say("check.no_parser"))
    wanted = grammar.installed() if parse is None else parse
    if not wanted:
        click.echo(said.say("check.not_parsed"))
    try:
        return plainness.doubts(data, parse=wanted)
    except RuleErrors as errors:
        refuse("\n".join(map(str, errors.problems)))


def _drifted(library: Library, given: str, data: Path, said: Phrases) -> None:
    folder = openfisca_folder(Path(given) if given else None)
    if folder is None:
        refuse(said.say("check.no_openfisca"))
    try:
        found = drifts(library, folder, data, today())
    except RuleErrors as errors:
        refuse("\n".join(map(str, errors.problems)))
    for each in found.drifted:
        click.echo(_told(each, said))
    click.echo(said.say("check.compared", count=found.compared, drifted=len(found.drifted)))
    if found.unmapped:
        click.echo(said.say("check.not_compared", names=found.unmapped))


def _told(drift: Drift, said: Phrases) -> str:
    since, their_since = said.day(drift.since), said.day(drift.their_since)
    ours, theirs = f"{drift.ours:.10g}", f"{drift.theirs:.10g}"
    return said.say(
        "check.drifted", name=drift.name, ours=ours, since=since, theirs=theirs, their_since=their_since
    )


def _counts(library: Library, said: Phrases) -> str:
    versions = sum(len(history) for history in library.versions.values())
    figures = {"rights": len(library.versions), "versions": versions, "facts": len(library.facts)}
    return said.say("check.counts", parameters=len(library.parameters), **figures)
