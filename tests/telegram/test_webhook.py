"""Where Telegram delivers: who may call, what comes back, and when it must come again."""

import asyncio
import copy

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.telegram import Manner, Telegram, Webhook, introduce, set_webhook
from bot.channels.telegram.webhook import LARGEST
from bot.dialogue import NotNow, Press
from tests.botapi import BROKEN, TOKEN, Fault, too_many
from tests.botapi.delivery import SECRET, Delivery
from tests.telegram.conftest import QUICK

KNOWN = ["first-secret", "older-secret"]


@pytest.fixture
async def bot(api, talks, wording):
    telegram = Telegram(talks, wording, TOKEN, api.url, Manner(waits=QUICK, gap=0))
    await introduce(telegram.bot, telegram.wording)
    yield telegram
    await telegram.close()


@pytest.fixture
async def hook(api, bot):
    """Telegram's side, delivering to the endpoint on a real port."""
    served = Starlette(routes=[Route("/telegram", Webhook(bot, KNOWN).delivered, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(served, port=0, log_config=None, lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    await set_webhook(bot.bot, f"http://127.0.0.1:{port}/telegram", KNOWN[0])
    async with Delivery(api.world, api.methods) as delivery:
        yield delivery
    server.should_exit = True
    await task


def written(api, chat, text):
    message = api.world.message(api.world.rooms[chat.id], chat.me, {"text": text})
    return api.world.update("message", copy.deepcopy(message))


def pressed(api, chat, label):
    message = next(
        one for one in reversed(api.world.rooms[chat.id].messages.values()) if "reply_markup" in one
    )
    rows = message["reply_markup"]["inline_keyboard"]
    data = next(button["callback_data"] for row in rows for button in row if button["text"] == label)
    return api.world.update("callback_query", api.world.query(chat.me, copy.deepcopy(message), data))


async def test_telegram_is_told_where_and_with_which_secret(api, hook):
    assert api.world.webhook.endswith("/telegram")
    assert api.world.secret == KNOWN[0]
    assert api.world.allowed == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_a_walk_over_the_webhook(api, hook, talks):
    chat = api.chat()
    await hook.deliver(written(api, chat, "bonjour"))
    await hook.deliver(pressed(api, chat, "Oui"))
    assert chat.last.text.startswith("Qu'est-ce qui est vrai")
    assert talks.turns[-1][1] == Press("q1", "yes")
    assert api.called("answerCallbackQuery") == [], "it came with the answer"


@pytest.mark.parametrize("secret", ["", "wrong", "first-secre", "first-secret "[:-1] + "x", "é"])
async def test_nobody_else_may_deliver(api, hook, talks, secret):
    update = written(api, api.chat(), "bonjour")
    status, _ = await hook.post(update, **{SECRET: secret.encode().decode("latin-1")})
    assert (status, talks.turns) == (403, [])


async def test_an_older_key_still_opens(api, hook):
    assert (await hook.post(written(api, api.chat(), "bonjour"), **{SECRET: KNOWN[1]}))[0] == 200


async def test_only_what_telegram_does_is_answered(api, hook):
    async with hook._http.get(api.world.webhook, headers={SECRET: KNOWN[0]}) as answer:
        assert answer.status == 405
    for body in (b"{", b"[]", b'"text"', b"{}"):
        async with hook._http.post(api.world.webhook, data=body, headers={SECRET: KNOWN[0]}) as answer:
            assert answer.status == 400, body


async def test_a_body_too_large_is_not_read(api, hook, talks):
    async def endless():
        for _ in range(LARGEST // 1024 + 2):
            yield b" " * 1024

    huge = written(api, api.chat(), "x" * LARGEST)
    assert (await hook.post(huge))[0] == 413
    async with hook._http.post(api.world.webhook, data=endless(), headers={SECRET: KNOWN[0]}) as answer:
        assert answer.status == 413
    assert talks.turns == []


async def test_an_update_that_makes_no_sense_does_not_come_back(api, hook):
    assert (await hook.post({"update_id": 7, "message": {"text": "canari"}}))[0] == 200


async def test_what_cannot_be_taken_now_comes_again(api, hook, talks):
    talks.broken = NotNow()
    delivering = asyncio.create_task(hook.deliver(written(api, api.chat(), "bonjour")))
    while hook.refused < 2:  # noqa: ASYNC110 - a count has no event
        await asyncio.sleep(0.01)
    talks.broken = None
    await delivering
    assert api.chat().last.text.startswith("Logement")
    assert talks.texts() == ["bonjour"]


async def test_a_reply_that_did_not_go_out_belongs_to_the_next_delivery(api, hook, talks):
    """Taken once, and said when Telegram lets us."""
    chat = api.chat()
    api.faults.append(Fault("sendMessage", BROKEN, times=len(QUICK) + 2))
    await hook.deliver(written(api, chat, "bonjour"))
    assert hook.refused == 1
    assert talks.texts() == ["bonjour"]
    assert [shown.text[:8] for shown in chat.screen if not shown.mine] == ["Logement"]


async def test_nobody_is_held_for_as_long_as_telegram_wants_to_wait(api, hook, talks):
    chat = api.chat()
    api.faults.append(Fault("sendMessage", too_many(600)))
    status, _ = await hook.post(update := written(api, chat, "bonjour"))
    assert status == 503
    assert (await hook.post(update))[0] == 503, "its time has not come"
    assert len(api.called("sendMessage")) == 1
    assert (await hook.post(written(api, api.chat(100_002), "bonjour")))[0] == 200


async def test_a_second_delivery_is_silent(api, hook, talks):
    chat = api.chat()
    hook.twice = 1.0
    await hook.deliver(written(api, chat, "bonjour"))
    await hook.deliver(pressed(api, chat, "Oui"))
    await hook.settled()
    assert [len(talks.turns), len(api.called("sendMessage"))] == [2, 2]
