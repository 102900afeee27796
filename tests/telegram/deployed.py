"""``clairdroit serve --processes N`` on a real database, as processes of their own; and what kills them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.settings import new_key
from tests.botapi import TOKEN

CLAIRDROIT = Path(sys.executable).with_name("clairdroit")


@dataclass
class Deployed:
    """One machine."""

    process: asyncio.subprocess.Process
    address: str
    metrics: str

    def workers(self):
        """The processes that do the work."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_one(self, chance):
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(self.workers()), signal.SIGKILL)

    def resident(self):
        """MiB that all processes hold, what they share counted once for each."""
        return sum(resident(pid) for pid in (self.process.pid, *self.workers()))


def resident(pid):
    """MiB that a process holds, of what it shares its part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(pid)


def environment(url, api, home, **more):
    """What an operator would set."""
    return {
        "CLAIRDROIT_KEY": new_key(),
        "CLAIRDROIT_HOME": str(home),
        "CLAIRDROIT_DATABASE_URL": url,
        "CLAIRDROIT_TELEGRAM_TOKEN": TOKEN,
        "CLAIRDROIT_TELEGRAM_API_URL": api.url,
        "CLAIRDROIT_TELEGRAM_RATE": "0",
        "CLAIRDROIT_PORT": "0",
        "CLAIRDROIT_LOG_LEVEL": "WARNING",
        "PATH": os.environ["PATH"],
    } | more


@asynccontextmanager
async def deployed(env, processes, log=None):
    """Running, and stopped as an operator stops it, unless it was killed. Without `log`, the test tells what it
    logs.
    """
    process = await asyncio.create_subprocess_exec(
        CLAIRDROIT,
        "serve",
        "--processes",
        str(processes),
        env=env,
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    try:
        async with asyncio.timeout(60):
            told = (await process.stdout.readline()).decode()
        assert told, "it ended before it listened"
        metrics = f"http://127.0.0.1:{env.get('CLAIRDROIT_METRICS_PORT', 0)}/metrics"
        yield Deployed(process, told.strip().rpartition(" ")[2], metrics)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 12)
            except TimeoutError:
                process.kill()
                raise
            finally:
                await process.wait()


async def registered(env):
    """``clairdroit telegram set-webhook``."""
    process = await asyncio.create_subprocess_exec(
        CLAIRDROIT,
        "telegram",
        "set-webhook",
        env=env,
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def page(address):
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return answer.status, await answer.text()
