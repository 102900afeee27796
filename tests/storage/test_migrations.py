"""Each step of the tables, on SQLite and on PostgreSQL, with what an older version had written in place."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.ext.asyncio import create_async_engine

import bot.storage
from bot.appointments.store import Appointments
from bot.storage import migrate
from bot.storage.database import Database
from bot.storage.tables import metadata
from tests.postgres import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite+aiosqlite:///{tmp_path}/clairdroit.sqlite"


def up_to(step):
    def upgrade(connection):
        config = Config()
        config.set_main_option("script_location", str(Path(bot.storage.__file__).with_name("migrations")))
        config.attributes["connection"] = connection
        command.upgrade(config, step)

    return upgrade


async def test_the_steps_end_where_the_tables_are_described(empty):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with Database(empty) as database, database.reading() as tx:
        assert await tx.run_sync(differences) == []
        version = await tx.execute(text("SELECT version_num FROM alembic_version"))
        assert version.scalar() == migrate.HEAD


async def test_two_processes_may_open_an_empty_database_at_once(empty):
    async with asyncio.TaskGroup() as both:
        opened = [both.create_task(Database(empty).__aenter__()) for _ in range(2)]
    for task in opened:
        await task.result().__aexit__()


async def test_what_the_first_step_held_is_still_there_and_usable(empty):
    engine = create_async_engine(empty)
    async with engine.begin() as tx:
        await tx.run_sync(up_to("0001"))
        await tx.execute(
            text(
                "INSERT INTO appointments VALUES ('K7QM-4TXR', 'ccas', 0, 100, 200, 200, 300, 'c/', 'u', 'confirmed')"
            )
        )
        await tx.execute(text("INSERT INTO journal VALUES (1, '2026-11-21 12:00:00', 'program', 'x', 3)"))
    await engine.dispose()
    async with Database(empty) as database:
        record = await Appointments(database).find("K7QM-4TXR")
        assert (record.state, record.sequence, record.moves) == ("confirmed", 0, None)
        async with database.reading() as tx:
            assert len((await tx.execute(select(metadata.tables["journal"]))).all()) == 1


async def test_every_table_that_is_described_is_made(empty):
    async with Database(empty) as database, database.reading() as tx:
        made = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
    assert set(made) == {*metadata.tables, "alembic_version"}
