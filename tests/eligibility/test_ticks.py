"""Boxes: what a tick may stand for, which are put together, and what an empty one means."""

from __future__ import annotations

import pytest

from bot.eligibility.model import Question
from bot.eligibility.problems import RuleErrors
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval
from tests.eligibility.rulesets import book_of, right

FACTS = """
    french: {type: choice, label: L, ask: A ?, choices: {yes_fr: F, eu: E, none: N}, tick: {in: [yes_fr], say: Français}}
    children: {type: count, range: 0..6, label: L, ask: A ?, tick: {from: 1, say: Un enfant}}
    age: {type: age, range: 0..110, label: L, ask: A ?, tick: "J'ai {value} ou plus"}
    ill: {type: yes_no, label: L, ask: A ?, tick: Malade}
    work: {type: yes_no, label: L, ask: A ?, tick: Travail}
    rare: {type: yes_no, label: L, ask: A ?, tick: Rare, only_if: ill}
"""
RIGHTS = (
    right("when: french == yes_fr or ill"),
    right("when: children >= 1 and work"),
    right("when: age >= 60 and not work"),
)


def first(book: RuleBook, apart: tuple[str, ...] = ()) -> Question:
    question = book.next_question({}, list(book.programs), (), apart)
    assert question is not None
    return question


def test_every_kind_of_fact_stands_in_one_message() -> None:
    question = first(book_of(*RIGHTS, facts=FACTS))
    boxes = dict(zip(question.facts, question.pairs, strict=True))
    assert boxes["french"] == (frozenset({"yes_fr"}), frozenset({"eu", "none"}))
    assert boxes["children"] == (Interval(1, 6), Interval(0, 0))
    assert boxes["age"] == (Interval(60, 110), Interval(0, 59)), "the line that decides"
    assert boxes["work"] == (frozenset({"yes"}), frozenset({"no"}))
    assert set(question.rights) == {"r0", "r1", "r2"}


def test_who_answers_the_boxes_is_settled() -> None:
    book = book_of(*RIGHTS, facts=FACTS)
    question = first(book)
    ticked = {fact: pair[0] for fact, pair in zip(question.facts, question.pairs, strict=True)}
    assert set(book.conclusions(ticked).values()) == {"likely", "unlikely"}


def test_facts_apart_stand_in_no_box() -> None:
    book = book_of(*RIGHTS, facts=FACTS)
    question = first(book, ("french", "children", "age", "ill", "work"))
    assert len(question.facts) == 1
    assert not question.boxes


def test_a_gate_and_what_it_opens_are_asked_in_this_order() -> None:
    book = book_of(right("when: rare"), right("when: work"), facts=FACTS)
    assert "rare" not in first(book).facts or "ill" in first(book).facts
    shut = book.next_question({"ill": frozenset({"no"}), "work": frozenset({"no"})}, ["r0", "r1"])
    assert shut is None, "a shut gate closes what is behind it"


def test_rights_of_one_test_are_all_named() -> None:
    book = book_of(right("when: ill"), right("when: ill"), facts=FACTS)
    assert first(book).rights == ("r0", "r1")


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        ("{type: choice, label: L, ask: A ?, choices: {a: A, b: B}, tick: T}", "must say which choices"),
        (
            "{type: choice, label: L, ask: A ?, choices: {a: A, b: B}, tick: {in: [a, b], say: T}}",
            "part the choices",
        ),
        (
            "{type: choice, label: L, ask: A ?, choices: {a: A, b: B}, tick: {in: [c], say: T}}",
            "'c' is not known",
        ),
        ("{type: count, range: 0..3, label: L, ask: A ?, tick: T}", "names its line"),
        ("{type: count, range: 0..3, label: L, ask: A ?, tick: {from: 0, say: T}}", "parts nobody"),
        ("{type: yes_no, label: L, ask: A ?, tick: {in: [yes], say: T}}", "means yes"),
        ("{type: yes_no, label: L, ask: A ?, tick: []}", "this list is empty"),
    ],
)
def test_a_tick_that_says_nothing_is_refused(fact: str, what: str) -> None:
    with pytest.raises(RuleErrors) as refused:
        book_of(right("when: ill"), facts=f"    x: {fact}\n    ill: {{type: yes_no, label: L, ask: A ?}}\n")
    assert what in str(refused.value)
