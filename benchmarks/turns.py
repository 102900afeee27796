"""One turn of a person, milliseconds: from what they send to the whole answer.

Everything runs on this machine, the program in a process of its own (the terminal's excepted). The peer is a bare
python-telegram-bot handler that writes one row, against the same Bot API server, in the same run.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.browsing import Visitor
from benchmarks.figures import Figure, percentile
from benchmarks.people import PEOPLE, TOWN, TURNS
from benchmarks.serving import environment, served
from bot import texts
from bot.app import build
from bot.channels.terminal import rendered
from bot.conversation.messages import Prompt
from bot.dialogue import Incoming, Person, Press, Text
from bot.settings import Settings
from tests.botapi import BotApi, Chat

Times = list[float]


def figures() -> list[Figure]:
    bare = asyncio.run(_telegram(_bare, _write))
    ours = asyncio.run(_telegram(_clairdroit, _press))
    return [
        *_both("terminal", asyncio.run(_terminal())),
        *_both("web (post, redirect, page)", _web()),
        *_both("Telegram", ours, beside=bare),
        *_both("bare python-telegram-bot handler, one row", bare),
    ]


def _both(what: str, times: Times, beside: Times | None = None) -> list[Figure]:
    def note(share: int) -> str:
        return (
            f"{percentile(times, share) / percentile(beside, share):.1f} × the bare handler" if beside else ""
        )

    return [
        Figure(f"{what}, p{share}", percentile(times, share) * 1000, "ms", note=note(share))
        for share in (50, 95)
    ]


# --- terminal ----------------------------------------------------------------------------------------------


async def _terminal() -> Times:
    times = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment(environment(folder))
        phrases = texts.read(settings.data).phrases
        async with build(settings) as app:
            for number in range(PEOPLE):
                person = Person("terminal", f"bench-{number}")
                reply = await app.dialogue.show(person)
                for _ in range(TURNS):
                    began = time.perf_counter()
                    reply = await app.dialogue.turn(person, _first(reply.prompt))
                    rendered(reply, phrases[reply.language])
                    times.append(time.perf_counter() - began)
    return times


def _first(prompt: Prompt) -> Incoming:
    return Press(prompt.id, prompt.buttons[0].action) if prompt.buttons else Text(TOWN)


# --- web ---------------------------------------------------------------------------------------------------


def _web() -> Times:
    times = []
    with served() as server:
        server.page()
        for _ in range(PEOPLE):
            visitor = Visitor(server.address)
            for _ in range(TURNS):
                began = time.perf_counter()
                visitor.turn()
                times.append(time.perf_counter() - began)
            visitor.close()
    return times


# --- Telegram ----------------------------------------------------------------------------------------------


async def _telegram(
    bot: Callable[[BotApi, ExitStack], None], act: Callable[[Chat], Awaitable[object]]
) -> Times:
    """The same people, the same server; `bot` starts the program, `act` is one thing a person does."""
    times = []
    with ExitStack() as running:
        async with BotApi() as api:
            bot(api, running)
            for number in range(PEOPLE):
                chat = api.chat(1000 + number)
                await chat.send("/start")
                for _ in range(TURNS):
                    times += [await _until_answered(api, chat, act)]
            await asyncio.to_thread(running.close)  # the bot says goodbye to this very server
    return times


async def _until_answered(api: BotApi, chat: Chat, act: Callable[[Chat], Awaitable[object]]) -> float:
    """Until the answer is in the chat; what tidies the chat afterwards is waited for, not counted."""
    before, edited = chat.last.id, chat.last.text
    began = time.perf_counter()
    await act(chat)
    async with api.world.stirred:
        await api.world.stirred.wait_for(
            lambda: not chat.last.mine and (chat.last.id > before or chat.last.text != edited)
        )
    took = time.perf_counter() - began
    await api.quiet()
    return took


async def _write(chat: Chat) -> None:
    await chat.send("Bonjour", wait=False)


async def _press(chat: Chat) -> None:
    """The first choice; the town where there is only the standing row."""
    rows = chat.last.rows
    if rows and len(rows[0]) == 1:
        await chat.press(rows[0][0], wait=False)
    else:
        await chat.send(TOWN, wait=False)


def _clairdroit(api: BotApi, running: ExitStack) -> None:
    running.enter_context(served(TELEGRAM_TOKEN=api.token, TELEGRAM_API_URL=api.url))


def _bare(api: BotApi, running: ExitStack) -> None:
    running.enter_context(_bare_process(api))


@contextmanager
def _bare_process(api: BotApi) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.bare", api.url, api.token, f"{folder}/bare.sqlite"]
        process = subprocess.Popen(command)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)
