"""What many conversations leave in the memory of the process that carried them: nothing. Short here, long in
``make soak``.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager

import pytest

from tests.botapi import BotApi
from tests.botapi.delivery import Delivery
from tests.botapi.world import Room
from tests.ports import free_port
from tests.postgres import postgres, postgres_url
from tests.telegram.crowd import Sender
from tests.telegram.deployed import deployed, environment, registered

__all__ = ["postgres", "postgres_url"]
AT_ONCE = 120
MORE = 1.1
"""What the memory may have grown to, once what everybody needs was computed."""


@asynccontextmanager
async def served(url, home):
    """One process that Telegram delivers to; what it logs stands in a file."""
    port = free_port()
    async with BotApi() as api:
        api.keep_calls = False
        env = environment(url, api, home, CLAIRDROIT_PORT=str(port))
        env["CLAIRDROIT_TELEGRAM_WEBHOOK"] = f"http://127.0.0.1:{port}/telegram"
        with (home / "log").open("wb") as log:
            async with deployed(env, 1, log) as machine, Delivery(api.world, api.methods) as delivery:
                assert (await registered(env))[0] == 0
                yield machine, api.world, delivery


async def conversations(world, delivery, numbers, turns):
    """As many people, each of whom goes another way; the chats are forgotten on Telegram's side."""
    left = iter(numbers)

    async def one_after_the_other():
        for number in left:
            room = world.rooms.setdefault(number, Room(number))
            await Sender(world, room, random.Random(number), pause=0).live(delivery, turns, 0)
            del world.rooms[number]

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def grown(url, home, warm, people, turns):
    """MiB of memory after `warm` conversations, and after `people` more."""
    async with served(url, home) as (machine, world, delivery):
        await conversations(world, delivery, range(100_000, 100_000 + warm), turns)
        before = machine.resident()
        await conversations(world, delivery, range(900_000, 900_000 + people), turns)
        after = machine.resident()
    print(f"\n{warm} conversations: {before:.0f} MiB; {people} more: {after:.0f} MiB ({after / before:.3f})")
    assert delivery.deliveries == (warm + people) * turns
    assert (home / "log").read_bytes() == b""
    return before, after


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_three_hundred_conversations_leave_nothing(postgres_url, tmp_path):
    before, after = await grown(postgres_url, tmp_path, warm=100, people=300, turns=2)
    assert after <= before * MORE


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
async def test_a_hundred_thousand_conversations_leave_nothing(postgres_url, tmp_path):
    before, after = await grown(postgres_url, tmp_path, warm=5_000, people=100_000, turns=2)
    assert after <= before * MORE
