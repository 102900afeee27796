"""``python -m bot.demo``: partners' calendars, their busy weeks and the assistant, all on this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import click

from bot.app import build
from bot.commands.telling import telling
from bot.demo.radicale import RadicaleFailed, radicale
from bot.demo.seed import seed, words
from bot.failures import set_up_logs
from bot.knowledge import Knowledge
from bot.serving import serve
from bot.settings import Settings, new_key

CALENDARS_PORT: Final = 5232
WEB_PORT: Final = 8000


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=".demo", help="Where everything is kept.")
@click.option("--port", type=click.IntRange(0, 65535), default=WEB_PORT, help="Of the web chat; 0: any.")
@click.option("--calendars-port", type=click.IntRange(0, 65535), default=CALENDARS_PORT, help="0: any.")
def main(folder: Path, port: int, calendars_port: int) -> None:
    """Start the demonstration; Ctrl-C stops it. A port that is taken is replaced by a free one."""
    signal.signal(signal.SIGTERM, _stop)
    set_up_logs("WARNING")
    with telling(), suppress(KeyboardInterrupt):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _calendars(folder / "radicale", _free(calendars_port)) as address:
            asyncio.run(_run(folder, _free(port), f"{address}partners/"))


@contextmanager
def _calendars(folder: Path, port: int) -> Iterator[str]:
    try:
        with radicale(folder, port) as address:
            yield address
    except RadicaleFailed as failed:
        raise click.ClickException(str(failed)) from failed


async def _run(folder: Path, port: int, calendars: str) -> None:
    settings = _settings(folder, port, calendars)

    def clock() -> datetime:
        return datetime.now(settings.zone)

    # Before anything watches the calendars: what was read of half-filled ones would pass for true for a while.
    desks = list(Knowledge(settings.data, clock).desks.values())
    await seed(calendars, desks, words(settings.data / "content"), clock().date())
    async with build(settings) as app:
        await serve(app, lambda address: click.echo(_told(address, calendars, folder)))


def _told(address: str, calendars: str, folder: Path) -> str:
    return (
        "Clairdroit, demonstration: its offices, hours and phone numbers are not real.\n"
        f"  web chat             {address}\n"
        f"  partners' calendars  {calendars} (CalDAV, no password)\n"
        f"  everything is in     {folder}\n"
        "Ctrl-C stops it."
    )


def _settings(folder: Path, port: int, calendars: str) -> Settings:
    own = {
        "CLAIRDROIT_KEY": _key(folder / "key"),
        "CLAIRDROIT_DATABASE_URL": f"sqlite+aiosqlite:///{folder.absolute() / 'clairdroit.sqlite'}",
        "CLAIRDROIT_CALENDARS": calendars,
        "CLAIRDROIT_PORT": str(port),
    }
    return Settings.from_environment({**os.environ, **own})


def _key(path: Path) -> str:
    """The key of the first start: with another one, what was said would be lost."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new_key(), encoding="ascii")
    return path.read_text(encoding="ascii")


def _free(port: int) -> int:
    """This port, or 0 (any) when something else has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
