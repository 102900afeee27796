"""The production process: the web, Telegram, and the work that nobody asks for, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from bot.aftercare import outreach
from bot.app import App, web
from bot.failures import described, in_a_loop

if TYPE_CHECKING:
    from bot.channels.telegram import Poller

log = logging.getLogger(__name__)

LOOK: Final = 2.0
"""Seconds between two looks for changed rules and content."""
PURGE: Final = 3600.0
"""Seconds between two purges."""
GRACE: Final = 8
"""Seconds that requests under way get when we stop."""


async def serve(app: App, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the web address once it accepts connections.

    Raises OSError when the port is taken, and `bot.channels.telegram.TokenRefusedError`.
    """
    stop = asyncio.Event()
    asyncio.get_running_loop().set_exception_handler(in_a_loop)
    with _listening(app.settings.host, app.settings.port) as listener, _told_to_stop(stop):
        server = _Server(_config(app))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        helpers = [asyncio.create_task(job) for job in _jobs(app)]
        ready(_address(listener))
        try:
            await _first([serving, *helpers], stop)
        finally:
            server.should_exit = True
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(serving, *helpers, return_exceptions=True)
    for ended in [serving, *helpers]:
        if not ended.cancelled():
            ended.result()  # raises what ended it


def _jobs(app: App) -> list[Coroutine[Any, Any, None]]:
    """What runs beside the web until it is cancelled."""
    jobs = [
        every(LOOK, app.knowledge.refresh),
        every(PURGE, app.retention.purge),
        every(outreach.EVERY, app.outreach.look),
    ]
    if not app.settings.telegram_token:
        return jobs
    poller = _poller(app)
    app.outreach.channels["telegram"] = poller
    return [*jobs, poller.run()]


def _poller(app: App) -> Poller:
    from bot.channels.telegram import Poller, load_wording  # noqa: PLC0415 - only where it is used: 20 MB

    settings = app.settings
    wording = load_wording(settings.data / "content")
    return Poller(
        app.dialogue, token=settings.telegram_token, wording=wording, api_url=settings.telegram_api_url
    )


async def every(seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    """Do this again and again; a failure is logged, and does not end it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except Exception as failure:  # noqa: BLE001 - the next time may go better
            log.error("work in the background failed: %s", described(failure))  # noqa: TRY400


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ours are caught in `serve`: the database must still be closed when the web has stopped."""
        yield


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        web(app),
        log_config=None,
        access_log=False,  # it would hold the addresses of those who came
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listener:
        # asyncio sets this only on sockets that it opens: without it each answer waits 40 ms for an ACK
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def _told_to_stop(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` on the signals by which an operator or the system ends the process."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _first(tasks: Sequence[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """Until one of the tasks ends or `stop` is set."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
