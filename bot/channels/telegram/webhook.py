"""Where Telegram delivers updates: each answered once all that it asks for is done, else delivered again.

Telegram's queue is the only one: what is not answered with 200 comes back, and is recognised.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from telegram import Update

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.updates import understood
from bot.dialogue import NotNow

SECRET: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
LARGEST: Final = 256 * 1024
"""Bytes of a body: the longest text with all its entities and a message quoted in it is far below."""
_log = logging.getLogger(__name__)


class Webhook:
    """The endpoint of one bot. `secrets`: any of these shows that it is Telegram who calls."""

    def __init__(self, telegram: Telegram, secrets: Sequence[str]) -> None:
        self._telegram = telegram
        self._secrets = [secret.encode() for secret in secrets]

    async def delivered(self, request: Request) -> Response:
        if not self._is_telegram(request):
            return Response(status_code=403)
        try:
            raw = json.loads(await _body(request))
            update = understood(raw, self._telegram.bot)
        except _TooLargeError:
            return Response(status_code=413)
        except (ValueError, TypeError, KeyError, ClientDisconnect):
            return Response(status_code=400)
        return await self._answer(update)

    async def _answer(self, update: Update) -> Response:
        try:
            await self._telegram.handle(update)
        except NotNow:
            return Response(status_code=503)
        return _with_courtesy(update)

    def _is_telegram(self, request: Request) -> bool:
        """Compared in constant time, with each secret, so that the time tells nothing."""
        given = request.headers.get(SECRET, "").encode()
        return sum(hmac.compare_digest(given, secret) for secret in self._secrets) > 0


class _TooLargeError(Exception):
    pass


async def _body(request: Request) -> bytes:
    """Never more of it than `LARGEST`, whatever its headers say. Raises `_TooLargeError`."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > LARGEST:
        raise _TooLargeError
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise _TooLargeError
    return bytes(body)


def _with_courtesy(update: Update) -> Response:
    """The answer may carry one call, whose result nobody needs: it stops the spinner of a button."""
    query = update.callback_query
    call: dict[str, Any] = {"method": "answerCallbackQuery", "callback_query_id": query.id} if query else {}
    return JSONResponse(call) if call else Response(status_code=200)
