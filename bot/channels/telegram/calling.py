"""HTTP for python-telegram-bot, by aiohttp: a call costs a fifth of its own transport's (decision 0122)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot import metrics

AT_ONCE: Final = 128
"""Connections to the Bot API."""
CONNECT: Final = 5.0
READ: Final = 5.0
WRITE: Final = 5.0
WRITE_FILE: Final = 20.0
POOL: Final = 30.0
"""Seconds that each step of a call may take; `POOL` to wait for a free connection."""


class Calls(BaseRequest):
    """Every answer of the Bot API is counted by its status; proxies are those of the environment (HTTPS_PROXY)."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return READ

    async def initialize(self) -> None:
        """Nothing: the first call opens what it needs, in the loop that makes it."""

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut and NetworkError, whose words hold neither address nor token."""
        form = _form(request_data) if request_data else None
        write = _or(write_timeout, WRITE_FILE if isinstance(form, aiohttp.FormData) else WRITE)
        limits = _limits(
            _or(pool_timeout, POOL), _or(connect_timeout, CONNECT), write, _or(read_timeout, READ)
        )
        ending = "none"
        try:
            async with self._open(url).request(method, url, data=form, timeout=limits) as answer:
                body = await answer.read()
                ending = str(answer.status)
                return answer.status, body
        except TimeoutError as late:
            raise TimedOut from late
        except (aiohttp.ClientError, OSError) as trouble:
            raise NetworkError(type(trouble).__name__) from trouble
        finally:
            metrics.call("telegram", ending)

    def _open(self, url: str) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=AT_ONCE),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=_proxy(url),  # `trust_env` would look for a .netrc in a thread at each call
            )
        return self._session


def _proxy(url: str) -> str | None:
    """That of the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY)."""
    at, known = urlsplit(url), getproxies()
    return None if proxy_bypass(at.hostname or "") else known.get(at.scheme, known.get("all"))


def _form(data: RequestData) -> dict[str, str] | aiohttp.FormData:
    """The parameters; with files, in parts."""
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (file, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=file, content_type=kind)
    return form


def _limits(pool: float, connect: float, write: float, read: float) -> aiohttp.ClientTimeout:
    """Aiohttp has no limit for writing alone: it counts in the whole."""
    return aiohttp.ClientTimeout(pool + connect + write + read, pool + connect, read, connect)


def _or(given: Any, else_: float) -> float:
    """None, by which python-telegram-bot means for ever, is bounded here too."""
    return float(given) if isinstance(given, int | float) else else_
