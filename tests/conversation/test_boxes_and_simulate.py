"""Several boxes in one message; and the conversation played by a truthful person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.conversation.events import Topics
from bot.conversation.scene import Scene
from bot.conversation.simulate import play
from bot.conversation.state import Answered
from bot.conversation.world import World
from bot.eligibility.model import Knowledge, Question
from bot.eligibility.values import Interval
from tests.conversation.vocabulary import Chat, plain

NADIA = {
    "age": 34, "couple": "no", "children": 2, "youngest_child": 5, "newly_alone": "no", "child_support": 0,
    "household_income": 90000, "work_income": 90000, "housing": "tenant", "rent": 45000, "residence": "french",
    "pregnant": "no", "student": "no", "disability": "none", "work": "only", "other_parent": "none",
}  # fmt: skip
BOXES = ("student", "couple", "pregnant")


@dataclass
class Boxed:
    """The real rules, asking three yes/no facts in one message first."""

    rules: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rules, name)

    def next_question(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> Question | None:
        if apart or any(fact in knowledge for fact in BOXES):
            return self.rules.next_question(knowledge, rights, passed, apart)
        return Question(BOXES, (), tuple(rights))


@pytest.fixture
def boxes(world: World) -> Chat:
    chat = Chat(replace(world, rules=Boxed(world.rules)))
    chat.press("Commencer")
    chat.press("Logement et loyer")
    return chat


def known(chat: Chat) -> dict[str, str]:
    return {given.label: given.answer for given in chat.reply.trail}


def test_boxes_are_ticked_one_by_one_and_sent(boxes: Chat) -> None:
    assert "Une case vide compte comme « non »" in boxes.text
    assert [button.ticked for button in boxes.reply.prompt.buttons] == [False] * 3
    assert boxes.reply.prompt.standing[0].label == "Rien de tout cela"
    boxes.press("Je fais des études")
    boxes.press("Je vis en couple")
    boxes.press("Je fais des études")
    assert [button.ticked for button in boxes.reply.prompt.buttons] == [False, True, False]
    assert boxes.reply.trail == (), "nothing counts before it is sent"
    boxes.press("C'est tout")
    assert known(boxes) == {
        "Étudiant ou étudiante": "Non", "En couple": "Oui", "Une naissance attendue": "Non",
    }  # fmt: skip


def test_back_from_boxes_leaves_them_unticked_and_back_from_the_answer_returns(boxes: Chat) -> None:
    empty = boxes.reply.prompt
    boxes.press("Je vis en couple")
    boxes.press("Retour")
    assert boxes.reply.prompt == empty
    boxes.press("Rien de tout cela")
    assert set(known(boxes).values()) == {"Non"}
    boxes.press("Retour")
    assert boxes.reply.prompt == empty


def test_boxes_can_be_left(boxes: Chat) -> None:
    boxes.press("Je vis en couple")
    boxes.press("Je ne sais pas")
    assert not known(boxes), "which of them is not known, nobody said"
    for _ in range(12):
        question = Scene(boxes.state, boxes.world).question
        assert question is not None
        assert len(question.facts) == 1 or not {*question.facts} & {*BOXES}, "each is asked on its own now"
        boxes.press("Je ne sais pas")


def test_a_box_is_corrected_alone(boxes: Chat) -> None:
    boxes.press("Je fais des études")
    boxes.press("C'est tout")
    boxes.correct("Étudiant ou étudiante")
    boxes.press("Non")
    assert known(boxes)["Étudiant ou étudiante"] == "Non"
    assert known(boxes)["En couple"] == "Non"


# --- simulate ---------------------------------------------------------------------------------------------


def test_a_truthful_person_settles_every_right(world: World) -> None:
    rights = ("aide_logement", "domiciliation")
    played = play(world.rules, rights, NADIA)
    exact = {
        fact: Interval(value, value) if isinstance(value, int) else frozenset({value})
        for fact, value in NADIA.items()
    }
    assert played.verdicts == {
        right: verdict.conclusion for right, verdict in world.rules.evaluate(exact, rights).items()
    }
    assert played.questions
    assert played.revealed_bits > 0


def test_who_knows_nothing_reveals_nothing(world: World) -> None:
    played = play(world.rules, ("domiciliation",), {})
    assert played.questions
    assert played.revealed_bits == 0
    assert set(played.verdicts.values()) == {"open"}


def test_boxes_are_played_too(world: World) -> None:
    played = play(Boxed(world.rules), ("domiciliation",), NADIA)
    assert played.questions[:3] == BOXES
    assert played.verdicts == {"domiciliation": "unlikely"}


@dataclass
class Finer:
    """The real rules, asking one amount by halves, then by quarters."""

    rules: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rules, name)

    def next_question(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> Question | None:
        band = knowledge.get("rent", Interval(0, 300_000))
        if not isinstance(band, Interval) or "rent" in passed or band.high - band.low < 80_000:
            return None
        middle = (band.low + band.high) // 2
        return Question(
            ("rent",),
            (Interval(band.low, middle), Interval(middle + 1, band.high)),
            tuple(rights),
            settles=True,
        )


def test_a_finer_question_that_is_left_keeps_the_band(world: World) -> None:
    """ "I don't know" to a finer question: what was said before still counts, and it is not asked again."""
    chat = Chat(replace(world, rules=Finer(world.rules)))
    chat.happens(Topics(("housing",)))
    chat.press("1 500 € ou moins")
    assert "J'ai besoin d'un peu plus de précision" in chat.text
    before = known(chat)
    chat.press("Je ne sais pas")
    assert known(chat) == before
    assert "Vos droits" in chat.text
    chat.press("Retour")
    chat.press("750 € ou moins")
    assert [plain(answer) for answer in known(chat).values()] == ["750 € ou moins par mois"]


def test_a_number_typed_against_an_earlier_band_corrects_it(world: World) -> None:
    chat = Chat(replace(world, rules=Finer(world.rules)))
    chat.happens(Topics(("housing",)))
    chat.press("1 500 € ou moins")
    chat.say("2000")
    [answered] = [entry for entry in chat.state.log if isinstance(entry, Answered)]
    [(_, band)] = answered.answers
    assert isinstance(band, Interval) and band.low <= 200_000 <= band.high
