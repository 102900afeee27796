"""Finding calendars from the address that a partner knows: their own, their folder's, or only the server's."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from bot.appointments import multistatus
from bot.appointments.caldav import HEAD, REFUSED, SPACES, Calendar, CalendarDown, Calendars
from bot.appointments.multistatus import CALDAV, DAV, NoMultistatus, Response

WELL_KNOWN: Final = "/.well-known/caldav"
REDIRECTS: Final = 5
WHAT: Final = "<D:resourcetype/><D:displayname/><C:supported-calendar-component-set/>"
ASK: Final = HEAD + f"<D:propfind {SPACES}><D:prop>%s</D:prop></D:propfind>"
WHOSE: Final = "<D:current-user-principal/><C:calendar-home-set/>"
"""Asked apart: some servers want to know who asks this, and tell everybody what a calendar is."""
MOVED: Final = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)


class Refused(CalendarDown):
    """The server wants a user and a password, or refuses those that it was given."""


class Found(NamedTuple):
    """A calendar: its address, and its name for people."""

    url: str
    name: str


def origin(url: str) -> str:
    """The server of an address: its user and password are sent nowhere else."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


async def calendars_at(calendars: Calendars, url: str) -> list[Found]:
    """The calendars that hold events, found from any address of a server: itself, else those of whoever logs in.

    Raises `Refused`, and `CalendarDown` where nothing answers as a calendar server does.
    """
    door = calendars.named(url)
    here = await _look(door, url, WHAT)
    if here and _is_calendar(here[0]):
        return [_found(url, here[0])]
    seen = await _look(door, url if here else urljoin(url, WELL_KNOWN), WHOSE)
    if not seen:
        raise CalendarDown("no calendar server at this address")
    home = await _home(door, url, seen[0])
    return [_found(home, one) for one in await _look(door, home, WHAT, "1") if _is_calendar(one)]


async def _home(door: Calendar, url: str, seen: Response) -> str:
    """The folder of calendars: of the address itself, else of the principal, else the address."""
    for _ in range(2):
        home = seen.props.findtext(f"{CALDAV}calendar-home-set/{DAV}href")
        if home:
            return urljoin(url, home.strip())
        principal = seen.props.findtext(f"{DAV}current-user-principal/{DAV}href")
        told = await _look(door, urljoin(url, principal.strip()), WHOSE) if principal else []
        if not told:
            break
        seen = told[0]
    return url


async def _look(door: Calendar, url: str, props: str, depth: str = "0") -> list[Response]:
    """Empty where there is nothing of the kind. Follows redirects within the same server."""
    server = origin(url)
    for _ in range(REDIRECTS):
        answer = await door.ask("PROPFIND", ASK % props, depth, url)
        if answer.status not in MOVED:
            break
        url = urljoin(url, answer.headers.get("Location", ""))
        if origin(url) != server:
            raise CalendarDown(f"the server sends on to {urlsplit(url).hostname}: give that address")
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Refused(f"PROPFIND: {answer.status}")
    if answer.status in REFUSED or answer.status in MOVED:
        return []
    if answer.status != HTTPStatus.MULTI_STATUS:
        raise CalendarDown(f"PROPFIND: {answer.status}")
    try:
        found = multistatus.read(answer.body).responses
    except NoMultistatus as wrong:
        raise CalendarDown(f"PROPFIND: {wrong}") from None
    return [one for one in found if one.status == multistatus.OK]


def _is_calendar(one: Response) -> bool:
    """For events: some are for tasks only. A server that does not say takes events."""
    kinds = one.props.findall(f"{CALDAV}supported-calendar-component-set/{CALDAV}comp")
    events = not kinds or any(kind.get("name", "").upper() == "VEVENT" for kind in kinds)
    return one.props.find(f"{DAV}resourcetype/{CALDAV}calendar") is not None and events


def _found(url: str, one: Response) -> Found:
    address = urljoin(url, one.href).rstrip("/") + "/"
    return Found(address, one.props.findtext(f"{DAV}displayname", "").strip())
