"""The addresses of the production process: the web chat, Telegram's deliveries, and what machines ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import metrics
from bot.app import App, web
from bot.failures import described

TELEGRAM: Final = "/telegram"
PATIENCE: Final = 2.0
"""Seconds that the database may take to be called ready."""
log = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


def front(app: App, stopping: asyncio.Event, webhook: Endpoint | None = None) -> ASGIApp:
    """What the public port serves."""
    routes: list[BaseRoute] = [
        Route("/healthz", _alive, methods=["GET"]),
        Route("/readyz", _Ready(app, stopping).told, methods=["GET"]),
    ]
    if webhook:
        delivered = _until_stopped(webhook, stopping)
        routes.append(Route(TELEGRAM, delivered, methods=["POST"]))
    return Starlette(routes=[*routes, Mount("/", _counted(web(app)))])


def figures() -> ASGIApp:
    """What the metrics' port serves: it is for the operator's network only."""
    return Starlette(routes=[Route("/metrics", _figures, methods=["GET"])])


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _figures(_request: Request) -> Response:
    return Response(metrics.shown(), media_type=CONTENT_TYPE_LATEST)


class _Ready:
    """Whether new people may be sent here: the database answers, and we are not about to stop."""

    def __init__(self, app: App, stopping: asyncio.Event) -> None:
        self._app = app
        self._stopping = stopping

    async def told(self, _request: Request) -> Response:
        ready = not self._stopping.is_set() and await self._database_answers()
        return PlainTextResponse("ready" if ready else "not ready", 200 if ready else 503)

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE), self._app.database.reading() as tx:
                await tx.execute(text("SELECT 1"))
        except Exception as trouble:  # noqa: BLE001 - whatever it is, we are not ready
            log.warning("not ready: %s", described(trouble))
            return False
        return True


def _counted(chat: ASGIApp) -> ASGIApp:
    """What a person sends is timed; what they only look at is not."""

    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        with metrics.message("web") if scope.get("method") == "POST" else nullcontext():
            await chat(scope, receive, send)

    return timed


def _until_stopped(endpoint: Endpoint, stopping: asyncio.Event) -> Endpoint:
    """What comes while we stop is left to the others, or to Telegram's next attempt."""

    async def taken(request: Request) -> Response:
        return Response(status_code=503) if stopping.is_set() else await endpoint(request)

    return taken
