"""``clairdroit serve --processes N`` as an operator sees it: ready, measured, killed, stopped."""

import asyncio
import copy
import os
import random
import signal
import time
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.botapi import TOKEN, BotApi
from tests.botapi.delivery import Delivery
from tests.botapi.world import Room
from tests.ports import free_port
from tests.postgres import postgres, postgres_url
from tests.telegram.deployed import CLAIRDROIT, deployed, environment, page, registered

__all__ = ["postgres", "postgres_url"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
async def api():
    async with BotApi() as api:
        yield api


@asynccontextmanager
async def running(api, url, home, processes=2, **more):
    """A machine that Telegram knows."""
    port = free_port()
    env = environment(
        url, api, home, CLAIRDROIT_PORT=str(port), CLAIRDROIT_METRICS_PORT=str(free_port()), **more
    )
    env["CLAIRDROIT_TELEGRAM_WEBHOOK"] = f"http://127.0.0.1:{port}/telegram"
    async with deployed(env, processes) as machine, Delivery(api.world, api.methods) as delivery:
        status, told, trouble = await registered(env)
        assert status == 0, trouble
        assert f"delivers to {env['CLAIRDROIT_TELEGRAM_WEBHOOK']} (0 waiting)" in told
        yield machine, delivery


def start(api, number):
    room = api.world.rooms.setdefault(number, Room(number))
    me = {"id": number, "is_bot": False, "first_name": "Passant", "language_code": "fr"}
    message = api.world.message(room, me, {"text": "/start"})
    return api.world.update("message", copy.deepcopy(message))


async def test_ready_measured_and_stopped_in_time(api, postgres_url, tmp_path):
    async with running(api, postgres_url, tmp_path) as (machine, delivery):
        assert await page(f"{machine.address}healthz") == (200, "ok")
        assert await page(f"{machine.address}readyz") == (200, "ready")
        for number in range(100_001, 100_007):
            await delivery.deliver(start(api, number))
        _, figures = await page(machine.metrics)
        assert 'clairdroit_message_seconds_count{channel="telegram",ending="done"} 6.0' in figures, (
            "of all processes"
        )
        assert 'clairdroit_calls_total{channel="telegram",ending="200"}' in figures
        assert not any(secret in figures for secret in ("100001", TOKEN, TOKEN.partition(":")[2]))
        assert (await page(f"{machine.address}metrics"))[0] == 404, "not on the public port"
        under_way = asyncio.create_task(delivery.post(start(api, 100_010)))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        machine.process.send_signal(signal.SIGTERM)
        assert await machine.process.wait() == 0
        assert time.monotonic() - began < 10
        assert (await under_way)[0] == 200, "what was under way has ended"


async def test_a_database_out_of_reach_means_not_ready_and_nobody_is_lost(
    api, postgres, postgres_url, tmp_path
):
    async with running(api, postgres_url, tmp_path) as (machine, delivery):
        postgres._server.stop()
        try:
            assert (await page(f"{machine.address}readyz"))[0] == 503
            assert (await page(f"{machine.address}healthz"))[0] == 200
            delivering = asyncio.create_task(delivery.deliver(start(api, 100_001)))
            await asyncio.sleep(0.5)
        finally:
            postgres._server.ensure_postgres_running()
        await delivering
        assert [heard.text[:7] for heard in api.world.rooms[100_001].heard] == ["Bonjour"]


async def test_who_dies_is_replaced_and_the_others_go_on(api, postgres_url, tmp_path):
    async with running(api, postgres_url, tmp_path) as (machine, delivery):
        before = set(machine.workers())
        machine.kill_one(random.Random(1))
        await delivery.deliver(start(api, 100_001))
        while len(set(machine.workers()) - before) < 1:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)
        assert len(api.world.rooms[100_001].heard) == 1


async def test_no_process_outlives_the_one_that_watches(api, postgres_url, tmp_path):
    async with running(api, postgres_url, tmp_path) as (machine, _):
        orphans = machine.workers()
        machine.process.kill()
        await machine.process.wait()
        async with asyncio.timeout(20):
            while any(alive(pid) for pid in orphans):  # noqa: ASYNC110 - they are nobody's children now
                await asyncio.sleep(0.05)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


async def test_telegrams_limits_are_kept_by_all_together(api, postgres_url, tmp_path):
    """Thirty a second over all chats, whatever number of processes."""
    async with running(api, postgres_url, tmp_path, CLAIRDROIT_TELEGRAM_RATE="10") as (_, delivery):
        await asyncio.gather(*(delivery.deliver(start(api, number)) for number in range(100_000, 100_030)))
        sent = sorted(heard.at for room in api.world.rooms.values() for heard in room.heard)
        assert all(heard.how == "sent" for room in api.world.rooms.values() for heard in room.heard)
        assert len(sent) == 30
        assert sent[-1] - sent[0] >= 2.8
        await asyncio.gather(*(delivery.deliver(start(api, 100_000)) for _ in range(3)))
        mine = [heard.at for heard in api.world.rooms[100_000].heard if heard.how == "sent"]
        assert min(after - before for before, after in pairwise(mine)) >= 0.9


async def test_sqlite_serves_several_processes_too(api, tmp_path):
    async with running(api, f"sqlite+aiosqlite:///{tmp_path}/c.sqlite", tmp_path) as (_, delivery):
        delivery.twice = 1.0
        for _ in range(2):
            await asyncio.gather(
                *(delivery.deliver(start(api, number)) for number in range(100_001, 100_006))
            )
        await delivery.settled()
        sent = [[heard.how for heard in room.heard].count("sent") for room in api.world.rooms.values()]
        assert sent == [2] * 5


async def test_an_operator_is_told_why_no_process_starts(api, tmp_path):
    url = f"postgresql+psycopg://somebody@127.0.0.1:{free_port()}/nothing"
    env = environment(url, api, tmp_path)
    process = await asyncio.create_subprocess_exec(
        CLAIRDROIT, "serve", "--processes", "2", env=env, cwd="/", stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert "The database cannot be used" in said.decode()


async def test_polling_ends_in_silence(api, postgres_url, tmp_path):
    with (tmp_path / "log").open("wb") as log:
        async with deployed(environment(postgres_url, api, tmp_path), 2, log):
            async with asyncio.timeout(20):
                while not any(name == "getUpdates" for name, _ in api.calls):  # noqa: ASYNC110 - no event tells
                    await asyncio.sleep(0.05)
    assert (tmp_path / "log").read_bytes() == b""
