"""The answer that says something of many files at once (RFC 4918, 13): read whole, or not at all. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

DAV: Final = "{DAV:}"
CALDAV: Final = "{urn:ietf:params:xml:ns:caldav}"


class NoMultistatus(ValueError):  # noqa: N818 - what the other side sent
    """Not a well-formed answer of this kind. The message names what is wrong, nothing of the content."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is said of one address. `status`: of the address itself, 200 where only properties have one."""

    href: str
    status: int
    props: Element
    """The properties that were found (status 200), in one element."""

    @property
    def path(self) -> str:
        return path_of(self.href)

    @property
    def name(self) -> str:
        """The file's name; empty for a folder."""
        return self.path.rpartition("/")[2]

    @property
    def etag(self) -> str:
        return self.props.findtext(f"{DAV}getetag", "").strip()

    @property
    def text(self) -> str | None:
        return self.props.findtext(f"{CALDAV}calendar-data")


@dataclass(frozen=True, slots=True)
class Multistatus:
    responses: tuple[Response, ...]
    token: str


def read(answer: bytes) -> Multistatus:
    """Raises `NoMultistatus`."""
    try:
        root = fromstring(answer, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise NoMultistatus(type(wrong).__name__) from None
    if root.tag != f"{DAV}multistatus":
        raise NoMultistatus("no multistatus")
    responses = tuple(_response(response) for response in root.iterfind(f"{DAV}response"))
    return Multistatus(responses, (root.findtext(f"{DAV}sync-token") or "").strip())


def path_of(href: str) -> str:
    return unquote(urlsplit(href).path)


def _response(response: Element) -> Response:
    props = Element("found")
    for found in response.iterfind(f"{DAV}propstat"):
        if _status(found.findtext(f"{DAV}status", "")) == OK:
            props.extend(found.findall(f"{DAV}prop/*"))
    status = response.findtext(f"{DAV}status")
    return Response(response.findtext(f"{DAV}href", "").strip(), _status(status) if status else OK, props)


OK: Final = 200


def _status(line: str) -> int:
    """Of ``HTTP/1.1 404 Not Found``; 0 where there is none."""
    parts = line.split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
