"""Many rights at once: a short list first, the weightiest and nearest first, and nothing lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.events import Asked, Topics
from bot.conversation.ranking import worth
from bot.conversation.scene import Scene
from bot.conversation.state import Answered
from bot.conversation.world import World
from tests.conversation.vocabulary import Chat
from tests.eligibility.rulesets import book_of, right

MONEY = "    young: {type: yes_no, label: Jeune, ask: Êtes-vous jeune ?}\n"
BOOK = "Prendre rendez-vous"
AMOUNTS = """
    small: {label: P, unit: EUR/month, values: {2020-01-01: {value: 50, source: S}}}
    large: {label: P, unit: EUR/month, values: {2020-01-01: {value: 400, source: S}}}
    yearly: {label: P, unit: EUR/year, values: {2020-01-01: {value: 1200, source: S}}}
"""


def aid(name: str, *, topics: str = "income", extra: str = "") -> str:
    text = right("when: young", extra=f"{extra}\n")
    return text.replace("name: N", f"name: Aide {name}").replace("topics: [income]", f"topics: [{topics}]")


@pytest.fixture
def chat(world: World) -> Chat:
    rules = book_of(
        aid("A", extra="amount: small"),
        aid("B", extra="amount: yearly\namount_unit: EUR/year"),
        aid("C", extra="amount: large"),
        aid("D", extra="local: true"),
        aid("E", extra="orientation: true"),
        aid("F", topics="housing, income", extra="amount: small"),
        aid("G", topics="housing"),
        aid("H", extra="demonstration: true"),
        facts=MONEY, parameters=AMOUNTS,
    )  # fmt: skip
    return Chat(replace(world, rules=rules))


def told(chat: Chat, young: str) -> None:
    chat.state = chat.state.plus(Answered((("young", frozenset({young})),)))
    chat.happens(Asked("results"))


def test_what_it_is_worth_comes_first_and_the_way_to_others_last(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    assert chat.labels == [BOOK, "Aide C", "Aide B", "Aide A", "Aide D"]
    assert "Vous avez probablement droit à 5 aides." in chat.text
    assert "1 démarche peut aussi vous concerner." in chat.text
    assert "Aide D. S Aide locale." in chat.text
    shown = chat.press("Voir la suite")
    assert chat.labels == [BOOK, "Aide F", "Aide E", "Aide H"]
    assert "À voir avec quelqu'un" in shown
    assert "Cette démarche peut vous concerner" in chat.press("Aide E")


def test_an_invented_right_is_told_apart_and_not_counted(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    shown = chat.press("Voir la suite")
    assert shown.index("Aide E") < shown.index("Aides de démonstration") < shown.index("- Aide H")
    alone = chat.press("Aide H")
    assert "Vous y avez probablement droit" not in alone and BOOK not in chat.labels
    chat.press("Tous mes résultats")
    chat.press(BOOK)
    while "Aide H" not in chat.labels and "Voir la suite" in [b.label for b in chat.every_button]:
        chat.press("Voir la suite")
    assert "Aide H" not in chat.labels


def test_why_names_no_invented_right_beside_real_ones(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    said = chat.happens(Asked("why"))
    assert "Aide A, Aide B, Aide C, Aide D et 2 autres" in said and "Aide H" not in said


def test_only_invented_rights_are_no_right(world: World) -> None:
    chat = Chat(replace(world, rules=book_of(aid("H", extra="demonstration: true"), facts=MONEY)))
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    assert "Je n'ai pas trouvé d'aide sur ce sujet." in chat.text
    assert chat.labels == ["Parler à une personne", "Aide H"]


def test_the_way_to_an_appointment_stands_first_after_the_rights(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    first, *others = chat.reply.prompt.buttons
    assert (first.label, first.main) == (BOOK, True) and not any(each.main for each in others)
    assert chat.labels.count(BOOK) == 1 and BOOK not in [b.label for b in chat.reply.prompt.standing]
    chat.press("Aide C")
    assert [b.label for b in chat.reply.prompt.buttons if b.main] == [BOOK]


def test_an_appointment_about_all_of_them_stands_before_one_about_each(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    chat.press(BOOK)
    assert chat.labels == ["Faire le point avec une personne", "Aide C", "Aide B", "Aide A", "Aide D"]
    assert chat.reply.prompt.buttons[0].main
    chat.press("Aide B")
    assert "Dans quelle commune" in chat.text


def test_who_has_no_right_is_led_to_a_person(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "no")
    first = chat.reply.prompt.buttons[0]
    assert (first.label, first.main) == ("Parler à une personne", True)
    chat.press("Aide C")
    assert not [button for button in chat.reply.prompt.buttons if button.main]


def test_the_topic_that_brought_the_person_comes_first(chat: Chat) -> None:
    chat.happens(Topics(("housing",)))
    chat.happens(Topics(("all",)))
    told(chat, "yes")
    assert chat.labels[1:3] == ["Aide F", "Aide G"]


def test_nothing_is_lost(chat: Chat) -> None:
    chat.happens(Topics(("all",)))
    told(chat, "no")
    seen = [*chat.labels[1:]]
    while "Suite de la liste" in chat.press("Voir la suite"):
        seen += chat.labels[1:]
    assert sorted(seen) == [f"Aide {letter}" for letter in "ABCDEFGH"]


def test_a_local_right_says_so_on_its_page(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    assert "Aide locale : seuls la ville" in " ".join(chat.press("Aide D").split())


def test_a_year_is_weighed_by_the_month(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    verdicts = Scene(chat.state, chat.world).verdicts
    assert [worth(verdicts[right]) for right in ("r1", "r2", "r3")] == [100, 400, 0]


def test_every_page_of_the_real_catalogue_fits_a_message(world: World) -> None:
    """`Chat` holds each page against the limits."""
    chat = Chat(world)
    chat.happens(Topics(("all",)))
    household = world.rules.people(3)[0]  # type: ignore[attr-defined]
    chat.state = chat.state.plus(Answered(tuple(household.items())))
    chat.happens(Asked("results"))
    seen = len(chat.labels) - 1
    while "Suite de la liste" in chat.press("Voir la suite"):
        seen += len(chat.labels) - 1
    assert seen == len(world.rules.texts)
