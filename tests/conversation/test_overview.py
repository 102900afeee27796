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
        facts=MONEY, parameters=AMOUNTS,
    )  # fmt: skip
    return Chat(replace(world, rules=rules))


def told(chat: Chat, young: str) -> None:
    chat.state = chat.state.plus(Answered((("young", frozenset({young})),)))
    chat.happens(Asked("results"))


def test_what_it_is_worth_comes_first_and_the_way_to_others_last(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    told(chat, "yes")
    assert chat.labels == ["Aide C", "Aide B", "Aide A", "Aide D", "Aide F"]
    assert "Vous avez probablement droit à 5 aides." in chat.text
    assert "1 démarche peut aussi vous concerner." in chat.text
    assert "Aide D. S Aide locale." in chat.text
    shown = chat.press("Voir la suite")
    assert chat.labels == ["Aide E"]
    assert "À voir avec quelqu'un" in shown and "Vous y avez probablement droit" not in shown
    assert "Cette démarche peut vous concerner" in chat.press("Aide E")


def test_the_topic_that_brought_the_person_comes_first(chat: Chat) -> None:
    chat.happens(Topics(("housing",)))
    chat.happens(Topics(("all",)))
    told(chat, "yes")
    assert chat.labels[:2] == ["Aide F", "Aide G"]


def test_nothing_is_lost(chat: Chat) -> None:
    chat.happens(Topics(("all",)))
    told(chat, "no")
    seen = [*chat.labels]
    while "Suite de la liste" in chat.press("Voir la suite"):
        seen += chat.labels
    assert sorted(seen) == [f"Aide {letter}" for letter in "ABCDEFG"]


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
    seen = len(chat.labels)
    while "Suite de la liste" in chat.press("Voir la suite"):
        seen += len(chat.labels)
    assert seen == len(world.rules.texts)
