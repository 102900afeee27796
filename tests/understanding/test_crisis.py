"""Danger must be heard, in whatever words; and nobody may be alarmed for nothing."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.events import InDanger, PerhapsInDanger, Topics
from bot.conversation.messages import Button, Prompt
from bot.eligibility.problems import RuleErrors
from bot.understanding.reader import Reader

DATA = Path(__file__).parent / "data"
CONTENT = Path(__file__).parents[2] / "content"
CRISES: dict[str, list[str]] = yaml.safe_load((DATA / "crisis.yml").read_text("utf-8"))
SPOKEN = [(kind, text) for kind, texts in CRISES.items() for text in texts]
HARMLESS: list[str] = yaml.safe_load((DATA / "harmless.yml").read_text("utf-8"))
ANYTHING = Prompt((), id="p", buttons=(Button("Oui", "y"), Button("Non", "n")), wants="words")
READER = Reader.read_from(CONTENT, lambda text: ())


def heard(text: str, prompt: Prompt = ANYTHING) -> str:
    said = READER.read(text, "fr", prompt)
    return said.kind if isinstance(said, InDanger) else ""


def test_the_corpora_are_large_enough():
    assert len(SPOKEN) >= 60
    assert len(HARMLESS) >= 60


@pytest.mark.parametrize(("kind", "text"), SPOKEN)
def test_danger_is_heard(kind, text):
    assert heard(text) == kind


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_alarms_nobody(text):
    assert heard(text) == ""


def spelt_badly(text: str, how: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return {
        "upper": text.upper(),
        "plain": plain,
        "curly": text.replace("'", "’"),
        "spaced": text.replace(" ", "   "),
        "dots": text.replace(" ", "... ", 1) + " !!!",
        "emoji": f"😭 {text} 😭",
    }[how]


FRENCH = [(kind, text) for kind, text in SPOKEN if text.isascii() or any(c in text for c in "éèêàùçî'")]


@given(st.sampled_from(FRENCH), st.sampled_from(["upper", "plain", "curly", "spaced", "dots", "emoji"]))
def test_spelling_hides_no_danger(spoken, how):
    kind, text = spoken
    assert heard(spelt_badly(text, how)) == kind


@given(st.sampled_from(SPOKEN), st.sampled_from(HARMLESS), st.booleans())
def test_a_harmless_phrase_beside_it_hides_no_danger(spoken, harmless, first):
    _, text = spoken
    said = READER.read(f"{harmless}. {text}" if first else f"{text}. {harmless}", "fr", ANYTHING)
    assert isinstance(said, InDanger | PerhapsInDanger)


@given(st.sampled_from(SPOKEN), st.sampled_from(["nothing", "number", "place", "words"]))
def test_danger_is_heard_whatever_is_asked(spoken, wants):
    kind, text = spoken
    assert heard(text, Prompt((), id="p", wants=wants)) == kind


def test_danger_at_the_start_of_an_endless_message_is_heard():
    assert heard("mon mari me frappe. " + "bla bla " * 5000) == "crisis_violence"


def test_danger_among_control_characters_is_heard():
    assert heard("mon mari me frappe \x00\x01") == "crisis_violence"


def test_the_label_of_a_button_is_an_answer():
    prompt = Prompt((), id="p", buttons=(Button("Je dors dehors", "a"),), wants="words")
    assert heard("Je dors dehors", prompt) == ""
    assert heard("je dors dehors ce soir", prompt) == "crisis_shelter"


@pytest.mark.parametrize(
    ("phrase", "what"),
    [
        ("il (me frappe", "'(me' is cut by a space or a bracket"),
        ("{nobody} me frappe", "there is no group {nobody}"),
        ("il / me", "'/' holds no word"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_shown_with_its_place(tmp_path, phrase, what):
    for name in ("commands.yml", "numbers.yml"):
        (tmp_path / name).write_text((CONTENT / name).read_text("utf-8"), "utf-8")
    (tmp_path / "utterances").mkdir()
    (tmp_path / "crisis").mkdir()
    kinds = "".join(f"{kind}: []\n" for kind in CRISES if kind != "crisis_violence")
    (tmp_path / "crisis" / "fr.yml").write_text(
        f'harmless: []\n{kinds}crisis_violence:\n  - "{phrase}"\n', "utf-8"
    )
    with pytest.raises(RuleErrors) as caught:
        Reader.read_from(tmp_path, lambda text: ())
    problem = caught.value.problems[0]
    assert str(problem.place) == "content/crisis/fr.yml:7:6"
    assert what in problem.what


FAR = [
    ("crisis_violence", "il me frappait il y a vingt ans, c'est pour ma retraite"),
    ("crisis_child", "my father beat me when i was a child, now i need help with my rent"),
    ("crisis_violence", "eski kocam yirmi yıl önce beni dövüyordu, şimdi emeklilik için soruyorum"),
    ("crisis_suicide", "hier dans le film le héros dit je vais me tuer"),
]


@pytest.mark.parametrize(("kind", "text"), FAR)
def test_danger_told_of_long_ago_or_of_a_film_is_asked_about(kind, text):
    said = READER.read(text, "fr", ANYTHING)
    assert isinstance(said, PerhapsInDanger)
    assert said.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "depuis vingt ans il me frappe",
        "il me frappe encore, ce matin devant les enfants",
        "i want to kill myself tonight",
    ],
)
def test_what_lasts_is_answered_at_once(text):
    assert heard(text)


def test_words_of_a_film_alone_ask_nothing():
    assert not isinstance(READER.read("un film au cinéma avec les enfants", "fr", ANYTHING), PerhapsInDanger)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("crisis_suicide", "l'eau de la loire est froide il paraît que ça va vite"),
        ("crisis_violence", "j'en ai marre de porter des lunettes noires à cause de son poing"),
    ],
)
def test_a_topic_that_words_name_hides_no_danger(kind, text):
    """Whatever was asked, a question that takes words as well."""
    said = READER.read(text, "fr", ANYTHING)
    assert isinstance(said, PerhapsInDanger)
    assert (said.kind, type(said.said)) == (kind, Topics)
