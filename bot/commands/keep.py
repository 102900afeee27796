"""What an operator does about the key, the database and privacy."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import click

from bot.commands.telling import telling
from bot.privacy import inventory
from bot.privacy.journal import Did, Entry, Journal
from bot.privacy.retention import Retention
from bot.settings import Settings, new_key
from bot.storage.database import Database


@click.command()
def key() -> None:
    """Make a key for CLAIRDROIT_KEY. Keep it apart from the database; without it, what is sealed is lost."""
    click.echo(new_key())


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date (`serve` does it too)."""
    with telling():
        asyncio.run(_migrate(Settings.from_environment()))


@click.group()
def privacy() -> None:
    """What is stored, what is due to be erased, who saw what."""


@privacy.command("inventory")
def show_inventory() -> None:
    """Every stored column with its purpose, term and legal ground."""
    with telling():
        settings = Settings.throwaway()
        for line in inventory.read(settings.data / "content").lines(settings.state_days):
            click.echo(line)


@privacy.command()
def purge() -> None:
    """Erase now all that is due (`serve` does it every hour)."""
    with telling():
        for did, how_many in asyncio.run(_purge(Settings.from_environment())).items():
            click.echo(f"{did}\t{how_many}")


@privacy.command()
def journal() -> None:
    """Who saw or erased what, the newest first: time, who, what, how many. Reading it is noted too."""
    with telling():
        for entry in asyncio.run(_journal(Settings.from_environment())):
            click.echo(f"{entry.at:%Y-%m-%dT%H:%M:%SZ}\t{entry.who}\t{entry.did}\t{entry.how_many}")


async def _migrate(settings: Settings) -> None:
    async with Database(settings.database_url):
        pass  # opening it migrates it


async def _purge(settings: Settings) -> Mapping[Did, int]:
    async with Database(settings.database_url) as database:
        return await Retention(database).purge()


async def _journal(settings: Settings) -> Sequence[Entry]:
    async with Database(settings.database_url) as database:
        notes = Journal(database)
        entries = await notes.latest()
        await notes.note("operator", "journal_read", len(entries))
        return entries
