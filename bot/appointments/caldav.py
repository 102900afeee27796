"""The few CalDAV verbs that booking needs (RFC 4791, RFC 4918), each with a time limit.

Whatever is not a whole and well-formed answer is `CalendarDown`: half an answer never passes for a free week.
Why this and not the `caldav` library: docs/decisions/0010-own-caldav-client.md.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple, Self
from urllib.parse import quote, urljoin, urlsplit
from xml.sax.saxutils import escape

import httpx

from bot.appointments import multistatus
from bot.appointments.multistatus import DAV, Multistatus, NoMultistatus, Response
from bot.appointments.profiles import ABLE, Profile
from bot.appointments.spans import Span

LIMITS: Final = httpx.Timeout(3.0, connect=2.0, pool=2.0)
"""Seconds for each single wait; the whole turn has its own limit in `booking`."""
AT_ONCE: Final = 6
"""Requests under way to one server. Radicale answers eight at a time, and resets connections beyond that."""
MOST_BYTES: Final = 16 * 1024 * 1024
DAY: Final = timedelta(days=1)
MANY: Final = 100
"""Files asked for in one request."""
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
DONE: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT})
REFUSED: Final = frozenset(range(400, 500)) - {401, 423, 429} | {501}
"""A server's answers to a question that it does not understand, or not any more."""
HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>'
SPACES: Final = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
QUERY: Final = (
    HEAD
    + f"""<C:calendar-query {SPACES}><D:prop><D:getetag/>%s</D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">%s</C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
)
TEXT: Final = "<C:calendar-data/>"
RANGE: Final = '<C:time-range start="{starts:%Y%m%dT%H%M%SZ}" end="{ends:%Y%m%dT%H%M%SZ}"/>'
MULTIGET: Final = (
    HEAD + f"<C:calendar-multiget {SPACES}><D:prop><D:getetag/>{TEXT}</D:prop>%s</C:calendar-multiget>"
)
TOKEN: Final = HEAD + f"<D:propfind {SPACES}><D:prop><D:sync-token/></D:prop></D:propfind>"
SYNC: Final = (
    HEAD + f"<D:sync-collection {SPACES}><D:sync-token>%s</D:sync-token><D:sync-level>1</D:sync-level>"
    "<D:prop><D:getetag/></D:prop></D:sync-collection>"
)


class CalendarDown(Exception):  # noqa: N818 - a state of the other side
    """The calendar did not answer as it should; the message never names the address."""


class Changed(CalendarDown):
    """A conditional request was refused: the event is there already, or is another than the one we read."""


class Resource(NamedTuple):
    """One file of a calendar: an event with its exceptions."""

    name: str
    etag: str  # empty when the server gave none
    text: str


class Answer(NamedTuple):
    """As the server gave it."""

    status: int
    headers: httpx.Headers
    body: bytes


class Changes(NamedTuple):
    """What happened since a token: by name the addresses of files that are new or other, the names that went."""

    changed: Mapping[str, str]
    removed: frozenset[str]
    token: str


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
        profile: Profile = ABLE,
    ) -> None:
        self._client = client
        self._profile = profile
        self._url = url.rstrip("/") + "/"
        self._turnstile = turnstile or asyncio.Semaphore(AT_ONCE)
        self._auth = httpx.BasicAuth(user, password) if user else None

    @property
    def url(self) -> str:
        return self._url

    async def between(self, window: Span) -> list[Resource]:
        """Every event that may take some of `window`, recurring ones unexpanded.

        Asks for a day more on both sides: what "all day" means depends on a zone that only we know.
        """
        found = await self._report(QUERY % (TEXT, self._range(window)))
        return [_resource(response) for response in found.responses]

    async def etags(self, window: Span) -> dict[str, Response]:
        """The same by name, without the events' texts."""
        found = await self._report(QUERY % ("", self._range(window)))
        if any(not response.name or response.status != multistatus.OK for response in found.responses):
            raise CalendarDown("REPORT: answered only in part")
        return {response.name: response for response in found.responses}

    async def some(self, hrefs: Sequence[str]) -> list[Resource]:
        """The files at these addresses; those that went meanwhile are left out."""
        if not self._profile.multiget:
            return [found for found in [await self.get(_name(href)) for href in hrefs] if found]
        found = []
        for first in range(0, len(hrefs), MANY):
            batch = hrefs[first : first + MANY]
            wanted = "".join(f"<D:href>{escape(href)}</D:href>" for href in batch)
            answer = await self._report(MULTIGET % wanted)
            found += [_resource(one) for one in answer.responses if one.status not in GONE]
        return found

    async def token(self) -> str:
        """With which `changes` begins; empty where the server has none."""
        if not self._profile.sync:
            return ""
        status, _, answer = await self._send("PROPFIND", self._url, _xml("0"), TOKEN.encode())
        if status in REFUSED:
            return ""
        _expect("PROPFIND", status, {HTTPStatus.MULTI_STATUS})
        found = (one.props.findtext(f"{DAV}sync-token") for one in _read("PROPFIND", answer).responses)
        return next((token.strip() for token in found if token), "")

    async def changes(self, token: str) -> Changes | None:
        """What changed since `token`; None when the server does not say, or does not know the token any more."""
        status, _, answer = await self._send("REPORT", self._url, _xml("0"), (SYNC % escape(token)).encode())
        if status in REFUSED:
            return None
        _expect("REPORT", status, {HTTPStatus.MULTI_STATUS})
        found = _read("REPORT", answer)
        files = [one for one in found.responses if one.name]
        partly = any(one.status not in GONE | {multistatus.OK} for one in found.responses)
        if partly or not found.token:
            return None
        removed = frozenset(one.name for one in files if one.status in GONE)
        changed = {one.name: one.href for one in files if one.status not in GONE}
        return Changes(changed, removed, found.token)

    async def ask(self, verb: str, body: str, depth: str = "0", url: str = "") -> Answer:
        """Any other question, about this calendar or another address of the same server."""
        return Answer(*await self._send(verb, url or self._url, _xml(depth), body.encode()))

    async def _report(self, body: str) -> Multistatus:
        status, _, answer = await self._send("REPORT", self._url, _xml("1"), body.encode())
        _expect("REPORT", status, {HTTPStatus.MULTI_STATUS})
        return _read("REPORT", answer)

    def _range(self, window: Span) -> str:
        if not self._profile.time_range:
            return ""
        return RANGE.format(starts=_utc(window.starts - DAY), ends=_utc(window.ends + DAY))

    async def get(self, name: str) -> Resource | None:
        status, headers, answer = await self._send("GET", self._url + name, {})
        if status in GONE:
            return None
        _expect("GET", status, {HTTPStatus.OK})
        return Resource(name, headers.get("ETag", ""), answer.decode("utf-8", "replace"))

    async def put_new(self, name: str, text: str) -> None:
        """Raises `Changed` where a file of this name exists (some servers overwrite it: use new names)."""
        if not self._profile.if_none_match and await self.get(name) is not None:
            raise Changed("PUT: it is there already")
        headers = {"If-None-Match": "*", "Content-Type": "text/calendar; charset=utf-8"}
        status, _, _ = await self._send("PUT", self._url + name, headers, text.encode())
        _expect("PUT", status, DONE)

    async def put_changed(self, name: str, text: str, etag: str) -> None:
        """Raises `Changed` when the file is no longer that of `etag`, or is gone."""
        if not etag or not self._profile.if_match:
            found = await self.get(name)
            if found is None or found.etag != etag:
                raise Changed("PUT: it is another by now")
        headers = {"Content-Type": "text/calendar; charset=utf-8"} | ({"If-Match": etag} if etag else {})
        status, _, _ = await self._send("PUT", self._url + name, headers, text.encode())
        if status in GONE:
            raise Changed("PUT: it is gone")
        _expect("PUT", status, DONE)

    async def delete(self, name: str, etag: str) -> None:
        """Does nothing where it is gone already. Raises `Changed` when it is no longer that of `etag`."""
        if etag and not self._profile.if_match:
            found = await self.get(name)
            if found is not None and found.etag != etag:
                raise Changed("DELETE: it is another by now")
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
        self.profiles: Mapping[str, Profile] = {}
        """By address; whoever knows better replaces it."""
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
        turnstile = self._turnstiles[urlsplit(url).netloc]
        profile = self.profiles.get(url.rstrip("/") + "/", ABLE)
        return Calendar(self._client, url, user, password, turnstile, profile)


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


def _read(verb: str, answer: bytes) -> Multistatus:
    try:
        return multistatus.read(answer)
    except NoMultistatus as wrong:
        raise CalendarDown(f"{verb}: {wrong}") from None


def _resource(response: Response) -> Resource:
    """Raises `CalendarDown` for a file without its text: also how a server says that it cut its answer."""
    if not response.text:
        raise CalendarDown("REPORT: answered only in part")
    return Resource(response.name, response.etag, response.text)


def _xml(depth: str) -> dict[str, str]:
    return {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}


def _name(href: str) -> str:
    return quote(multistatus.path_of(href).rpartition("/")[2])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
