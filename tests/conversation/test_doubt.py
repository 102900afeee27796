"""What is not clear is asked back: which topic, whether there is danger, in which language to go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.events import Doubtful, InDanger, PerhapsInDanger, Puzzled, Spoken, Topics
from bot.conversation.phrases import Phrases
from bot.conversation.world import World
from tests.conversation.test_conversation import to_slots
from tests.conversation.test_golden import HERE, compare
from tests.conversation.vocabulary import Chat

GOLDEN = HERE / "golden"
OFFERED = ("housing", "energy", "debt")


@pytest.fixture
def chat(french: World) -> Chat:
    return Chat(french)


@pytest.fixture
def speaking(french: World) -> Chat:
    """With English beside French; most of it is not translated."""
    mine = french.phrases["fr"]
    words = {
        "Voulez-vous que je continue dans cette langue ?": "Shall I go on in this language?",
        "Continuer : {language}": "Go on: {language}",
    }
    english = Phrases("en", "English", mine.templates, words)
    return Chat(replace(french, phrases={"fr": mine, "en": english}))


def test_the_likeliest_topics_are_offered_as_buttons(chat):
    said = chat.happens(Doubtful(OFFERED))
    assert "Vous voulez dire…" in said
    assert chat.labels == [
        "Logement et loyer",
        "Électricité et chauffage",
        "Dettes et factures",
        "Tout cela",
        "Rien de tout cela",
    ]


def test_such_a_button_does_what_choosing_that_topic_does(chat):
    chat.happens(Doubtful(OFFERED))
    chat.press("Électricité et chauffage")
    other = Chat(chat.world)
    other.happens(Topics(("energy",)))
    assert chat.prompt == other.prompt


def test_all_of_these_keeps_them_all(chat):
    chat.happens(Doubtful(OFFERED))
    chat.press("Tout cela")
    assert set(chat.state.log[-1].names) == set(OFFERED)


def test_none_of_these_leads_to_all_topics(chat):
    chat.happens(Doubtful(OFFERED))
    assert "Qu'est-ce qui vous amène" in chat.press("Rien de tout cela")


def test_a_doubt_among_the_results_loses_none_of_them(chat):
    chat.happens(Topics(("income",)))
    before = chat.prompt
    chat.happens(Doubtful(("housing",)))
    assert chat.labels[0] == "Logement et loyer"
    chat.press("Retour")
    assert chat.prompt == before


def test_a_second_doubt_stands_in_place_of_the_first(chat):
    chat.happens(Doubtful(OFFERED))
    chat.happens(Doubtful(("work",)))
    assert chat.labels == ["Travail et formation", "Rien de tout cela"]
    chat.press("Retour")
    assert chat.state.log == ()


def test_unclear_words_about_a_visit_lead_to_no_other_topic(chat):
    to_slots(chat)
    before = chat.labels
    said = chat.happens(Doubtful(OFFERED))
    assert "Je n'ai pas compris" in said
    assert chat.labels == before


def test_topics_that_are_unknown_here_are_not_offered(chat):
    assert "Je n'ai pas compris" in chat.happens(Doubtful(("moon",)))


@pytest.mark.parametrize("kind", ["crisis_violence", "crisis_suicide"])
def test_perhaps_in_danger_is_a_question_and_no_alarm(chat, kind):
    said = chat.happens(PerhapsInDanger(kind, Puzzled("not_understood")))
    assert "Êtes-vous en danger maintenant" in said
    assert not any(notice.urgent for notice in chat.reply.notices)
    assert chat.labels == ["Oui, il me faut de l'aide", "Non, continuer"]


def test_yes_gives_the_same_help_as_clear_danger(chat):
    chat.happens(PerhapsInDanger("crisis_suicide", Puzzled("not_understood")))
    asked = chat.press("Oui, il me faut de l'aide")
    assert asked == Chat(chat.world).happens(InDanger("crisis_suicide"))
    assert "3114" in asked


def test_no_goes_on_with_what_was_said(chat):
    chat.happens(PerhapsInDanger("crisis_violence", Topics(("housing",))))
    plain = Chat(chat.world)
    plain.happens(Topics(("housing",)))
    chat.press("Non, continuer")
    assert chat.prompt == plain.prompt


def test_no_may_lead_to_the_other_doubt(chat):
    chat.happens(PerhapsInDanger("crisis_violence", Doubtful(OFFERED)))
    assert "Vous voulez dire…" in chat.press("Non, continuer")


def test_the_language_of_the_first_words_is_offered_and_not_imposed(speaking):
    said = speaking.happens(Spoken("en", Topics(("housing",))))
    assert speaking.reply.language == "fr"
    assert "Shall I go on in this language?" in said
    assert speaking.reply.prompt.standing[0].label == "Go on: English"


def test_taking_the_offer_keeps_the_place(speaking):
    plain = Chat(speaking.world)
    plain.happens(Topics(("housing",)))
    speaking.happens(Spoken("en", Topics(("housing",))))
    speaking.press("Go on: English")
    assert speaking.reply.language == "en"
    assert speaking.state.log == plain.state.log


def test_it_is_offered_once(speaking):
    speaking.happens(Spoken("en", Puzzled("not_understood")))
    assert speaking.state.spoken
    assert "Shall I go on" not in speaking.happens(Spoken("en", Topics(("housing",))))
    speaking.press("Recommencer")
    assert "Shall I go on" not in speaking.happens(Spoken("en", Topics(("housing",))))


@pytest.mark.parametrize("code", ["fr", "de"])
def test_a_language_that_is_spoken_already_or_not_at_all_is_not_offered(speaking, code):
    speaking.happens(Spoken(code, Topics(("housing",))))
    assert all(not each.action.startswith("lang:") for each in speaking.reply.prompt.standing)


def test_help_in_danger_is_given_in_the_language_of_the_words_too(speaking):
    english = speaking.world.phrases["en"]
    words = {**english.translations, "Vous pouvez continuer ici quand vous voulez.": "Go on when you want."}
    known = {**speaking.world.phrases, "en": replace(english, translations=words)}
    chat = Chat(replace(speaking.world, phrases=known))
    said = chat.happens(Spoken("en", InDanger("crisis_violence")))
    assert said.count("3919") >= 2
    assert said.index("Go on when you want.") < said.index("Vous pouvez continuer ici quand vous voulez.")


def test_a_conversation_that_begins_in_doubt_word_by_word(french):
    """CLAIRDROIT_GOLDEN=1 writes it anew."""
    chat = Chat(french)
    parts = [chat.text]
    for told in (
        Doubtful(("housing", "energy")),
        "Tout cela",
        PerhapsInDanger("crisis_shelter", Puzzled("not_understood")),
        "Non, continuer",
        PerhapsInDanger("crisis_violence", Puzzled("not_understood")),
        "Oui, il me faut de l'aide",
    ):
        parts += [f"> {told}\n", chat.press(told) if isinstance(told, str) else chat.happens(told)]
    compare(GOLDEN / "doubt.txt", "\n".join(parts))
