"""Codes cannot be found by trying, whatever process is asked."""

import pytest

from bot.guesses import EACH, HOUR, WRONG, Guesses, OfOneProcess
from bot.storage.database import Database
from bot.storage.debts import Debt
from tests.postgres import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]


async def find(code):
    return "a visit" if code == "right" else None


async def test_after_too_many_wrong_codes_nothing_is_found_for_a_while():
    now = [0.0]
    guesses = Guesses(OfOneProcess(clock=lambda: now[0]))
    for _ in range(WRONG - 1):
        assert await guesses.limited(find, "wrong") is None
    assert await guesses.limited(find, "right") == "a visit", "right ones count nothing"
    await guesses.limited(find, "wrong")
    assert await guesses.limited(find, "right") is None
    now[0] += EACH
    assert await guesses.limited(find, "right") == "a visit"
    await guesses.limited(find, "wrong")
    assert await guesses.limited(find, "right") is None
    now[0] += HOUR
    assert await guesses.limited(find, "right") == "a visit"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_all_processes_count_together(kind, request, tmp_path):
    where = f"sqlite+aiosqlite:///{tmp_path}/shared.sqlite"
    where = request.getfixturevalue("postgres_url") if kind == "postgres" else where
    async with Database(where) as one, Database(where) as other:
        everywhere = [Guesses(Debt(database, "guesses")) for database in (one, other)]
        for number in range(WRONG):
            assert await everywhere[number % 2].limited(find, "right") == "a visit"
            await everywhere[number % 2].limited(find, "wrong")
        for guesses in everywhere:
            assert await guesses.limited(find, "right") is None
