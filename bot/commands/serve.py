"""``clairdroit serve``: the production process, or several of them."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.commands.telling import telling
from bot.failures import set_up_logs
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.knowledge import Knowledge


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="How many share the work (1).")
def serve(processes: int) -> None:
    """Serve the web chat, and Telegram where a token is set, until told to stop. Settings: CLAIRDROIT_*."""
    with telling():
        os.umask(0o077)  # what it writes is for its own user
        settings = Settings.from_environment()
        set_up_logs(settings.log_level)
        if processes == 1:
            asyncio.run(_one(settings))
        else:
            sys.exit(_several(settings, processes))


async def _one(settings: Settings) -> None:
    from bot.app import build  # noqa: PLC0415 - see `_several`
    from bot.serving import serve as serve_until_stopped  # noqa: PLC0415

    async with build(settings) as app:
        await serve_until_stopped(app, _tell)


def _several(settings: Settings, processes: int) -> int:
    """Imports late: what counts looks for the shared folder when it is imported."""
    from bot.app import Process, build  # noqa: PLC0415
    from bot.workers import Workers, shared_figures  # noqa: PLC0415

    with shared_figures():
        from bot import serving  # noqa: PLC0415

        with serving.listening(settings) as listeners:

            async def share(process: Process, lifeline: int, first: bool) -> None:
                async with build(settings, process=process) as app:
                    ready = _tell if first else lambda _: None
                    await serving.serve_at(listeners, app, ready, lifeline)

            if settings.telegram_token:
                import bot.channels.telegram  # noqa: F401, PLC0415 - once for all of them

            def work(process: Process, lifeline: int, first: bool) -> None:
                with telling():
                    asyncio.run(share(process, lifeline, first))

            return Workers(processes, work, _known(settings)).run()


def _known(settings: Settings) -> Knowledge:
    """Today's rules and all content, ready for the first message, so that each process begins with it."""
    from bot.knowledge import Knowledge  # noqa: PLC0415
    from bot.warming import warm  # noqa: PLC0415

    knowledge = Knowledge(settings.data, lambda: datetime.now(settings.zone))
    warm(knowledge, datetime.now(settings.zone))
    return knowledge


def _tell(address: str) -> None:
    click.echo(f"Clairdroit listens at {address}")
    sys.stdout.flush()
