"""Place facts: which territory holds a commune, and what an editor may not write."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.eligibility.area_files import unknown_communes
from bot.eligibility.areas import Area, area_of
from bot.eligibility.exact import answer
from bot.eligibility.problems import RuleErrors
from bot.eligibility.values import BadValue
from tests.eligibility.rulesets import book_of, library_of, right

AREAS = {
    "joigny": Area(frozenset({"89206"})),
    "yonne": Area(departments=frozenset({"89", "2A", "971"})),
    "other": Area(),
}


def fact(territories: str) -> str:
    return f"""
    home: {{type: place, label: L, ask: A ?, territories: {{{territories}}}}}
"""


GOOD = "joigny: {communes: ['89206'], label: J}, yonne: {departments: ['89'], label: Y}, other: {label: O}"


@pytest.mark.parametrize(
    ("commune", "area"),
    [
        ("89206", "joigny"),
        ("89024", "yonne"),
        ("2A004", "yonne"),
        ("97105", "yonne"),
        ("97411", "other"),
        ("75056", "other"),
    ],
)
def test_the_first_territory_that_holds_a_commune(commune: str, area: str) -> None:
    assert area_of(commune, AREAS) == area


def test_a_place_is_a_choice_in_expressions() -> None:
    book = book_of(right("when: home in {joigny, yonne}"), right("when: home == joigny"), facts=fact(GOOD))
    said = book.conclusions({"home": frozenset({"yonne"})})
    assert said == {"r0": "likely", "r1": "unlikely"}
    question = book.next_question({}, ["r0", "r1"])
    assert question is not None
    assert len(question.choices) == 3


def test_a_commune_stands_for_its_territory() -> None:
    home = book_of(right("when: home == joigny"), facts=fact(GOOD)).facts["home"]
    assert answer(home, "89206") == {"joigny"}
    assert answer(home, "89024") == answer(home, "yonne") == {"yonne"}
    with pytest.raises(BadValue):
        answer(home, "paris")


@pytest.mark.parametrize(
    ("territories", "what"),
    [
        ("a: {communes: ['8920'], label: J}, b: {label: O}", "'8920' is not the INSEE code"),
        ("a: {communes: ['89206', '89206'], label: J}, b: {label: O}", "'89206' stands here twice"),
        ("a: {departments: ['890'], label: J}, b: {label: O}", "'890' is not a department's number"),
        ("a: {communes: ['89206'], label: J}, b: {communes: ['89206'], label: J}, c: {label: O}", "belongs to a territory above"),
        ("a: {departments: ['89'], label: J}, b: {communes: ['89206'], label: J}, c: {label: O}", "in a department of a territory above"),
        ("a: {communes: ['89206'], label: J}, b: {departments: ['89'], label: O}", "only that, is everywhere else"),
        ("a: {label: J}, b: {label: O}", "only that, is everywhere else"),
        ("a: {label: O}", "1 territories"),
        ("a: {communes: [], label: J}, b: {label: O}", "this list is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(territories: str, what: str) -> None:
    with pytest.raises(RuleErrors) as refused:
        book_of(right("when: home == a"), facts=fact(territories))
    assert what in str(refused.value)


def test_only_a_place_has_territories() -> None:
    with pytest.raises(RuleErrors, match="only a place has territories"):
        book_of(
            right("when: x"),
            facts="    x: {type: yes_no, label: L, ask: A ?, territories: {a: {label: O}}}\n",
        )


def test_codes_that_no_commune_has(tmp_path: Path) -> None:
    library = library_of(
        {"facts/f.yml": fact(GOOD), "rights/r/2020-01-01.yml": right("when: home == joigny")}
    )
    item = library.facts["home"].item
    assert [p.what for p in unknown_communes(item, lambda _: "")] == ["no commune has the INSEE code '89206'"]
    assert [p.remedy for p in unknown_communes(item, lambda _: "89001")] == ["write the city's code, 89001"]
    assert not list(unknown_communes(item, lambda code: code))
