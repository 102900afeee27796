"""Reading the territories of a place fact, and what is wrong with them as far as codes alone tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from bot.eligibility.areas import COMMUNE, DEPARTMENT, Area, department
from bot.eligibility.problems import Problem
from bot.eligibility.yamlfile import Item


def read_area(item: Item) -> tuple[Area, str]:
    """An entry of ``territories`` and its label. Raises `Mistake` for what has no code's shape."""
    fields = item.fields(("label",), ("communes", "departments"))
    communes = _codes(fields.get("communes"), COMMUNE, "the INSEE code of a commune, such as '89206'")
    departments = _codes(fields.get("departments"), DEPARTMENT, "a department's number, such as '89'")
    return Area(communes, departments), fields["label"].sentence()


def _codes(listed: Item | None, shape: re.Pattern[str], wanted: str) -> frozenset[str]:
    members = listed.members() if listed else []
    if listed and not members:
        listed.wrong("this list is empty", f"write {wanted}, or remove the line")
    seen: set[str] = set()
    for member in members:
        code = member.text()
        if not shape.fullmatch(code):
            member.wrong(f"{code!r} is not {wanted}", "postcodes are no INSEE codes: look it up on insee.fr")
        if code in seen:
            member.wrong(f"{code!r} stands here twice", "remove one of the two")
        seen.add(code)
    return frozenset(seen)


def check_areas(listed: Iterable[tuple[Item, Area]]) -> None:
    """Each area can be reached, and only the last one is "elsewhere". Raises `Mistake`."""
    entries = list(listed)
    communes: set[str] = set()
    departments: set[str] = set()
    for position, (item, area) in enumerate(entries):
        last = position == len(entries) - 1
        if area.elsewhere is not last:
            item.wrong(
                "the last territory, and only that, is everywhere else",
                "end the list with elsewhere: {label: …}, without communes or departments",
            )
        if twice := (area.communes & communes) | (area.departments & departments):
            item.wrong(
                f"{min(twice)!r} belongs to a territory above already", "remove it from one of the two"
            )
        if hidden := [code for code in sorted(area.communes) if department(code) in departments]:
            item.wrong(
                f"{hidden[0]!r} lies in a department of a territory above", "put the smaller territory first"
            )
        communes |= area.communes
        departments |= area.departments


def unknown_communes(fact: Item, current: Callable[[str], str]) -> Iterator[Problem]:
    """The codes in a fact's file that no commune has; `current` gives the commune a code stands for today, or "".

    Who calls holds the list of communes: the rule files are read without it.
    """
    for item in _commune_items(fact):
        code = current(item.text())
        if not code:
            yield Problem(
                item.place, f"no commune has the INSEE code {item.text()!r}", "look it up on insee.fr"
            )
        elif code != item.text():
            yield Problem(item.place, f"{item.text()!r} is a district", f"write the city's code, {code}")


def _commune_items(fact: Item) -> Iterator[Item]:
    for key, territories in fact.entries():
        if key.text() == "territories":
            for _, territory in territories.entries():
                for name, listed in territory.entries():
                    yield from listed.members() if name.text() == "communes" else ()
