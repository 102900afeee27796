"""Telegram's HTML (https://core.telegram.org/bots/api#html-style), read as strictly as Telegram reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from tests.botapi.errors import bad

NAMES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip
_TOKEN = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>|&(#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|([<&])|([^<&]+)")
_HREF = re.compile(r'^\s+href="([^"]*)"\s*$')


def units(text: str) -> int:
    """UTF-16 code units: how the Bot API counts offsets and lengths."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class _Reader:
    plain: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    open: list[tuple[str, int, str]] = field(default_factory=list)

    def start(self, name: str, attributes: str, at: int) -> None:
        if name not in NAMES:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {at}')
        href = _HREF.match(attributes)
        if attributes.strip() and not (name == "a" and href):
            raise bad(f"can't parse entities: unexpected attributes {attributes!r} at byte offset {at}")
        self.open.append((name, units(self.plain), unescape(href[1]) if href else ""))

    def end(self, name: str, at: int) -> None:
        if not self.open or self.open[-1][0] != name:
            raise bad(f'can\'t parse entities: Unmatched end tag at byte offset {at}, found "</{name}>"')
        _, offset, href = self.open.pop()
        entity = {"type": NAMES[name], "offset": offset, "length": units(self.plain) - offset}
        if entity["length"]:
            self.entities.append(entity | ({"url": href} if name == "a" else {}))


def read_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The visible text and its entities; ApiError 400 where Telegram would refuse."""
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        closing, name, attributes, reference, stray, plain = token.groups()
        if stray:
            raise bad(f"can't parse entities: unescaped {stray!r} at byte offset {token.start()}")
        if name and closing:
            reader.end(name, token.start())
        elif name:
            reader.start(name, attributes, token.start())
        else:
            reader.plain += unescape(f"&{reference};") if reference else plain
    if reader.open:
        raise bad(
            f"can't parse entities: Can't find end tag corresponding to start tag {reader.open[-1][0]!r}"
        )
    return reader.plain, sorted(reader.entities, key=lambda entity: (entity["offset"], -entity["length"]))
