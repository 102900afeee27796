"""Whom to call in danger, from content/helplines/<country>.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from bot.conversation.events import Crisis
from bot.conversation.ports import Helpline, Line
from bot.eligibility import yamlfile
from bot.eligibility.problems import one_is_all
from bot.eligibility.yamlfile import Item

CALLS = ("tel:", "sms:", "https://")


def read(content: Path, country: str = "fr") -> dict[str, Helpline]:
    """What is said for each kind of `events.Crisis`.

    Raises `RuleErrors` for a kind, number or source that is missing, or a day that is none.
    """
    shown_as = f"content/helplines/{country}.yml"
    with one_is_all():
        given = yamlfile.read(content / "helplines" / f"{country}.yml", shown_as).fields(
            ["numbers", "crises"], []
        )
        lines = {key.text(): _line(key, value) for key, value in given["numbers"].entries()}
        crises = given["crises"].fields(get_args(Crisis), [])
        return {kind: _helpline(kind, item, lines) for kind, item in crises.items()}


def _line(key: Item, item: Item) -> Line:
    given = item.fields(["name", "hours", "happens", "href", "source", "checked"], [])
    source = given["source"].fields(["title", "url"], [])
    source["title"].sentence()
    source["url"].sentence()
    given["checked"].day()
    href = given["href"].text()
    if not href.startswith(CALLS):
        given["href"].wrong(f"{href!r} cannot be called", "write tel:3919, sms:114 or an https address")
    return Line(
        key.text(), given["name"].sentence(), given["hours"].sentence(), given["happens"].sentence(), href
    )


def _helpline(kind: str, item: Item, lines: Mapping[str, Line]) -> Helpline:
    given = item.fields(["lead", "lines"], ["advice"])
    numbers = [number.one_of(lines) for number in given["lines"].members()]
    if not numbers:
        given["lines"].wrong("no number to call", "name at least one number of the list above")
    advice = tuple(each.sentence() for each in given["advice"].members()) if "advice" in given else ()
    return Helpline(kind, given["lead"].sentence(), tuple(lines[number] for number in numbers), advice)
