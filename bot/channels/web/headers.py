"""What every answer tells the browser: keep nothing, load nothing from elsewhere, tell nobody."""

from __future__ import annotations

import base64
import hashlib
import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.failures import described

log = logging.getLogger(__name__)
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    # Other sites learn nothing. "no-referrer" would blank the Origin of our own forms, which we check.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
_HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000"}


class SafeHeaders:
    """ASGI middleware; outermost, so that even the page for a failure has them, and no failure's message,
    which may hold what a person wrote, reaches the server's log.
    """

    def __init__(self, app: ASGIApp, *, style: str, script: str) -> None:
        self._app = app
        self._headers = _ALWAYS | {"Content-Security-Policy": policy(style, script)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = self._headers | (_HTTPS if scope.get("scheme") == "https" else {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as failure:  # noqa: BLE001 - answered already, by the page for failures
            log.error("a page failed: %s", described(failure))  # noqa: TRY400


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy under which only this style sheet and this script are used."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_digest(style)}",
            f"script-src {_digest(script)}",
            "img-src data:",  # the icon, which is in the page
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
