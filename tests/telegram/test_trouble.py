"""Telegram's failures, ours, and people who leave."""

import asyncio
import logging
import time

import pytest

from bot.channels.telegram import TokenRefusedError
from bot.dialogue import Person, Text
from tests.botapi import BROKEN, TOKEN, ApiError, BotApi, Fault, too_many
from tests.telegram.scripted import Scripted


async def until(happened):
    while not happened():  # noqa: ASYNC110 - what is waited for knows nothing of events
        await asyncio.sleep(0.01)


async def test_who_blocks_the_bot_is_forgotten(chat, talks):
    await chat.send("bonjour")
    await chat.block()
    assert talks.forgotten == [Person("telegram", str(chat.id))]


async def test_who_blocked_the_bot_before_the_answer_is_forgotten(api, chat, talks):
    await chat.block(telling=False)
    await chat.send("bonjour")
    assert talks.forgotten == [Person("telegram", str(chat.id))]
    assert len(api.called("sendMessage")) == 1, "403 means stop, not try again"


async def test_telegram_says_how_long_to_wait(api, chat):
    api.faults.append(Fault("sendMessage", too_many(1)))
    began = time.monotonic()
    [question] = await chat.send("bonjour")
    assert question.text.startswith("Logement")
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("method", ["getUpdates", "sendMessage", "sendDocument"])
async def test_failing_calls_are_repeated(api, chat, method):
    api.faults.append(Fault(method, BROKEN, times=3))
    await chat.send("bonjour")
    await chat.press("Oui")
    assert [shown.text or shown.file_name for shown in await chat.press("Continuer")] == [
        "Votre rendez-vous est pris.\n\nK7M-4QX", "rendez-vous.ics",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "method", ["answerCallbackQuery", "editMessageText", "editMessageReplyMarkup", "sendChatAction"]
)
async def test_a_failed_courtesy_does_not_cost_the_answer(api, chat, method):
    await chat.send("bonjour")
    api.faults.append(Fault(method, BROKEN, times=99))
    [following] = await chat.press("Oui")
    assert following.text.startswith("Qu'est-ce qui est vrai")
    api.world.open_queries.clear()


async def test_a_lost_answer_does_not_lose_the_message(api, chat):
    """The message was sent, the confirmation lost: it may come twice, it must not come never."""
    api.faults.append(Fault("sendMessage", BROKEN, after=True))
    shown = await chat.send("bonjour")
    assert {message.text for message in shown} == {"Logement\n\nPayez-vous un loyer ?"}


async def test_updates_delivered_twice_count_once(api, chat, talks):
    api.methods.twice = True
    assert len(await chat.send("bonjour")) == 1
    assert len(await chat.press("Oui")) == 1
    assert len(talks.turns) == 2


async def test_an_update_that_comes_back_after_it_was_confirmed_counts_once(api, chat, talks):
    await chat.send("bonjour")
    message = api.world.message(api.world.rooms[chat.id], chat.me, {"text": "encore"})
    again = api.world.update("message", message)
    for _ in range(2):
        api.world.pending[again["update_id"]] = again
        await api.world.stir()
        await asyncio.wait_for(api.quiet(), 5)
    assert talks.texts() == ["bonjour", "encore"]


async def test_a_failing_turn_is_met_with_one_sentence_and_leaves_no_words_in_the_log(chat, talks, caplog):
    talks.broken = RuntimeError("canary-4711: je gagne 800 euros")
    [answer] = await chat.send("canary-4711")
    assert answer.text.startswith("Un souci technique")
    talks.broken = None
    [question] = await chat.send("bonjour")
    assert question.text.startswith("Logement")
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


async def test_a_slow_turn_shows_that_we_are_at_work_and_nobody_waits_for_it(api, chat, talks):
    class SlowForOne(Scripted):
        async def turn(self, person, incoming, *, delivery=""):
            if isinstance(incoming, Text) and incoming.text == "lent":
                await asyncio.sleep(1.2)
            return await super().turn(person, incoming, delivery=delivery)

    talks.__class__ = SlowForOne
    slow = asyncio.create_task(chat.send("lent"))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    other = api.chat(100_002)
    await other.send("bonjour", wait=False)
    await until(lambda: not other.last.mine)
    assert time.monotonic() - began < 0.6
    assert not slow.done()
    await slow
    assert chat.actions == ["typing"]


async def test_nobody_waits_for_ever_behind_one_that_hangs(api, talks, running):
    stuck, others = api.chat(), [api.chat(200_000 + number) for number in range(130)]
    api.faults.append(Fault("sendMessage", too_many(600)))
    async with running(api, talks, grace=0.0):
        await stuck.send("bonjour", wait=False)
        await until(lambda: api.called("sendMessage"))
        for other in others:
            await other.send("bonjour", wait=False)
        await until(lambda: all(not other.last.mine for other in others))
    assert stuck.last.mine


