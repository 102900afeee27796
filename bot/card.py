"""A sheet with an appointment, to print or to show at the desk: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from bot.conversation.messages import Block, File

MEDIA_TYPE: Final = "text/html; charset=utf-8"
_STYLE: Final = (
    "body{font:18px/1.5 sans-serif;max-width:34em;margin:1.5em auto;padding:0 1em}"
    "h1,h2{font-size:1.1em;margin:1em 0 .2em}p,ul{margin:.2em 0}"
    ".code{font:bold 2em monospace;letter-spacing:.08em;border:2px solid;padding:.2em .5em;display:inline-block}"
    ".note{font-size:.9em}@media print{body{margin:0;font-size:14pt}}"
)
_PAGE: Final = Markup(
    '<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
    "<style>{style}</style></head>\n<body>\n{body}\n</body></html>\n"
)
_AROUND: Final = {
    "title": Markup("<h2>{}</h2>"),
    "text": Markup("<p>{}</p>"),
    "link": Markup("<p>{}</p>"),
    "note": Markup('<p class="note">{}</p>'),
    "code": Markup('<p class="code">{}</p>'),
}


def card(blocks: Sequence[Block], language: str, name: str) -> File:
    """What the page of an appointment says, as a file of this name."""
    title = next((block.text for block in blocks if block.kind == "title"), name)
    page = _PAGE.format(
        language=language,
        direction=_direction(language),
        title=title,
        style=Markup(_STYLE),  # noqa: S704 - our own
        body=Markup("\n").join(_written(blocks)),
    )
    return File(name, MEDIA_TYPE, page.encode())


def _written(blocks: Sequence[Block]) -> Iterator[Markup]:
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind == "item":
            items = (Markup("<li>{}</li>").format(block.text) for block in run)
            yield Markup("<ul>{}</ul>").format(Markup().join(items))
        else:
            yield from (_AROUND[kind].format(escape(block.text)) for block in run)


def _direction(language: str) -> str:
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"
