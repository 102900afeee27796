"""What was written apart is heard as well as was measured; `clairdroit bench understanding` prints the figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from bot.conversation.events import Topics
from bot.conversation.messages import Prompt
from bot.understanding.labelling import label
from bot.understanding.model import Trained
from bot.understanding.phrases import sound
from bot.understanding.training import learnt_from
from tests.understanding import held_out

CONTENT = Path(__file__).parents[2] / "content"


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_danger_is_heard_in_every_language(reader):
    heard = defaultdict(list)
    for said in held_out.crises():
        heard[said.language].append(reader.crisis.find(sound(said.text)) is not None)
    assert set(heard) == {"fr", "en", "es", "pt", "ar", "uk", "tr", "ro"}
    assert {language: share(found) for language, found in heard.items() if share(found) < 0.96} == {}


def test_few_are_alarmed_for_nothing(reader):
    alarmed = [reader.crisis.find(sound(said.text)) is not None for said in held_out.harmless()]
    assert len(alarmed) >= 300
    assert share(alarmed) <= 0.02


def test_topics_are_heard_and_few_are_believed_wrongly(reader):
    first, third, wrong = defaultdict(list), defaultdict(list), []
    for said in held_out.topics():
        guesses = reader.model.guesses(said.text)
        names = [name for name, _ in guesses if name != "unknown_scope"]
        group = "fr" if said.language == "fr" else "others"
        first[group].append(names[0] == said.label)
        third[group].append(said.label in names[:3])
        wrong.append(guesses[0][1] >= reader.model.line and guesses[0][0] != said.label)
    assert len(wrong) >= 300
    assert share(wrong) <= 0.02
    assert (share(first["fr"]) >= 0.88, share(third["fr"]) >= 0.96) == (True, True)
    assert (share(first["others"]) >= 0.80, share(third["others"]) >= 0.91) == (True, True)


def test_the_trained_file_is_of_the_examples_at_hand(reader):
    assert str(reader.model._read["learnt_from"]) == learnt_from(CONTENT / "utterances"), (
        "run: clairdroit train"
    )


def test_without_the_trained_file_the_word_lists_still_answer(reader, tmp_path):
    bare = replace(reader, model=Trained(tmp_path / "none.npz"))
    assert bare.read("je n'ai pas de mutuelle", "fr", Prompt((), id="q")) == Topics(("health",))
    assert label(bare, "ma facture edf").name == "energy"
