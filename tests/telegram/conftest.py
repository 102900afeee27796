"""A Bot API server, a scripted dialogue, and the Telegram channel between them."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.channels.telegram import Manner, Poller, Telegram, load_wording
from tests.botapi import TOKEN, BotApi
from tests.botapi.by_another_hand import complaint
from tests.telegram.scripted import Scripted

CONTENT = Path(__file__).parents[2] / "content"
QUICK = (0.01, 0.01, 0.02, 0.02)


@pytest.fixture
def wording():
    return load_wording(CONTENT)


@pytest.fixture
async def api():
    """Everything that we send must have been acceptable to Telegram; `api.refused.clear()` where it is not meant to."""
    async with BotApi() as api:
        api.second_opinion = complaint
        yield api
    assert [f"{error.description}: {error.reason}" for error in api.refused] == []
    assert not api.world.open_queries, "each press must be answered, or its button spins for ever"


@pytest.fixture
def talks():
    return Scripted()


@pytest.fixture
def running(wording):
    """``async with running(api, talks): …``: the channel at work, stopped at the end as an operator stops it."""

    @contextlib.asynccontextmanager
    async def run(api, talks, token=TOKEN, grace=10.0):
        bot = Telegram(talks, wording, token, api.url, Manner(waits=QUICK, gap=0))
        task = asyncio.create_task(Poller(bot, grace).run())
        try:
            yield task
        finally:
            if not task.cancelling():  # a second time would mean: at once
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return run


@pytest.fixture
async def chat(api, talks, running):
    """A person's chat with the running bot."""
    async with running(api, talks):
        yield api.chat()
