"""From a reply to HTML. Everything the page needs is in the page: one request, and nothing in any cache."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.channels.web.session import Session
from bot.channels.web.words import Words, direction
from bot.conversation.messages import Block, Reply

_HERE: Final = Path(__file__).parent
_LOOSE: Final = re.compile(r" (?=[:;?!»])|(?<=«) ")
_LINKS: Final = ("https://", "tel:", "sms:", "mailto:")


class Pages:
    """Writes the pages. `style` and `script` are what the security policy lets through."""

    def __init__(self, folder: Path) -> None:
        self.style = _asset("chat.css")
        self.script = _asset("chat.js")
        self._words = Words.read(folder)
        self._templates = _environment()
        self._templates.globals |= {
            "style": Markup(self.style),  # noqa: S704 - our own files, between tags that hold raw text
            "script": Markup(self.script),  # noqa: S704
            "icon": base64.b64encode(_asset("icon.svg").encode()).decode(),
            "runs": runs,
            "leads_somewhere_safe": leads_somewhere_safe,
            "hide_address": self._words.hide_address,
        }

    def conversation(self, reply: Reply, session: Session, *, whole: bool) -> str:
        """The page, or only its body when a script asks for that (`whole` is False)."""
        token = session.token if session.known else ""
        return self._write(
            "chat.html", reply.language, whole, reply=reply, token=token, once=secrets.token_urlsafe(9)
        )

    def erased(self, language: str, *, whole: bool) -> str:
        return self._write("erased.html", language, whole)

    def error(self, status: int, *, whole: bool) -> str:
        known = f"error_{status}"
        return self._write(
            "error.html", "fr", whole, sorry=known if known in self._words.french else "error_500"
        )

    def _write(self, template: str, language: str, whole: bool, **values: object) -> str:
        french = language.partition("-")[0] == "fr"
        known = {
            "w": self._words.in_language(language),
            "language": language,
            "direction": direction(language),
            "colon": " :" if french else ":",
        }
        part = self._templates.get_template(template).render(known, **values)
        part = bound(part) if french else part
        return self._templates.get_template("page.html").render(known, part=Markup(part)) if whole else part  # noqa: S704 - just escaped


def runs(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    """Blocks that follow each other and are of one kind, so that items become one list."""
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        yield kind, list(run)


def bound(french: str) -> str:
    """French puts a space before « : » and inside « », at which no line may break."""
    return _LOOSE.sub("\u00a0", french)


def leads_somewhere_safe(href: str) -> bool:
    """Rule files hold the addresses; none of them may run anything."""
    return href.startswith(_LINKS)


def _asset(name: str) -> str:
    return (_HERE / "assets" / name).read_text(encoding="utf-8").strip()


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
