"""Questions asked in each example conversation."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.figures import Figure
from bot.app import build
from bot.channels.terminal import meant
from bot.dialogue import Person
from bot.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"


def figures() -> list[Figure]:
    return [
        Figure(script.stem, asyncio.run(_asked(_lines(script))), "questions")
        for script in EXAMPLES.glob("*.script")
    ]


def _lines(script: Path) -> list[str]:
    """What the person says, as `clairdroit chat --script` reads it."""
    lines = (line.strip() for line in script.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


async def _asked(lines: list[str]) -> int:
    """How often the answers known grew by something the person said."""
    person, asked, known = Person("terminal", "bench"), 0, 0
    async with build(Settings.throwaway({})) as app:
        reply = await app.dialogue.show(person)
        for line in lines:
            reply = await app.dialogue.turn(person, meant(line, reply.prompt))
            asked += len(reply.trail) > known
            known = len(reply.trail)
    return asked