async def test_one_chat_is_handled_in_order(chat, talks):
    talks.open.clear()
    for number in range(20):
        await chat.send(str(number), wait=False)
    await asyncio.sleep(0.1)
    talks.open.set()
    await chat.send("fin")
    assert talks.texts() == [*map(str, range(20)), "fin"]


async def test_what_was_not_answered_is_delivered_again_and_taken_once(api, talks, running):
    """The process dies after the turn and before the reply: the next one sends the reply of that turn."""
    chat = api.chat()
    api.faults.append(Fault("sendMessage", BROKEN, hang=30))
    async with running(api, talks, grace=0.0):
        await chat.send("bonjour", wait=False)
        await until(lambda: api.called("sendMessage"))
    assert chat.screen[-1].mine
    async with running(api, talks):
        await chat.send("encore", wait=True)
    texts = [shown.text for shown in chat.screen if not shown.mine]
    assert texts == ["Logement\n\nPayez-vous un loyer ?"] * 2
    assert talks.texts() == ["bonjour", "encore"]


async def test_stopping_lets_turns_end_and_confirms_them(api, talks, running):
    chat = api.chat()
    talks.open.clear()
    async with running(api, talks) as task:
        await chat.send("bonjour", wait=False)
        await until(lambda: talks.begun)
        task.cancel()
        await asyncio.sleep(0.05)
        talks.open.set()
    assert chat.last.text.startswith("Logement")
    assert api.world.pending == {}


async def test_telegram_out_of_reach_at_the_start_is_waited_for(api, talks, running):
    api.faults += [Fault("getMe", BROKEN, times=9), Fault("setMyCommands", too_many(1))]
    async with running(api, talks):
        assert len(await api.chat().send("bonjour")) == 1


async def test_a_token_refused_for_a_moment_does_not_end_the_service(api, chat):
    await chat.send("bonjour")
    api.faults.append(Fault("getUpdates", ApiError(401, "Unauthorized"), times=3))
    assert len(await chat.press("Oui")) == 1


async def test_who_blocked_the_bot_before_seeing_their_answers_is_forgotten(api, chat, talks):
    await chat.block(telling=False)
    await chat.send("/reponses")
    assert talks.forgotten == [Person("telegram", str(chat.id))]


async def test_a_webhook_left_behind_is_removed(api, talks, running):
    api.world.webhook = "https://example.org/hook"
    async with running(api, talks):
        assert len(await api.chat().send("bonjour")) == 1


async def test_update_numbers_may_start_anew(api, chat, talks):
    """After a week without updates Telegram chooses the next number at random."""
    await chat.send("bonjour")
    api.world._update_ids = iter(range(5, 100))
    assert len(await chat.send("me revoilà")) == 1


async def test_a_broken_update_does_not_stop_the_others(api, chat):
    api.world.pending[730_000_000] = {"update_id": 730_000_000, "message": {"text": "canary"}}
    assert len(await chat.send("bonjour")) == 1


async def test_an_answer_of_telegram_that_is_no_json_is_survived_and_not_logged(api, chat, caplog):
    api.faults.append(Fault("getUpdates", garbled='{"ok":true,"result":[{"message":{"text":"canary'))
    assert len(await chat.send("bonjour")) == 1
    assert "TelegramError" in _ours(caplog)
    assert "canary" not in _ours(caplog)


async def test_another_poller_is_survived(api, chat, talks):
    api.methods._poll += 1
    await api.world.stir()
    await asyncio.sleep(0.05)
    assert len(await chat.send("bonjour")) == 1


@pytest.mark.parametrize("token", ["1:wrong-canary", "malformed-canary"])
async def test_a_refused_token_is_said_plainly_and_never_shown(talks, running, caplog, token):
    caplog.set_level(logging.DEBUG)
    async with BotApi() as api:
        with pytest.raises(TokenRefusedError) as error:
            async with running(api, talks, token=token) as task:
                await task
    assert "canary" not in str(error.value) + _ours(caplog)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


async def test_nothing_of_a_chat_nor_the_token_reaches_the_log(api, chat, talks, caplog):
    caplog.set_level(logging.DEBUG)
    api.faults.append(Fault("getUpdates", BROKEN))
    api.faults.append(Fault("sendMessage", BROKEN))
    await chat.send("canary-4711")
    await chat.press("Oui")
    for secret in ("canary", TOKEN, TOKEN.partition(":")[2], str(chat.id)):
        assert secret not in _ours(caplog)


def _ours(caplog):
    """All that was logged, save by the server of the test."""
    return "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")
    )
