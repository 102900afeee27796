"""Why a verdict, what would change it, what settles an open one; and answers that do not go together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation.events import Asked, Number, Pressed, Topics
from bot.conversation.scene import Scene
from bot.conversation.state import Answered, Look, State, TopicsChosen, begin
from bot.conversation.world import World
from bot.eligibility.values import Answer, Interval
from tests.conversation.vocabulary import TODAY, Chat, plain
from tests.eligibility.rulesets import book_of, right

FACTS = """
    age: {type: age, range: 0..110, label: Votre âge, ask: Quel âge avez-vous ?, change: {from: "à partir de {value}"}}
    partner_age: {type: age, range: 0..110, label: Âge de votre conjoint, ask: Et lui ?}
    pregnant: {type: yes_no, label: Une naissance attendue, ask: Attendez-vous un enfant ?, only_if: age >= 14 and age <= 50}
    children: {type: count, range: 0..10, label: Enfants, ask: Combien d'enfants ?}
    home: {type: choice, label: Logement, ask: Où ?, choices: {rent: Je loue, own: À moi}, change: {rent: si vous payez un loyer}}
    income:
      type: amount
      unit: EUR/month
      range: 0..15000
      label: Ressources
      ask: Combien ?
      change: {below: "si vos ressources passent sous {value} par mois", from: "à partir de {value} par mois"}
"""
AMOUNTS = "base: {label: P, unit: EUR/month, values: {2020-01-01: {value: 651.69, source: S}}}"
PAPERS = "\n    papers: [Votre bail]"
YES, NO = frozenset({"yes"}), frozenset({"no"})


def looking(world: World, *conditions: str, extra: str = "", **known: Answer) -> Chat:
    """Somebody who looks at the one right there is."""
    book = book_of(right(*conditions, extra=extra), facts=FACTS, parameters=AMOUNTS)
    log = (TopicsChosen(("income",)), Answered(tuple(known.items())), Look("right", "r0"))
    return Chat(
        replace(world, rules=book), state=replace(begin(TODAY), fingerprint=book.fingerprint, log=log)
    )


def years(low: int, high: int | None = None) -> Interval:
    return Interval(low, low if high is None else high)


def euros(amount: float) -> Interval:
    return Interval(round(amount * 100), round(amount * 100))


# --- what would change it ---------------------------------------------------------------------------------


def test_from_an_age_on(world: World) -> None:
    chat = looking(world, "when: age >= 25", age=years(18, 24))
    assert "✗ C. Cela changerait à partir de 25 ans." in " ".join(chat.text.split())


def test_an_age_without_words_of_its_own(world: World) -> None:
    chat = looking(world, "when: partner_age >= 25", partner_age=years(20))
    assert "Cela changerait ainsi : âge de votre conjoint, à partir de 25 ans." in chat.text


def test_from_one_age_to_another(world: World) -> None:
    chat = looking(world, "when: age >= 25 and age < 31", age=years(20))
    assert "Cela changerait ainsi : votre âge, de 25 à 30 ans." in chat.text


@pytest.mark.parametrize(
    ("condition", "now", "told"),
    [
        ("income < base", 900, "si vos ressources passent sous 651 € par mois."),
        ("income <= base * 0", 900, "Cela changerait ainsi : ressources, 0 € par mois."),
        ("income >= base", 100, "à partir de 652 € par mois."),
        ("income > 0", 0, "à partir de 1 € par mois."),
        ("income >= base and income < base * 2", 0, "ressources, de 652 € à 1 303 € par mois."),
    ],
)
def test_sums_are_rounded_so_that_they_hold(world: World, condition: str, now: int, told: str) -> None:
    chat = looking(world, f"when: {condition}", income=euros(now))
    assert told in " ".join(chat.text.split())


def test_another_home(world: World) -> None:
    assert (
        "Cela changerait si vous payez un loyer."
        in looking(world, "when: home == rent", home=frozenset({"own"})).text
    )


def test_nothing_is_suggested_for_what_nobody_should_change(world: World) -> None:
    assert "Cela changerait" not in looking(world, "when: pregnant", pregnant=NO).text


# --- what settles an open one -----------------------------------------------------------------------------


def test_an_open_condition_names_its_paper_and_who_reads_it(world: World) -> None:
    shown = looking(world, f"when: home == rent{PAPERS}", home="dont_know").text
    assert "Ce qui permet de le savoir : votre bail." in shown
    assert "avec vous : Caisse d'allocations familiales (CAF)." in " ".join(shown.split())


def test_papers_for_what_cannot_matter_any_more_are_not_asked_for(world: World) -> None:
    shown = looking(world, f"when: home == rent{PAPERS}", "when: age >= 25", age=years(20)).text
    assert "permet de le savoir" not in shown and "Une personne peut" not in shown


def test_a_settled_verdict_names_nobody_to_read_it(world: World) -> None:
    shown = looking(world, f"when: home == rent{PAPERS}", home=frozenset({"rent"})).text
    assert "Une personne peut regarder" not in shown and "permet de le savoir" not in shown


def test_what_is_kept_open_on_purpose_is_said_to_be(world: World) -> None:
    shown = looking(world, f"when: age >= 30\n    maybe: age >= 18{PAPERS}", age=years(20)).text
    assert "Nous ne demandons pas plus ici." in shown and "votre bail" in shown
    shown = looking(world, f"when: age >= 30\n    maybe: age >= 18{PAPERS}", age=years(20, 40)).text
    assert "Nous ne demandons pas plus ici." not in shown, "an answer can still settle it"


# --- how much ---------------------------------------------------------------------------------------------


def test_an_amount_is_a_range_or_names_what_it_hangs_on(world: World) -> None:
    amount = "amount: max(0, base - income)\n"
    shown = looking(world, "when: age >= 25", extra=amount).text
    assert "Le montant dépend aussi de ceci : « Ressources »." in shown and "Montant" not in shown
    shown = looking(world, "when: age >= 25", extra=amount, income=euros(500)).text
    assert "Montant si vous y avez droit : 152 € par mois environ." in plain(shown)
    shown = looking(
        world, "when: age >= 25", extra=amount, income=Interval(30_000, 45_000), age=years(30)
    ).text
    assert "Montant : entre 201 € et 352 € par mois environ." in plain(shown)


def test_only_what_moves_an_amount_is_named(world: World) -> None:
    amount = "amount: max(0, base * (1 + 0.01 * children) - income)\n"
    assert "dépend aussi de ceci : « Ressources »." in looking(world, "when: age >= 25", extra=amount).text


def test_who_probably_has_the_right_hears_its_top_and_what_it_hangs_on(world: World) -> None:
    amount = "amount: max(0, base - income)\n"
    shown = plain(looking(world, "when: age >= 25", extra=amount, age=years(30)).text)
    assert "Montant : jusqu'à 652 € par mois environ." in shown and "aussi de ceci : « Ressources »." in shown


def test_what_was_told_roughly_gives_the_top(world: World) -> None:
    amount = "amount: max(0, base - income)\n"
    shown = looking(world, "when: age >= 25", extra=amount, income=Interval(0, 60_000), age=years(30)).text
    assert "Montant : jusqu'à 652 € par mois environ." in plain(shown)


# --- why this question ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "Votre réponse peut décider de cette aide : N0."),
        (2, "Votre réponse peut décider de ces aides : N0 et N1."),
        (4, "Votre réponse peut décider de ces aides : N0, N1, N2 et N3."),
        (5, "Votre réponse peut décider de ces aides : N0, N1, N2, N3 et une autre aide."),
        (7, "Votre réponse peut décider de ces aides : N0, N1, N2, N3 et 3 autres aides."),
    ],
)
def test_why_names_one_two_or_many_rights(world: World, count: int, told: str) -> None:
    texts = [right("when: age >= 25").replace("name: N", f"name: N{i}") for i in range(count)]
    chat = Chat(replace(world, rules=book_of(*texts, facts=FACTS, parameters=AMOUNTS)))
    chat.happens(Topics(("income",)))
    assert told in " ".join(chat.press("Pourquoi ?").split())


# --- answers that do not go together ----------------------------------------------------------------------


@pytest.fixture
def expecting(world: World) -> Chat:
    """She expects a child and is 34; then corrects her age to 70."""
    book = book_of(right("any: [pregnant, age >= 90]", "when: home == rent"), facts=FACTS, parameters=AMOUNTS)
    log = (TopicsChosen(("income",)), Answered((("age", years(34)),)), Answered((("pregnant", YES),)))
    chat = Chat(
        replace(world, rules=book), state=replace(begin(TODAY), fingerprint=book.fingerprint, log=log)
    )
    chat.correct("Votre âge")
    chat.happens(Number(Decimal(70)))
    return chat


def known(chat: Chat) -> dict[str, str]:
    return {given.label: plain(given.answer) for given in chat.reply.trail}


def test_they_are_shown_and_each_can_be_corrected(expecting: Chat) -> None:
    assert expecting.prompt.startswith(
        "Ces réponses ne vont pas ensemble :\n  - Une naissance attendue : Oui\n  - Votre âge : De 51"
    )
    assert expecting.labels == ["Corriger : Une naissance attendue", "Corriger : Votre âge"]


def test_the_age_was_wrong(expecting: Chat) -> None:
    expecting.press("Corriger : Votre âge")
    assert "Quel âge avez-vous ?" in expecting.prompt
    expecting.happens(Number(Decimal(34)))
    assert known(expecting)["Une naissance attendue"] == "Oui"
    assert "Où ?" in expecting.prompt


@pytest.mark.parametrize("label", ["Corriger : Une naissance attendue", "Je ne sais pas"])
def test_the_other_one_was_wrong(expecting: Chat, label: str) -> None:
    """Beside the age only one answer is possible: nothing is asked again."""
    before = Scene(expecting.state, expecting.world).verdicts
    assert "C'est corrigé" in expecting.press(label)
    assert "Une naissance attendue" not in known(expecting)
    after = Scene(expecting.state, expecting.world).verdicts
    assert after == before == {"r0": before["r0"]}
    assert before["r0"].conclusion == "unlikely", "what the age implies counted all along"


def test_results_and_a_person_stay_within_reach(expecting: Chat) -> None:
    assert "Vos droits" in expecting.happens(Asked("results"))
    expecting.happens(Asked("back"))
    assert "Dans quelle commune" in expecting.happens(Asked("human"))
    expecting.press("Retour")
    assert "ne vont pas ensemble" in expecting.prompt


def test_an_unknown_button_there_changes_nothing(expecting: Chat) -> None:
    before = expecting.state.log
    expecting.happens(Pressed(expecting.state.id, "w:7"))
    expecting.happens(Pressed(expecting.state.id, "a:0"))
    assert expecting.state.log == before


# --- bands in words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "told"), [("651,68", "✓"), ("651,69", "✗"), ("651", "✓"), ("652", "✗")])
def test_whose_sum_falls_between_two_labels_types_it(world: World, typed: str, told: str) -> None:
    book = book_of(right("when: income < base"), facts=FACTS, parameters=AMOUNTS)
    chat = Chat(replace(world, rules=book))
    chat.happens(Topics(("income",)))
    assert [plain(label) for label in chat.labels] == ["651 € ou moins", "652 € ou plus"]
    assert "Votre montant tombe entre deux réponses ? Écrivez-le exactement." in " ".join(chat.prompt.split())
    chat.say(typed)
    assert f"{told} N. S" in chat.text
    assert typed not in plain(chat.reply.trail[0].answer) or typed in ("651", "652")


def test_lines_at_whole_euros_need_no_such_note(world: World) -> None:
    amounts = AMOUNTS.replace("651.69", "651")
    chat = Chat(replace(world, rules=book_of(right("when: income < base"), facts=FACTS, parameters=amounts)))
    chat.happens(Topics(("income",)))
    assert [plain(label) for label in chat.labels] == ["Moins de 651 €", "651 € ou plus"]
    assert "entre deux réponses" not in chat.prompt


# --- never against a wall ---------------------------------------------------------------------------------


def asked_twice(world: World, **known: Answer) -> Chat:
    """Somebody who was asked for an income in bands twice already."""
    book = book_of(right("when: income < base * 0.5", "when: home == rent"), facts=FACTS, parameters=AMOUNTS)
    bands = (Answered((("income", Interval(0, 100_000)),)), Answered((("income", Interval(10_000, 60_000)),)))
    log = (TopicsChosen(("income",)), Answered((("home", frozenset({"rent"})),)), *bands)
    return Chat(
        replace(world, rules=book), state=replace(begin(TODAY), fingerprint=book.fingerprint, log=log)
    )


def test_the_third_time_the_exact_amount_is_asked(world: World) -> None:
    chat = asked_twice(world)
    assert (
        "Pour être plus précis, il me faut le montant exact." in " ".join(chat.prompt.split())
        and chat.reply.prompt.buttons == ()
    )
    chat.happens(Pressed(chat.state.id, "a:0"))
    assert chat.state.log[-1] == Answered((("income", Interval(10_000, 60_000)),))
    chat.happens(Number(Decimal("325.84")))
    assert chat.state.log[-1] == Answered((("income", Interval(32_584, 32_584)),))
    assert "Vous y avez probablement droit" in chat.text


def asked_once(world: World, *lines: float) -> Chat:
    """Somebody who said once that they have from 1,000 to 2,000 €, where rights end at these amounts."""
    rights = [
        right(f"when: income < base * {line / 651.69:.6f}").replace("name: N", f"name: Aide {line}")
        for line in lines
    ]
    book = book_of(*rights, facts=FACTS, parameters=AMOUNTS)
    log = (TopicsChosen(("income",)), Answered((("income", Interval(100_000, 200_000)),)))
    return Chat(
        replace(world, rules=book), state=replace(begin(TODAY), fingerprint=book.fingerprint, log=log)
    )


def test_the_second_time_bands_do_where_they_leave_nothing_to_ask(world: World) -> None:
    chat = asked_once(world, 1200, 1500, 1800)
    assert "J'ai besoin d'un peu plus de précision." in chat.prompt and len(chat.labels) == 4
    chat.press(chat.labels[1])
    assert chat.reply.prompt.wants == "nothing"


@pytest.mark.parametrize("lines", [(1500, 1505), (1100, 1200, 1300, 1400, 1500, 1600)])
def test_else_the_exact_amount_is_asked_at_once(world: World, lines: tuple[float, ...]) -> None:
    """Lines too near to be told apart, or too many for one message: bands would only lead to a third question."""
    chat = asked_once(world, *lines)
    said = " ".join(chat.prompt.split())
    assert "Pour être plus précis, il me faut le montant exact." in said and not chat.labels
    chat.happens(Number(Decimal(1503)))
    assert chat.reply.prompt.wants == "nothing" and "à vérifier" not in chat.text


def test_who_does_not_know_it_leaves_the_right_open(world: World) -> None:
    chat = asked_twice(world)
    assert "À vérifier" in chat.press("Je ne sais pas")
    assert known(chat)["Ressources"] == "De 100 € à 600 € par mois"


def test_a_corrected_number_is_asked_in_bands_again(world: World) -> None:
    chat = asked_twice(world)
    chat.correct("Ressources")
    assert chat.reply.prompt.buttons


def test_no_number_is_asked_more_than_three_times(world: World) -> None:
    state: State = asked_twice(world).state
    state = state.plus(Answered((("income", Interval(32_500, 32_599)),)))
    assert Scene(state, asked_twice(world).world).question is None
