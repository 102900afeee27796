"""Resident memory of `clairdroit serve`, which holds web, Telegram and background work in one process."""

from __future__ import annotations

from benchmarks.browsing import Visitor
from benchmarks.figures import Figure
from benchmarks.people import PEOPLE, TURNS
from benchmarks.serving import served

AIM = 150.0  # MiB


def figures() -> list[Figure]:
    with served() as server:
        server.page()
        first = server.resident()
        for _ in range(PEOPLE):
            visitor = Visitor(server.address)
            for _ in range(TURNS):
                visitor.turn()
            visitor.close()
        after = server.resident()
    return [
        Figure("after the first page", first, "MiB", AIM),
        Figure(f"after {PEOPLE} people, {PEOPLE * TURNS} turns", after, "MiB", AIM),
    ]
