"""From the command to the first answer, in a process of its own (the best of five: the disk is warm)."""

from __future__ import annotations

import subprocess
import time

from benchmarks.figures import Figure
from benchmarks.serving import CLAIRDROIT, served

RUNS = 5
AIM = 2.0  # seconds


def figures() -> list[Figure]:
    return [
        Figure("terminal: `clairdroit chat` to its greeting", min(_chat() for _ in range(RUNS)), "s", AIM),
        Figure("web: `clairdroit serve` to its first page", min(_serve() for _ in range(RUNS)), "s", AIM),
    ]


def _chat() -> float:
    began = time.perf_counter()
    with subprocess.Popen([CLAIRDROIT, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as chat:
        assert chat.stdout
        assert chat.stdin
        chat.stdout.read(1)
        took = time.perf_counter() - began
        chat.stdin.close()
        chat.stdout.read()
    return took


def _serve() -> float:
    began = time.perf_counter()
    with served() as server:
        server.page()
        return time.perf_counter() - began
