"""Many people, several processes, and everything that goes wrong: short here, long in ``make soak``."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from telegram import Bot

from bot.app import build
from bot.channels.telegram import load_wording
from bot.channels.telegram.updates import understood
from bot.settings import Settings
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.memory import RememberedConversations
from tests.botapi import BROKEN, TOKEN, BotApi, Fault, too_many
from tests.botapi.delivery import Delivery
from tests.botapi.world import Room
from tests.postgres import postgres, postgres_url
from tests.talking import DATA
from tests.telegram.crowd import Sender, judged
from tests.telegram.deployed import deployed, environment, registered

__all__ = ["postgres", "postgres_url"]


@dataclass(frozen=True)
class Run:
    """How much of it."""

    people: int
    messages: int
    processes: int
    kill_every: float = 0.0
    restart_after: float = 0.0
    trouble: float = 0.0
    seed: int = 1


SHORT = (
    Run(people=8, messages=8, processes=2),
    Run(people=8, messages=8, processes=2, kill_every=6.0, restart_after=9.0, trouble=0.2),
)
LONG = (
    Run(people=1000, messages=20, processes=4),
    Run(people=1000, messages=20, processes=4, kill_every=3.0),
    Run(people=1000, messages=20, processes=4, restart_after=30.0, trouble=0.2),
)


def at_random(share, chance):
    """That share of the calls is refused, fails, or hangs until the caller gives up; nothing was done then."""

    def strike(method):
        if chance.random() >= share:
            return None
        return chance.choice((
            Fault(method, too_many(1)), Fault(method, BROKEN), Fault(method, BROKEN, hang=6.0 * (chance.random() < 0.2)),
        ))  # fmt: skip

    return strike


@contextlib.asynccontextmanager
async def beside(job):
    task = asyncio.create_task(job)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def killing(machine, every, chance, kills):
    while every:
        await asyncio.sleep(every)
        machine.kill_one(chance)
        kills.append(time.monotonic())


async def restarting(postgres, after):
    if after:
        await asyncio.sleep(after)
        await asyncio.to_thread(postgres.restart)


async def whole(run, postgres, url, home):
    """The run, and what is to be said of it."""
    with (home / "log").open("wb") as log:
        return await _whole(run, postgres, url, home, log)


async def _whole(run, postgres, url, home, log):
    chance, kills = random.Random(run.seed), []
    async with BotApi() as api:
        api.keep_calls = False
        env = environment(url, api, home)
        async with deployed(
            env | {"CLAIRDROIT_TELEGRAM_WEBHOOK": "http://127.0.0.1/telegram"}, run.processes, log
        ) as machine:
            env |= {"CLAIRDROIT_TELEGRAM_WEBHOOK": f"{machine.address}telegram"}
            assert (await registered(env))[0] == 0
            api.chance = at_random(run.trouble, random.Random(2))
            senders = [
                Sender(api.world, api.world.rooms.setdefault(n, Room(n)), random.Random(n), pause=1.1)
                for n in range(100_000, 100_000 + run.people)
            ]
            began = time.monotonic()
            async with (
                Delivery(api.world, api.methods, twice=0.2) as delivery,
                beside(killing(machine, run.kill_every, chance, kills)),
                beside(restarting(postgres, run.restart_after)),
            ):
                await asyncio.gather(*(one.live(delivery, run.messages, 0.1) for one in senders))
                await delivery.settled()
            took = time.monotonic() - began
            api.chance = lambda _: None
        verdict = await _judged(env, senders, api, home)
    print(
        f"\n{run}\n{verdict.updates} updates, {delivery.deliveries} deliveries, {delivery.tried} attempts,"
        f" {delivery.refused} refused, {len(kills)} kills, {sum(one.swapped for one in senders)} swapped,"
        f" {verdict.late} taken late, {took:.0f} s: {verdict}"
    )
    return verdict, kills, api


async def _judged(env, senders, api, home):
    wording = load_wording(DATA / "content")
    bot = Bot(TOKEN)
    beside = env | {"CLAIRDROIT_DATABASE_URL": f"sqlite+aiosqlite:///{home}/oracle.sqlite"}
    async with (
        build(Settings.from_environment(beside)) as right,
        Database(env["CLAIRDROIT_DATABASE_URL"]) as ours,
    ):
        kept = right.dialogue.memories
        oracle = replace(right.dialogue, memories=replace(kept, store=RememberedConversations(kept.now)))
        return await judged(
            ours,
            replace(kept, store=Conversations(ours)),
            oracle,
            senders,
            wording,
            lambda raw: understood(raw, bot),
        )


async def check(run, postgres, url, home):
    verdict, kills, api = await whole(run, postgres, url, home)
    assert verdict.updates == run.people * run.messages
    assert (verdict.never_taken, verdict.states_wrong, verdict.never_said) == (0, 0, 0), verdict.examples[:3]
    # Telegram had it and we died before we could note so: nobody can tell, so it is said again.
    assert verdict.said_again <= len(kills) * 5, verdict.said_again
    assert (
        Counter(error.description for error in api.refused if "not modified" not in error.description) == {}
    )


@pytest.mark.slow
@pytest.mark.parametrize("run", SHORT, ids=("calm", "troubled"))
async def test_every_chat_ends_where_its_own_order_leads(run, postgres, postgres_url, tmp_path):
    await check(run, postgres, postgres_url, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("run", LONG, ids=("calm", "killed", "troubled"))
async def test_twenty_thousand_updates(run, postgres, postgres_url, tmp_path):
    await check(run, postgres, postgres_url, tmp_path)
