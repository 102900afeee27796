"""Our own programs as processes of their own, each with a database of its own, on free ports of this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.settings import new_key
from tests.ports import free_port

PATIENCE = 30.0
CLAIRDROIT = str(Path(sys.executable).with_name("clairdroit"))


def environment(folder: str, **settings: str) -> dict[str, str]:
    """This process's, with no CLAIRDROIT_* variable but those of a fresh program that keeps all in `folder`.
    `settings` are named without that beginning."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAIRDROIT_")}
    fresh = {
        "HOME": folder,
        "KEY": new_key(),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bench.sqlite",
        "LOG_LEVEL": "WARNING",
    }
    return kept | {f"CLAIRDROIT_{name}": value for name, value in (fresh | settings).items()}


@dataclass(frozen=True)
class Server:
    address: str
    process: subprocess.Popen[bytes]

    def page(self) -> httpx.Response:
        """The first page, as soon as there is one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return httpx.get(self.address).raise_for_status()
            except httpx.TransportError:
                time.sleep(0.01)
        raise RuntimeError("clairdroit serve did not start")

    def resident(self) -> float:
        """MiB of memory that the process holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024


@contextmanager
def served(**settings: str) -> Iterator[Server]:
    """`clairdroit serve` with these settings."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        given = environment(folder, PORT=str(port), **settings)
        process = subprocess.Popen([CLAIRDROIT, "serve"], env=given, stdout=subprocess.DEVNULL)
        try:
            yield Server(f"http://127.0.0.1:{port}/", process)
        finally:
            process.terminate()
            process.wait(20)
