"""``clairdroit bench [NAME]…``: the figures of the README, each measured here and now."""

from __future__ import annotations

import importlib
import os
import platform
from typing import Final

from benchmarks.figures import table

MODULES: Final = {
    "page": "benchmarks.first_page",
    "appointments": "benchmarks.appointments",
    "turns": "benchmarks.turns",
    "crowd": "benchmarks.crowd",
    "start": "benchmarks.start",
    "memory": "benchmarks.memory",
    "questions": "benchmarks.questions",
    "optimum": "benchmarks.optimum",
    "households": "benchmarks.households",
    "exact": "benchmarks.exact",
    "next": "benchmarks.next_question",
    "peers": "benchmarks.peers",
    "understanding": "benchmarks.understanding",
    "rasa": "benchmarks.rasa",
}
"""Each module has a line of docstring that says what it measures, and `figures() -> list[Figure]`."""


def run(names: tuple[str, ...]) -> int:
    """Print the chosen figures (all without a name); the number of aims that were missed."""
    missed = 0
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in names or tuple(MODULES):
        module = importlib.import_module(MODULES[name])
        print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        measured = module.figures()
        print(table(measured), flush=True)
        missed += sum(figure.missed for figure in measured)
    return missed
