"""The production process: the web, Telegram, and the work that nobody asks for, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from starlette.types import ASGIApp

from bot.aftercare import outreach
from bot.app import App
from bot.failures import described, in_a_loop
from bot.front import Endpoint, figures, front
from bot.privacy.keys import derive
from bot.settings import Settings
from bot.warming import warm_phrases

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

log = logging.getLogger(__name__)

LOOK: Final = 2.0
"""Seconds between two looks for changed rules and content."""
FIRST_PAGE: Final = 1.0
"""Seconds that a first page may take."""
PURGE: Final = 3600.0
"""Seconds between two purges."""
GRACE: Final = 8
"""Seconds that requests under way get when we stop."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Where connections come in; several processes may share them."""

    public: socket.socket
    metrics: socket.socket | None = None

    @property
    def address(self) -> str:
        host, port = self.public.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def listening(settings: Settings) -> Iterator[Listeners]:
    """Raises OSError when a port is taken."""
    with ExitStack() as opened:
        public = opened.enter_context(_listening(settings.host, settings.port))
        if not settings.metrics_port:
            yield Listeners(public)
        else:
            yield Listeners(public, opened.enter_context(_listening(settings.host, settings.metrics_port)))


async def serve(app: App, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the web address once it accepts connections.

    Raises OSError when a port is taken, and `bot.channels.telegram.TokenRefusedError`.
    """
    with listening(app.settings) as listeners:
        await serve_at(listeners, app, ready)


async def serve_at(
    listeners: Listeners, app: App, ready: Callable[[str], None], lifeline: int | None = None
) -> None:
    """As `serve`. `lifeline`: a file descriptor whose end says that we were left alone."""
    stop = asyncio.Event()
    asyncio.get_running_loop().set_exception_handler(in_a_loop)
    with _told_to_stop(stop, lifeline):
        async with _telegram(app) as (webhook, jobs):
            servers = _servers(app, listeners, stop, webhook)
            serving = [asyncio.create_task(server.serve(sockets=[at])) for server, at in servers]
            helpers = [asyncio.create_task(job) for job in (*_jobs(app), *jobs)]
            _warm(app)
            gc.freeze()  # what is there from the start stays: looking through it would hold everybody up
            ready(listeners.address)
            try:
                await _first([*serving, *helpers], stop)
            finally:
                stop.set()
                for server, _ in servers:
                    server.should_exit = True
                for helper in helpers:
                    helper.cancel()
                await asyncio.gather(*serving, *helpers, return_exceptions=True)
    for ended in [*serving, *helpers]:
        if not ended.cancelled():
            ended.result()  # raises what ended it


def _servers(
    app: App, listeners: Listeners, stop: asyncio.Event, webhook: Endpoint | None
) -> list[tuple[_Server, socket.socket]]:
    public = (_Server(_config(front(app, stop, webhook))), listeners.public)
    if listeners.metrics is None:
        return [public]
    return [public, (_Server(_config(figures())), listeners.metrics)]


def _jobs(app: App) -> list[Coroutine[Any, Any, None]]:
    """What runs beside the web until it is cancelled."""
    return [
        every(LOOK, lambda: _refreshed(app)),
        every(PURGE, app.retention.purge),
        every(outreach.EVERY, app.outreach.look),
    ]


async def _refreshed(app: App) -> None:
    if await app.knowledge.refresh():
        _warm(app)


def _warm(app: App) -> None:
    """Beside the loop, which goes on meanwhile, after the first page; who stops does not wait for it."""
    later = Timer(FIRST_PAGE, warm_phrases, (app.knowledge,))
    later.daemon = True
    later.start()


# --- Telegram ----------------------------------------------------------------------------------------------


@asynccontextmanager
async def _telegram(app: App) -> AsyncIterator[tuple[Endpoint | None, list[Coroutine[Any, Any, None]]]]:
    """The endpoint that Telegram calls, or the job that fetches updates instead, where there is a token."""
    if not app.settings.telegram_token:
        yield None, []
        return
    telegram = bot_of(app)
    app.outreach.channels["telegram"] = telegram
    try:
        if not app.settings.telegram_webhook:
            yield None, [_polling(app, telegram)]
        else:
            from bot.channels.telegram import Webhook  # noqa: PLC0415 - see `bot_of`

            yield Webhook(telegram, secrets(app.settings)).delivered, []
    finally:
        await telegram.close()


def bot_of(app: App) -> Telegram:
    """Our bot; all processes together keep to its pace."""
    from bot.channels.telegram import Manner, Telegram, load_wording  # noqa: PLC0415 - only where it is used: 20 MB
    from bot.storage.pace import Pace  # noqa: PLC0415

    settings = app.settings
    wording = load_wording(settings.data / "content", app.knowledge.phrases)
    manner = Manner(Pace(app.database, settings.telegram_rate))
    return Telegram(app.dialogue, wording, settings.telegram_token, settings.telegram_api_url, manner)


def secrets(settings: Settings) -> list[str]:
    """By which Telegram shows that it is Telegram: made from the keys, so that every machine knows them."""
    return [derive(key, "telegram webhook").hex() for key in settings.keys]


async def _polling(app: App, telegram: Telegram) -> None:
    """Telegram wants one poller a bot: one of all processes."""
    from bot.channels.telegram import Poller  # noqa: PLC0415 - see `bot_of`

    async with app.lines.alone("telegram poller"):
        await Poller(telegram).run()


# --- running -----------------------------------------------------------------------------------------------


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


def _config(served: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        served,
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


@contextmanager
def _told_to_stop(stop: asyncio.Event, lifeline: int | None) -> Iterator[None]:
    """Set `stop` on the signals by which an operator or the system ends the process, or when we are left alone."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, _cut(loop, lifeline, stop))
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _cut(loop: asyncio.AbstractEventLoop, lifeline: int, stop: asyncio.Event) -> Callable[[], None]:
    def cut() -> None:
        loop.remove_reader(lifeline)
        stop.set()

    return cut


async def _first(tasks: Sequence[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """Until one of the tasks ends or `stop` is set."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
