"""Where somebody lives, when a rule asks it: a button or a commune answers, and nobody is asked twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.events import Asked, Places
from bot.conversation.state import Placed
from bot.conversation.world import World
from tests.conversation.vocabulary import Chat
from tests.eligibility.rulesets import book_of, right

JOIGNY, AUXERRE, PARIS = "89206", "89024", "75056"
FACTS = """
    home:
      type: place
      label: Votre commune
      ask: Où habitez-vous ?
      territories:
        joigny: {communes: ["89206"], label: À Joigny}
        yonne: {departments: ["89"], label: Ailleurs dans l'Yonne}
        elsewhere: {label: Ailleurs}
    young: {type: yes_no, label: Jeune, ask: Êtes-vous jeune ?}
"""


@pytest.fixture
def local(world: World) -> World:
    rules = book_of(
        right("when: home in {joigny, yonne}").replace("name: N", "name: Aide du département"),
        right("when: home == joigny").replace("name: N", "name: Aide de la ville"),
        facts=FACTS,
    )
    return replace(world, rules=rules)


@pytest.fixture
def chat(local: World) -> Chat:
    chat = Chat(local)
    chat.press("Commencer")
    chat.happens(Asked("dont_know"))
    return chat


def answer(chat: Chat) -> dict[str, str]:
    return {given.label: given.answer for given in chat.reply.trail}


def test_territories_are_buttons(chat: Chat) -> None:
    assert "Où habitez-vous" in chat.text
    assert chat.labels == ["À Joigny", "Ailleurs dans l'Yonne", "Ailleurs"]
    assert chat.reply.prompt.wants == "place"
    chat.press("Ailleurs dans l'Yonne")
    assert answer(chat) == {"Votre commune": "Ailleurs dans l'Yonne"}
    assert "Dans quelle commune" in chat.happens(Asked("human")), "a department is not an office's commune"


def test_a_commune_answers_and_is_not_asked_again(chat: Chat) -> None:
    chat.happens(Places((JOIGNY,)))
    assert answer(chat) == {"Votre commune": "À Joigny"}
    assert "Dans quelle commune" not in chat.happens(Asked("human"))


def test_a_commune_known_from_the_office_answers(local: World) -> None:
    chat = Chat(local)
    chat.press("Commencer")
    chat.happens(Asked("human"))
    chat.happens(Places((AUXERRE,)))
    assert answer(chat) == {"Votre commune": "Ailleurs dans l'Yonne"}


def test_several_communes_of_one_answer_need_no_choice(chat: Chat) -> None:
    chat.happens(Places((PARIS, "69123")))
    assert answer(chat) == {"Votre commune": "Ailleurs"}
    assert not any(isinstance(entry, Placed) for entry in chat.state.log)


def test_several_communes_of_several_answers_are_told_apart(chat: Chat) -> None:
    assert "Laquelle de ces communes" in chat.happens(Places((JOIGNY, PARIS)))
    chat.press(chat.labels[1])
    assert answer(chat) == {"Votre commune": "Ailleurs"}
    assert "Laquelle" not in chat.text


def test_going_back_forgets_the_commune(chat: Chat) -> None:
    chat.happens(Places((JOIGNY,)))
    chat.happens(Asked("back"))
    assert "Où habitez-vous" in chat.text
    assert not answer(chat)


@pytest.mark.parametrize("again", ["button", "commune"])
def test_a_correction_takes_the_commune_along(chat: Chat, again: str) -> None:
    chat.happens(Places((JOIGNY,)))
    chat.correct("Votre commune")
    assert "Où habitez-vous" in chat.text
    chat.press("Ailleurs") if again == "button" else chat.happens(Places((PARIS,)))
    assert answer(chat) == {"Votre commune": "Ailleurs"}
    asked = "Dans quelle commune" in chat.happens(Asked("human"))
    assert asked is (again == "button")


def test_an_unknown_commune_is_asked_again(chat: Chat) -> None:
    assert "Je ne trouve pas cette commune" in chat.happens(Places(("99999",)))
    assert "Où habitez-vous" in chat.text
