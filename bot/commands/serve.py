"""``clairdroit serve``: the production process."""

from __future__ import annotations

import asyncio
import os

import click

from bot.app import build
from bot.commands.telling import telling
from bot.failures import set_up_logs
from bot.serving import serve as serve_until_stopped
from bot.settings import Settings


@click.command()
def serve() -> None:
    """Serve the web chat, and Telegram where a token is set, until told to stop. Settings: CLAIRDROIT_*."""
    with telling():
        os.umask(0o077)  # what it writes is for its own user
        settings = Settings.from_environment()
        set_up_logs(settings.log_level)
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with build(settings) as app:
        await serve_until_stopped(app, lambda address: click.echo(f"Clairdroit listens at {address}"))
