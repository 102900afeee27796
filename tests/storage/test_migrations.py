"""Each step of the tables, on SQLite and on PostgreSQL, with what an older version had written in place."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
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
from bot.storage.conversations import Conversations, Kept, Taken
from bot.storage.database import Database
from bot.storage.lines import Lines
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


WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
HELD = {
    "conversations": {"pseudonym": "zoe", "sealed": b"one", "turn": 3, "expires_at": WHEN},
    "appointments": {
        "reference": "K7QM-4TXR", "office": "ccas", "seat": 0, "starts": 100, "ends": 200, "until": 200, "due": 300,
        "calendar": "c/", "uid": "u", "state": "confirmed", "sequence": 2, "moves": None, "kind": "phone",
    },
    "journal": {"id": 1, "at": WHEN, "who": "program", "did": "x", "how_many": 3},
    "tidings": {"reference": "K7QM-4TXR", "what": "moved", "starts": 100, "ends": 200},
    "calendar_readings": {
        "source": "s", "version": 4, "token": "t", "read_at": 1, "whole_at": 2, "covers_from": 3, "covers_until": 4,
        "due": 5,
    },
    "calendar_times": {"source": "s", "file": "f", "etag": "e", "times": "[]"},
    "calendar_profiles": {"calendar": "c/", "checked_at": 6, "findings": "{}"},
    "reaches": {"visit": "v", "sealed": b"two", "due": 7, "until": 8},
    "waiting": {
        "visit": "v", "office": "ccas", "since": 9, "until": 10, "sealed": b"three", "claim": None,
        "offered_until": None,
    },
}  # fmt: skip
"""A row of each table that some older version had."""


def known_at(connection):
    """Of each table that is there, the row as far as it has columns for it."""
    inspector = inspect(connection)
    there = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
    }
    return {
        name: {key: row[key] for key in row if key in there[name]}
        for name, row in HELD.items()
        if name in there
    }


@pytest.mark.parametrize("step", ["0001", "0002", "0003"])
async def test_what_each_older_version_held_is_there_unchanged(empty, step):
    engine = create_async_engine(empty)
    async with engine.begin() as tx:
        await tx.run_sync(up_to(step))
        rows = await tx.run_sync(known_at)
        for name, row in rows.items():
            await tx.execute(metadata.tables[name].insert().values(**row))
    await engine.dispose()
    assert len(rows) == {"0001": 3, "0002": 7, "0003": 9}[step]
    async with Database(empty) as database, database.reading() as tx:
        for name, row in rows.items():
            (found,) = (await tx.execute(select(metadata.tables[name]))).mappings()
            assert {key: found[key] for key in row} == row


async def test_a_conversation_of_before_goes_on_and_every_new_table_is_usable(empty):
    engine = create_async_engine(empty)
    async with engine.begin() as tx:
        await tx.run_sync(up_to("0001"))
        await tx.execute(metadata.tables["conversations"].insert().values(**HELD["conversations"]))
    await engine.dispose()
    async with Database(empty) as database:
        lines = Lines(database)
        async with lines.living():
            store = Conversations(database, lambda: WHEN - timedelta(days=1), lines)
            async with store.turn("zoe") as box:
                assert box.kept == Kept("zoe", b"one")
                await box.save(b"two", WHEN, Taken(b"message-0001"))
            assert await store.look("zoe") == Kept("zoe", b"two")


async def test_every_table_that_is_described_is_made(empty):
    async with Database(empty) as database, database.reading() as tx:
        made = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
    assert set(made) == {*metadata.tables, "alembic_version"}
