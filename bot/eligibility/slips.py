"""Slips of the pen that no reader of rule files refuses: a sentence that YAML cut at its comma, words too long for
a box. Looked for by `rules check` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.eligibility.library import Library
from bot.eligibility.problems import Problem
from bot.eligibility.yamlfile import Item

LONGEST_TICK: Final = 60
"""Characters: a phone's button cuts what is longer."""
_SENTENCES: Final = ("papers", "steps")
_QUOTES: Final = ("'", '"')


def slips(library: Library) -> Iterator[Problem]:
    """A warning for each."""
    for version in (version for history in library.versions.values() for version in history):
        for listed in _under(version.item, _SENTENCES):
            yield from _cut(listed)
    for entry in library.facts.values():
        for ticks in _under(entry.item, ("tick",)):
            yield from _long(ticks)


def _under(item: Item, names: tuple[str, ...]) -> Iterator[Item]:
    """What stands under these names, however deep."""
    if item.is_list:
        for member in item.members():
            yield from _under(member, names)
    elif not item.is_text:
        for key, value in item.entries():
            yield from (value,) if key.text() in names else _under(value, names)


def _cut(listed: Item) -> Iterator[Problem]:
    """In a list of one line, [a, b], a comma within a sentence parts it, unless it stands in quotes."""
    if not getattr(listed.node, "flow_style", False):
        return
    for member in listed.members()[1:]:
        quoted = getattr(member.node, "style", None) in _QUOTES
        if member.is_text and not quoted and member.text()[:1].islower():
            what = f"{member.text()!r} starts with a small letter: did a comma cut a sentence in two?"
            yield Problem(member.place, what, 'put the whole sentence in quotes: ["…, …"]', warning=True)


def _long(ticks: Item) -> Iterator[Problem]:
    for each in ticks.members() if ticks.is_list else [ticks]:
        said = each if each.is_text else each.fields(("say",), ("in", "from"))["say"]
        if len(said.sentence()) > LONGEST_TICK:
            what = f"a box to tick bears {LONGEST_TICK} characters, this has {len(said.sentence())}"
            yield Problem(said.place, what, "say it shorter: phones cut the rest", warning=True)
