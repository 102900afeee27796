"""`clairdroit calendar check URL`: what a partner's calendar server can do, told in plain words."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import yaml

from bot.appointments.caldav import CalendarDown, Calendars
from bot.appointments.discovery import Found, Refused, calendars_at, origin
from bot.appointments.profiles import Profiles
from bot.appointments.trial import CHECKS, Trial
from bot.commands.telling import telling
from bot.settings import Settings
from bot.storage.database import Database

Words = Mapping[str, Any]


@click.group()
def calendar() -> None:
    """The partners' calendars."""


@calendar.command()
@click.argument("url")
@click.option("--user", help="Whom the server knows; the password is CLAIRDROIT_CALENDARS_PASSWORD.")
def check(url: str, user: str | None) -> None:
    """Try out the calendar at URL: find it, write, read, delete; keep what its server can do.

    URL is the calendar's own address, or its server's: then the calendars found there are listed.
    """
    with telling():
        settings = Settings.for_this_terminal()
        words = yaml.safe_load((settings.data / "content" / "calendars.yml").read_text(encoding="utf-8"))
        if not url.startswith(("http://", "https://")):
            raise click.BadParameter("start it with https://", param_hint="URL")
        usable = asyncio.run(_check(settings, words, url, user or settings.calendars_user))
    raise SystemExit(0 if usable else 1)


async def _check(settings: Settings, words: Words, url: str, user: str) -> bool:
    async with Calendars(origin(url), user, settings.calendars_password) as calendars:
        try:
            found = await calendars_at(calendars, url)
        except Refused:
            click.echo(words["refused"])
            return False
        except CalendarDown as trouble:
            click.echo(words["down"].format(why=trouble))
            return False
        if len(found) == 1:
            return await _tried(settings, words, calendars, found[0])
    _list(words, found)
    return False


def _list(words: Words, found: list[Found]) -> None:
    click.echo(words["found"].format(count=len(found)) if found else words["none"])
    for one in found:
        click.echo(f"  {one.url}  {one.name}".rstrip())


async def _tried(settings: Settings, words: Words, calendars: Calendars, found: Found) -> bool:
    trial = Trial(calendars, found.url, words["title"], datetime.now(UTC), settings.zone)
    await trial.run()
    click.echo(words["calendar"].format(name=found.name, url=found.url))
    for name in (check for check in CHECKS if check in trial.outcomes):
        outcome = trial.outcomes[name]
        click.echo(f"  {words['outcomes'][outcome]:<14} {words['checks'][name][outcome]}")
    if trial.left:
        click.echo(words["left"].format(names=", ".join(trial.left)))
    click.echo(words["usable" if trial.usable else "not_usable"])
    click.echo(words["kept" if await _kept(settings, found.url, trial) else "not_kept"])
    return trial.usable


async def _kept(settings: Settings, url: str, trial: Trial) -> bool:
    if not os.environ.get("CLAIRDROIT_KEY"):
        return False
    async with Database(settings.database_url) as database:
        await Profiles(database).keep(url, trial.profile, trial.now)
    return True
