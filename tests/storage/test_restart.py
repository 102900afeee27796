"""The database server is restarted under a running program."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from tests.postgres import running_postgres

pytestmark = pytest.mark.slow


@pytest.fixture
def own_server():
    """Not the one that other tests use at the same time."""
    with running_postgres() as server:
        yield server


async def test_after_a_restart_no_connection_of_before_fails(own_server):
    async with Database(own_server.fresh()) as database:

        async def count():
            async with database.reading() as tx:
                await asyncio.sleep(0.05)  # so that each has a connection of its own
                return (await tx.execute(text("SELECT count(*) FROM appointments"))).scalar_one()

        assert await asyncio.gather(*(count() for _ in range(5))) == [0] * 5
        await asyncio.to_thread(own_server.restart)
        assert await asyncio.gather(*(count() for _ in range(5))) == [0] * 5
