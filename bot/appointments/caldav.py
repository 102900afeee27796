"""The few CalDAV verbs that booking needs (RFC 4791, RFC 4918), each with a time limit.

Whatever is not a whole and well-formed answer is `CalendarDown`: half an answer never passes for a free week.
Why this and not the `caldav` library: docs/decisions/0010-own-caldav-client.md.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple, Self
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.appointments.spans import Span

LIMITS: Final = httpx.Timeout(3.0, connect=2.0, pool=2.0)
"""Seconds for each single wait; the whole turn has its own limit in `booking`."""
AT_ONCE: Final = 6
"""Requests under way to one server. Radicale answers eight at a time, and resets connections beyond that."""
MOST_BYTES: Final = 16 * 1024 * 1024
DAY: Final = timedelta(days=1)
DAV: Final = "{DAV:}"
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
DONE: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT})
QUERY: Final = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
<C:time-range start="{starts:%Y%m%dT%H%M%SZ}" end="{ends:%Y%m%dT%H%M%SZ}"/>
</C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""


class CalendarDown(Exception):  # noqa: N818 - a state of the other side
    """The calendar did not answer as it should; the message never names the address."""


class Changed(CalendarDown):
    """A conditional request was refused: the event is there already, or is another than the one we read."""


class Resource(NamedTuple):
    """One file of a calendar: an event with its exceptions."""

    name: str
    etag: str  # empty when the server gave none
    text: str


class Calendar:
    """One calendar collection at `url`. The client is shared, kept open, and belongs to the caller.

    `turnstile` is shared by the calendars of one server, so that it never gets more requests at once than a
    small one takes, and so that a slow one keeps no other waiting.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        user: str = "",
        password: str = "",
        turnstile: asyncio.Semaphore | None = None,
    ) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/"
        self._turnstile = turnstile or asyncio.Semaphore(AT_ONCE)
        self._auth = httpx.BasicAuth(user, password) if user else None

    async def between(self, window: Span) -> list[Resource]:
        """Every event that may take some of `window`, recurring ones unexpanded.

        Asks for a day more on both sides: what "all day" means depends on a zone that only we know.
        """
        body = QUERY.format(starts=_utc(window.starts - DAY), ends=_utc(window.ends + DAY))
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        status, _, answer = await self._send("REPORT", self._url, headers, body.encode())
        _expect("REPORT", status, {HTTPStatus.MULTI_STATUS})
        return _resources(answer)

    async def get(self, name: str) -> Resource | None:
        status, headers, answer = await self._send("GET", self._url + name, {})
        if status in GONE:
            return None
        _expect("GET", status, {HTTPStatus.OK})
        return Resource(name, headers.get("ETag", ""), answer.decode("utf-8", "replace"))

    async def put_new(self, name: str, text: str) -> None:
        """Raises `Changed` where a file of this name exists (some servers overwrite it: use new names)."""
        headers = {"If-None-Match": "*", "Content-Type": "text/calendar; charset=utf-8"}
        status, _, _ = await self._send("PUT", self._url + name, headers, text.encode())
        _expect("PUT", status, DONE)

    async def delete(self, name: str, etag: str) -> None:
        """Does nothing where it is gone already. Raises `Changed` when it is no longer that of `etag`."""
        headers = {"If-Match": etag} if etag else {}
        status, _, _ = await self._send("DELETE", self._url + name, headers)
        _expect("DELETE", status, DONE | GONE)

    async def _send(
        self, verb: str, url: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, httpx.Headers, bytes]:
        async with self._turnstile:
            return await self._exchange(verb, url, headers, body)

    async def _exchange(
        self, verb: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, httpx.Headers, bytes]:
        try:
            request = self._client.build_request(verb, url, headers=headers, content=body, timeout=LIMITS)
            answer = await self._client.send(request, auth=self._auth, stream=True, follow_redirects=False)
            try:
                return answer.status_code, answer.headers, await _whole(verb, answer)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as failed:
            raise CalendarDown(f"{verb}: {type(failed).__name__}") from None  # its text holds the address


class Calendars:
    """The partners' calendars by name: an address below `base`, or a whole one. An async context manager.

    The user and the password are sent to addresses below `base` only.
    """

    def __init__(self, base: str, user: str = "", password: str = "") -> None:
        self._base = base.rstrip("/") + "/"
        self._user, self._password = user, password
        self._client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=None))
        self._turnstiles: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def named(self, name: str) -> Calendar:
        url = urljoin(self._base, name)
        ours = url.startswith(self._base)
        user, password = (self._user, self._password) if ours else ("", "")
        return Calendar(self._client, url, user, password, self._turnstiles[urlsplit(url).netloc])


async def _whole(verb: str, answer: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise CalendarDown(f"{verb}: more than {MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def _expect(verb: str, status: int, good: frozenset[HTTPStatus] | set[HTTPStatus]) -> None:
    if status in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}:
        raise Changed(f"{verb}: {status}")
    if status not in good:
        raise CalendarDown(f"{verb}: {status}")


def _resources(answer: bytes) -> list[Resource]:
    try:
        root = fromstring(answer, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise CalendarDown(f"REPORT: {type(wrong).__name__}") from None
    if root.tag != f"{DAV}multistatus":
        raise CalendarDown("REPORT: no multistatus")
    return [_resource(response) for response in root.iterfind(f"{DAV}response")]


def _resource(response: Element) -> Resource:
    """Raises `CalendarDown` for a file without its text: also how a server says that it cut its answer."""
    for found in response.iterfind(f"{DAV}propstat"):
        text = found.findtext(f"{DAV}prop/{{urn:ietf:params:xml:ns:caldav}}calendar-data")
        if text and " 200" in found.findtext(f"{DAV}status", ""):
            name = unquote(urlsplit(response.findtext(f"{DAV}href", "").strip()).path).rpartition("/")[2]
            return Resource(name, found.findtext(f"{DAV}prop/{DAV}getetag", ""), text)
    raise CalendarDown("REPORT: answered only in part")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
