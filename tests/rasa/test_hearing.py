"""The layers with an engine between them: who is asked, who waits, and who answers when Rasa does not."""

from __future__ import annotations

import pytest

from bot.app import build
from bot.conversation.events import Asked, Chosen, Code, InDanger, Number, Places, Puzzled, Topics
from bot.conversation.messages import Button, Prompt
from bot.dialogue import Person
from bot.hearing import Hearing
from bot.knowledge import Knowledge
from bot.settings import Settings
from bot.understanding.rasa import Rasa
from tests.rasa.conftest import TOPICS, parsed
from tests.talking import DATA, NOW, Talker

OPEN = Prompt((), id="q")
YES_NO = Prompt((), id="q", buttons=(Button("Oui", "yes"), Button("Non", "no")), wants="words")


@pytest.fixture(scope="module")
def knowledge():
    return Knowledge(DATA, lambda: NOW)


@pytest.fixture
def hearing(knowledge, rasa):
    return Hearing(knowledge, rasa)


AT_ONCE = {
    "il m'a encore tapée": (OPEN, InDanger("crisis_violence")),
    "je veux mourir": (OPEN, InDanger("crisis_suicide")),
    "/il m'a frappée": (YES_NO, InDanger("crisis_violence")),
    "stop": (OPEN, Asked("stop")),
    "effacer tout": (OPEN, Asked("erase")),
    "oui": (YES_NO, Chosen("yes")),
    "blablabla": (YES_NO, Puzzled("not_understood")),
    "trois": (Prompt((), id="q", wants="number"), Number(3)),
    "beaucoup trop": (Prompt((), id="q", wants="number"), Puzzled("vague")),
    "joigny": (Prompt((), id="q", wants="place"), Places(("89206",))),
    "k7qm 4txr": (OPEN, Code("K7QM-4TXR")),
    "": (OPEN, Puzzled("empty")),
    "?!": (OPEN, Puzzled("not_text")),
}


@pytest.mark.parametrize(("text", "prompt", "meant"), [(text, *rest) for text, rest in AT_ONCE.items()])
async def test_rasa_is_not_asked_about_danger_wishes_or_answers(hearing, server, text, prompt, meant):
    assert await hearing.hear(text, "fr", prompt) == hearing.read(text, "fr", prompt) == meant
    assert server.heard == []


async def test_rasa_says_what_the_rest_is_about(hearing, server):
    text = "plus rien ne va depuis mars"
    assert hearing.read(text, "fr", OPEN) != Topics(("debt",))
    server.answer = lambda asked: parsed(asked, ("debt", 0.8), ("housing", 0.2))
    assert await hearing.hear(text, "fr", OPEN) == Topics(("debt",))
    assert [asked["text"] for _, asked in server.heard] == [text]


async def test_what_rasa_is_sure_of_goes_before_the_words_that_are_listed(hearing, server):
    server.answer = lambda asked: parsed(asked, ("debt", 0.9), ("energy", 0.1))
    assert hearing.read("ma facture edf", "fr", OPEN) == Topics(("energy",))
    assert await hearing.hear("ma facture edf", "fr", OPEN) == Topics(("debt",))


async def test_several_topics_of_one_message_are_all_kept(hearing, server):
    server.answer = lambda asked: parsed(asked, ("energy" if asked.startswith("on m'a") else "housing", 0.99))
    text = "je ne paie plus le loyer, on m'a coupé le courant"
    assert await hearing.hear(text, "fr", OPEN) == Topics(("housing", "energy"))


async def test_one_part_alone_does_not_outvote_the_whole(hearing, server):
    text = "je ne paie plus le loyer, on m'a coupé le courant"
    server.answer = lambda asked: parsed(asked, ("housing", 0.99), doubtful=asked.startswith("on m'a"))
    assert await hearing.hear(text, "fr", OPEN) == Topics(("housing",))
    server.answer = lambda asked: parsed(asked, ("debt", 0.99), doubtful=not asked.startswith("on m'a"))
    assert await hearing.hear(text, "fr", OPEN) == hearing.read(text, "fr", OPEN)


async def test_what_rasa_doubts_is_left_to_the_local_model(hearing, server):
    server.answer = lambda asked: parsed(asked, ("debt", 0.4), ("housing", 0.3), doubtful=True)
    for text in ("ma facture edf", "quel temps fait-il demain"):
        assert await hearing.hear(text, "fr", OPEN) == hearing.read(text, "fr", OPEN)
    assert not hearing.engine.breaker.opened


@pytest.mark.parametrize("text", ["ma facture edf", "je n'ai pas de mutuelle", "quel temps fait-il demain"])
async def test_when_rasa_fails_the_local_model_answers(knowledge, server, text):
    server.answer = lambda _: None
    local = knowledge.read(text, "fr", OPEN)
    async with Rasa(server.url, lambda: TOPICS) as rasa:
        for _ in range(5):
            assert await Hearing(knowledge, rasa).hear(text, "fr", OPEN) == local
    assert len(server.heard) == 3


async def test_rasa_may_name_the_topics_there_are(knowledge):
    assert {"housing", "debt", "justice"} <= knowledge.topics
    assert "unknown_scope" not in knowledge.topics


# --- the whole program ----------------------------------------------------------------------------------------


async def test_the_program_asks_the_rasa_that_was_set_and_speaks_on_when_it_dies(server):
    server.answer = lambda asked: parsed(asked, ("food", 0.8), ("housing", 0.2))
    settings = Settings.throwaway({"CLAIRDROIT_NLU": "rasa", "CLAIRDROIT_RASA_URL": server.url})
    async with build(settings, lambda: NOW) as app:
        zoe, ali, lou = (Talker(app.dialogue, Person("web", name)) for name in ("zoe", "ali", "lou"))
        assert "3919" in await zoe.write("il m'a encore tapée")
        assert server.heard == []
        await ali.press("Commencer")
        asked = await ali.press("Se nourrir")
        heard = await lou.write("plus rien ne va depuis mars")
        assert "Se nourrir" in heard and heard.endswith(asked)
        assert [asked for _, asked in server.heard] == [{"text": "plus rien ne va depuis mars"}]
        server.answer = lambda _: None
        await lou.press("Recommencer")
        assert await lou.write("aide alimentaire, colis de nourriture") == heard


async def test_without_the_setting_no_text_leaves_the_process(server):
    settings = Settings.throwaway({"CLAIRDROIT_RASA_URL": server.url})
    async with build(settings, lambda: NOW) as app:
        await Talker(app.dialogue, Person("web", "zoe")).write("plus rien ne va depuis mars")
    assert server.heard == []
