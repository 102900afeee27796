"""Who writes: a random id in a cookie that ends with the browser's session, and the forms' proof of it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.dialogue import Person

_BYTES: Final = 18  # 144 bits
_ID: Final = re.compile(r"[A-Za-z0-9_-]{24}")


@dataclass(frozen=True, slots=True)
class Session:
    """`known` says that the browser brought the id; a new one is only handed out with the first answer, so
    that reading the first page leaves nothing on the computer.
    """

    id: str = field(repr=False)
    known: bool
    secure: bool

    @classmethod
    def of(cls, request: Request) -> Session:
        secure = request.url.scheme == "https"
        brought = request.cookies.get(_cookie_name(secure), "")
        if _ID.fullmatch(brought):
            return cls(brought, known=True, secure=secure)
        return cls(secrets.token_urlsafe(_BYTES), known=False, secure=secure)

    @property
    def person(self) -> Person:
        return Person("web", self.id)

    @property
    def token(self) -> str:
        """What a form of ours carries: only who holds the id can have made it."""
        return hmac.new(self.id.encode(), b"form", hashlib.sha256).hexdigest()[:32]

    def vouches_for(self, token: str) -> bool:
        """Whether a form came from a page of this session; with no session yet there is nothing to guard."""
        return not self.known or hmac.compare_digest(token.encode(), self.token.encode())

    def keep(self, response: Response) -> None:
        # Not "strict": Chromium then withholds it on reload and Back of a page reached from another site, and
        # the person would lose their place (docs/decisions). Posts are guarded by origin and token besides.
        name = _cookie_name(self.secure)
        response.set_cookie(name, self.id, secure=self.secure, httponly=True, samesite="lax")

    def drop(self, response: Response) -> None:
        name = _cookie_name(self.secure)
        response.delete_cookie(name, secure=self.secure, httponly=True, samesite="lax")


def posted_from_here(request: Request) -> bool:
    """Whether one of our own pages sent this form (https://www.w3.org/TR/fetch-metadata/, else Origin)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return bool(origin) and origin == request.headers.get("host")


def _cookie_name(secure: bool) -> str:
    # The prefix keeps another host of the same domain from planting an id of its own.
    return "__Host-clairdroit" if secure else "clairdroit"
