"""Turns a second by webhook on PostgreSQL with two processes, beside a bare handler that writes one row.

Each person goes their own way, by buttons and in words. Telegram, the people and the database run on the same
machine, for both alike. Processor time is the program's own: it tells nearly the same on a busy machine.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, percentile
from tests.botapi import BotApi
from tests.botapi.delivery import Delivery
from tests.botapi.world import Room
from tests.ports import free_port
from tests.postgres import running_postgres
from tests.telegram.crowd import Sender
from tests.telegram.deployed import deployed, environment, registered, resident

PROCESSES = 2
CHATS = 600
AT_ONCE = 48
WARM = 3 * CHATS
TURNS = 2 * CHATS
SECONDS = 8.0
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """`a_second`: turns; `processor`: seconds of it a turn; `half`: seconds of a turn at half that load, `long` of
    one that is answered with several messages, which Telegram wants a second apart; `memory`: MiB of all
    processes after all that, what they share counted once.
    """

    a_second: float
    processor: float
    half: list[float]
    long: list[float]
    memory: float


def figures() -> list[Figure]:
    bare = asyncio.run(_measured(_bare))
    ours = asyncio.run(_measured(_ours))
    ratio, processor = ours.a_second / bare.a_second, bare.processor / ours.processor
    return [
        Figure("turns a second", ours.a_second, note=f"{ratio:.2f} of the bare handler (aim 0.33)"),
        Figure("bare handler, turns a second", bare.a_second),
        Figure("processor time of a turn", ours.processor * 1000, "ms", note=f"bare: {processor:.2f} of it"),
        Figure("p99 at half that load", percentile(ours.half, 99) * 1000, "ms", 100.0),
        Figure("p50 at half that load", percentile(ours.half, 50) * 1000, "ms"),
        Figure("answered with several messages, a second apart", len(ours.long), f"of {len(ours.half)}"),
        Figure("bare handler, p99 at half its load", percentile(bare.half, 99) * 1000, "ms"),
        Figure(f"memory of {PROCESSES} processes", ours.memory, "MiB", note=f"bare: {bare.memory:.0f} MiB"),
    ]


async def _measured(program: Any) -> Measured:
    with running_postgres() as database, tempfile.TemporaryDirectory() as folder:
        async with BotApi() as api:
            api.keep_calls = False
            started: AbstractAsyncContextManager[list[int]] = program(api, database, folder)
            async with started as pids, Delivery(api.world, api.methods) as delivery:
                crowd = _Crowd(api, delivery)
                await crowd.act(WARM)
                before, began = _processor(pids), time.perf_counter()
                await crowd.act(TURNS)
                took = time.perf_counter() - began
                spent = (_processor(pids) - before) / TURNS
                crowd.took.clear()
                await crowd.arrive(TURNS / took / 2, SECONDS)
                half, long = crowd.half()
                return Measured(TURNS / took, spent, half, long, sum(resident(pid) for pid in pids))


class _Crowd:
    """Each chat acts after all others did, so that nobody waits for Telegram's limit of a chat."""

    def __init__(self, api: BotApi, delivery: Delivery) -> None:
        self.took: list[tuple[float, int]] = []  # seconds, and how many messages were sent
        self._delivery = delivery
        rooms = [api.world.rooms.setdefault(number, Room(number)) for number in range(1000, 1000 + CHATS)]
        self._next = cycle([Sender(api.world, room, random.Random(room.id), pause=0.0) for room in rooms])

    async def act(self, turns: int) -> None:
        """So many, always `AT_ONCE` under way."""
        left = iter(range(turns))

        async def some() -> None:
            for _ in left:
                await self._turn(next(self._next))

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))

    async def arrive(self, a_second: float, seconds: float) -> None:
        """By chance, whatever is still under way."""
        chance, under_way = random.Random(1), []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            under_way.append(asyncio.create_task(self._turn(next(self._next))))
            await asyncio.sleep(chance.expovariate(a_second))
        await asyncio.gather(*under_way)

    def half(self) -> tuple[list[float], list[float]]:
        """How long each turn took: those with one message or none, and those with several."""
        return [took for took, sent in self.took if sent < 2], [took for took, sent in self.took if sent > 1]

    async def _turn(self, person: Sender) -> None:
        known, began = len(person.room.heard), time.perf_counter()
        await self._delivery.deliver(person.act())
        took = time.perf_counter() - began
        self.took.append((took, sum(heard.how == "sent" for heard in person.room.heard[known:])))


def _processor(pids: list[int]) -> float:
    """Seconds that these processes have computed."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICK


@asynccontextmanager
async def _ours(api: BotApi, database: Any, folder: str) -> AsyncIterator[list[int]]:
    env = environment(database.fresh(), api, folder)
    env |= {"CLAIRDROIT_TELEGRAM_WEBHOOK": f"http://127.0.0.1:{(port := free_port())}/telegram"}
    async with deployed(env | {"CLAIRDROIT_PORT": str(port)}, PROCESSES) as machine:
        assert (await registered(env))[0] == 0
        yield machine.workers()


@asynccontextmanager
async def _bare(api: BotApi, database: Any, _folder: str) -> AsyncIterator[list[int]]:
    port, where = free_port(), database.fresh().replace("+psycopg", "")
    command = [sys.executable, "-m", "benchmarks.bare_webhook", api.url, api.token, where, str(PROCESSES)]
    bare = await asyncio.create_subprocess_exec(*command, str(port), stdout=asyncio.subprocess.PIPE)
    assert bare.stdout
    await bare.stdout.readline()
    api.world.webhook = f"http://127.0.0.1:{port}/telegram"
    try:
        yield _children(bare.pid)
    finally:
        bare.terminate()
        await bare.wait()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
