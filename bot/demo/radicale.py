"""Radicale as a process of its own, reachable from this machine only."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

CONFIG: Final = """\
[server]
hosts = 127.0.0.1:{port}
max_connections = 64
[auth]
type = none
[web]
type = none
[storage]
filesystem_folder = {folder}/collections
[logging]
level = info
"""
READY: Final = "Radicale server ready"
ATTEMPTS: Final = 5
PATIENCE: Final = 30.0
"""Seconds that a loaded machine may need to start it."""


class RadicaleFailed(RuntimeError):  # noqa: N818 - the message is what the person who starts it reads
    """Radicale did not start; the message carries its own last words."""


@contextmanager
def radicale(folder: Path, port: int = 0) -> Iterator[str]:
    """Run Radicale on `folder` and give its address, such as ``http://127.0.0.1:5232/``; 0 is any free port.

    It takes no password and is bound to the loopback interface. Raises `RadicaleFailed`.
    """
    folder = folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config, log = folder / "radicale.conf", folder / "radicale.log"
    with ExitStack() as stack:
        for attempt in range(ATTEMPTS):
            chosen = port or _free_port()
            config.write_text(CONFIG.format(port=chosen, folder=folder), encoding="utf-8")
            process = stack.enter_context(_process(config, log))
            if _answers(process, log):
                break
            if port or attempt == ATTEMPTS - 1:  # else somebody took the free port first
                raise RadicaleFailed(f"Radicale did not start: {_words(log).strip()[-500:]}")
        yield f"http://127.0.0.1:{chosen}/"


@contextmanager
def _process(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: Ctrl-C stops it through us, after what still writes to it has ended."""
    command = [sys.executable, "-m", "radicale", "--config", str(config)]
    with log.open("wb") as words:
        process = subprocess.Popen(command, stderr=words, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Wait until it answers; False when it stopped instead, or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if READY in _words(log):
            return True
        time.sleep(0.02)
    return False


def _words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
