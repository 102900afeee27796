"""How the bot behaves in a chat: the real assistant, without calendars, over a Bot API server."""

import asyncio
import json
import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from bot.app import build
from bot.conversation.writing import PRIVATE
from bot.settings import Settings, new_key

ROOT = Path(__file__).parents[2]
JOIGNY = {"latitude": 47.982417, "longitude": 3.401093, "horizontal_accuracy": 12.0}
OFFER = "📍 Je préfère partager ma position"
STOPS = yaml.safe_load((ROOT / "content" / "commands.yml").read_text(encoding="utf-8"))["commands"]["stop"]


@pytest.fixture
async def assistant(tmp_path):
    settings = Settings.from_environment(
        {
            "CLAIRDROIT_KEY": new_key(),
            "CLAIRDROIT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/manners.sqlite",
            "CLAIRDROIT_DATA": str(ROOT),
        }
    )
    async with build(settings) as app:
        yield app


@pytest.fixture
async def chat(api, assistant, running):
    async with running(api, assistant.dialogue):
        yield api.chat()


async def to_the_commune(chat):
    await chat.send("/start")
    await chat.send("je voudrais un rendez-vous")
    return chat.last


async def test_a_position_answers_where_a_commune_is_asked_for(chat):
    asked = await to_the_commune(chat)
    assert asked.text.startswith("Dans quelle commune")
    assert OFFER in asked.buttons
    [invitation] = await chat.press(OFFER)
    assert chat.device == ("📍 Partager ma position",)
    thanks, question = await chat.send_message({"location": JOIGNY})
    assert invitation.text.startswith("Touchez le bouton en bas")
    assert thanks.text.startswith("Merci. Votre position est oubliée")
    assert chat.device == ()
    assert question.text.startswith("Laquelle de ces communes ?")
    assert question.buttons[0] == "Joigny (89300)"
    await chat.press("Joigny (89300)")
    assert "commune" not in chat.last.text


async def test_nothing_of_a_position_stays(api, assistant, chat, caplog, tmp_path):
    caplog.set_level("DEBUG")
    await to_the_commune(chat)
    before = len(chat.screen)
    await chat.send_message({"location": JOIGNY})
    assert len(chat.screen) == before + 2, "the message with the position is gone, on the person's side too"
    async with assistant.database.reading() as tx:
        tables = (await tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars()
        rows = [row for table in tables for row in (await tx.execute(text(f"SELECT * FROM {table}"))).all()]
    kept = repr(rows) + caplog.text + json.dumps([params for _, params in api.calls], default=repr)
    assert "982417" not in kept + "".join(map(repr, tmp_path.iterdir()))
    assert "401093" not in kept


@pytest.mark.parametrize(
    "where", [{"latitude": 51.5, "longitude": -0.12}, {"latitude": 0.0, "longitude": 0.0}]
)
async def test_a_position_far_from_any_commune_is_answered(chat, where):
    await to_the_commune(chat)
    _, question = await chat.send_message({"location": where})
    assert question.text.startswith("Je ne trouve pas cette commune.")


async def test_a_position_that_nobody_asked_for_is_not_looked_at(chat):
    await chat.send("/start")
    _, answer = await chat.send_message({"location": JOIGNY})
    assert answer.text.startswith("Je ne lis que du texte.")


async def test_somebody_who_moves_is_not_followed(api, chat):
    """A position shared live is edited every few seconds."""
    await to_the_commune(chat)
    moving = api.world.message(api.world.rooms[chat.id], chat.me, {"location": JOIGNY | {"live_period": 900}})
    update = api.world.update("edited_message", moving | {"edit_date": moving["date"] + 5})
    seen = chat.sees()
    await api.world.stir()
    await chat.until_done(update["update_id"])
    assert chat.sees() == seen


async def test_only_the_question_for_a_commune_offers_it(chat):
    await chat.send("/start")
    assert OFFER not in chat.last.buttons
    await chat.press("Commencer")
    assert OFFER not in chat.last.buttons


async def test_who_blocks_the_bot_while_it_invites_is_forgotten(api, assistant, chat):
    await to_the_commune(chat)
    await chat.block(telling=False)
    await chat.press(OFFER)
    async with assistant.database.reading() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM conversations"))).scalar_one() == 0


@pytest.mark.parametrize(
    "word", [*STOPS, "STOP", "Stop !", "/stop", "/STOP", "stop svp", "СТОП", "ARRÊTEZ", "/parar", "/стоп"]
)
async def test_stop_stops_at_once_in_every_language(chat, word):
    await chat.send("/start")
    await chat.press("Commencer")
    [farewell] = await chat.send(re.sub(r"\(\w+\) ", "", word))
    assert farewell.text.startswith("C'est arrêté.")


async def test_the_menu_is_there_in_every_language(api, chat, wording):
    await chat.send("/start")
    menus = api.world.menus
    assert set(menus) == {"", *(language for language in wording.others if PRIVATE not in language)}
    assert menus["fr"] == menus[""]
    names = {tuple(entry["command"] for entry in menu) for menu in menus.values()}
    assert len(names) == 1
    assert menus["en"][0]["description"] == "Start or go on"


async def test_telegrams_own_words_are_in_the_persons_language(chat):
    await chat.send("/start")
    await chat.send("english")
    [nothing] = await chat.send("/reponses")
    assert nothing.text == "You have not answered any question yet."
    asked = await to_the_commune(chat)
    assert "📍 I would rather share where I am" in asked.buttons


async def test_a_chat_reads_as_a_dialogue_with_one_live_keyboard(chat):
    await chat.send("/start")
    await chat.press("Commencer")
    await chat.send("logement")
    for _ in range(6):
        await chat.press("Je ne sais pas" if "Je ne sais pas" in chat.last.buttons else chat.last.buttons[0])
        assert [shown for shown in chat.screen if shown.buttons] == [chat.last]
    answered = [shown.text for shown in chat.screen if "➜" in shown.text]
    assert len(answered) >= 5


async def test_a_typed_answer_while_buttons_stand_leaves_no_old_keyboard(chat):
    await to_the_commune(chat)
    await chat.send("89300")
    await asyncio.sleep(0)
    assert len([shown for shown in chat.screen if shown.buttons]) == 1


async def test_an_invitation_and_a_position_delivered_twice_count_once(api, chat):
    await to_the_commune(chat)
    await chat.press(OFFER)
    where = api.world.message(api.world.rooms[chat.id], chat.me, {"location": JOIGNY})
    update = api.world.update("message", where)
    for _ in range(2):
        api.world.pending[update["update_id"]] = update
        await api.world.stir()
        await asyncio.wait_for(api.quiet(), 5)
    texts = [shown.text for shown in chat.screen]
    assert sum(text.startswith("Touchez le bouton en bas") for text in texts) == 1
    assert sum(text.startswith("Merci. Votre position") for text in texts) == 1
    assert sum(text.startswith("Laquelle de ces communes") for text in texts) == 1
