"""Two versions beside each other: who is told something else, in which direction, and because of what."""

from __future__ import annotations

from bot.eligibility.compare import compare
from bot.eligibility.values import Interval
from tests.eligibility.rulesets import FACTS, PARAMETERS, book_of, right

MORE = PARAMETERS.replace("value: 0.03", "value: 0.05")
FORMULA = "amount: max(0, base - income)\n"


def test_the_same_rules_differ_in_nothing() -> None:
    book = book_of(right("when: income < base", "when: ill"))
    found = compare(book, book, 200)
    assert found.differences == () and found.facts_gone == found.facts_new == ()
    assert 100 < found.households <= 200, "an impossible household may be drawn and left out"


def test_a_higher_ceiling_lets_some_in_and_nobody_out() -> None:
    old, new = (
        book_of(right("when: young", "when: income < base"), parameters=p) for p in (PARAMETERS, MORE)
    )
    [difference] = compare(old, new, 400).differences
    [move] = difference.moves
    assert (difference.right, move.before, move.after) == ("r0", "unlikely", "likely")
    assert [(reason.condition, reason.households) for reason in move.reasons] == [("c1", move.households)]
    assert len(move.examples) == 3
    for life in move.examples:
        assert set(life) == {"young", "income"} and life["young"] == {"yes"}
        assert isinstance(life["income"], Interval) and 3 <= life["income"].low < 5
    exact = [p for p in new.people(400) if p["young"] == {"yes"} and 3 <= p["income"].low < 5]  # type: ignore[union-attr]
    assert move.households == len(exact)


def test_the_other_way_round_they_lose_it() -> None:
    old, new = (
        book_of(right("when: young", "when: income < base"), parameters=p) for p in (MORE, PARAMETERS)
    )
    [move] = compare(old, new, 400).differences[0].moves
    assert (move.before, move.after, move.reasons[0].condition) == ("likely", "unlikely", "c1")


def test_only_the_condition_that_changed_is_a_reason() -> None:
    old, new = (
        book_of(right("when: young", "when: couple")),
        book_of(right("when: young", "when: not couple")),
    )
    for move in compare(old, new, 200).differences[0].moves:
        assert [reason.condition for reason in move.reasons] == ["c1"]


def test_a_reason_has_the_figures_of_those_it_moved() -> None:
    say = right("when: 'income < base * (1 + couple)'").replace("say: C.", "say: Moins de {base}.")
    [move] = compare(*(book_of(say, parameters=p) for p in (PARAMETERS, MORE)), 400).differences[0].moves
    assert move.reasons[0].said.figures["base"].high == 0.05


def test_amounts_that_move() -> None:
    rules = right("when: young", extra=FORMULA)
    [difference] = compare(*(book_of(rules, parameters=p) for p in (PARAMETERS, MORE)), 400).differences
    amounts = difference.amounts
    assert difference.moves == () and amounts is not None
    assert amounts.most < 0.0201 and amounts.least > 0.0
    assert amounts.before < amounts.after and amounts.unit == "EUR/month"


def test_a_right_that_comes_or_goes() -> None:
    one, two = book_of(right("when: young")), book_of(right("when: young"), right("when: couple"))
    [came] = compare(one, two, 200).differences
    [gone] = compare(two, one, 200).differences
    assert [(m.before, m.after, m.reasons) for m in came.moves] == [("absent", "likely", ())]
    assert [(m.before, m.after) for m in gone.moves] == [("likely", "absent")]
    assert came.right == gone.right == "r1"


def test_facts_that_only_one_of_them_knows() -> None:
    more = FACTS + "    deaf: {type: yes_no, label: L, ask: A ?}\n"
    old, new = book_of(right("when: young")), book_of(right("when: young and not deaf"), facts=more)
    found = compare(old, new, 200)
    assert (found.facts_gone, found.facts_new) == ((), ("deaf",))
    assert {(m.before, m.after) for m in found.differences[0].moves} == {("likely", "unlikely")}
    back = compare(new, old, 200)
    assert {(m.before, m.after) for m in back.differences[0].moves} == {("open", "likely")}


def test_a_range_that_shrank_is_no_crash() -> None:
    small = FACTS.replace("range: 0..4", "range: 0..3")
    found = compare(book_of(right("when: age >= 2"), facts=small), book_of(right("when: age >= 2")), 200)
    assert {(m.before, m.after) for d in found.differences for m in d.moves} == {("open", "likely")}


def test_only_some_rights() -> None:
    old = book_of(right("when: young"), right("when: couple"))
    new = book_of(right("when: not young"), right("when: not couple"))
    assert [d.right for d in compare(old, new, 100, ["r1"]).differences] == ["r1"]
