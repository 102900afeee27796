"""The database: transactions, migrations, and what is left on the disk."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

import bot.storage
from bot.storage import migrate
from bot.storage.database import Database
from bot.storage.tables import appointments, journal, metadata


def script():
    config = Config()
    config.set_main_option("script_location", str(Path(bot.storage.__file__).with_name("migrations")))
    return ScriptDirectory.from_config(config)


async def pragma(tx, name):
    return (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar()


async def test_an_empty_folder_becomes_a_database_that_the_tables_describe(database):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.reading() as tx:
        assert await tx.run_sync(differences) == []
        assert (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar() == migrate.HEAD


def test_the_head_that_is_checked_before_alembic_is_imported_is_the_newest_step():
    assert script().get_heads() == [migrate.HEAD]


async def test_opening_twice_changes_nothing(url, database):
    async with Database(url) as again, again.reading() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM alembic_version"))).scalar() == 1


async def test_two_processes_may_open_an_empty_database_at_once(url):
    async with asyncio.TaskGroup() as both:
        opened = [both.create_task(Database(url).__aenter__()) for _ in range(2)]
    for task in opened:
        await task.result().__aexit__()


async def writing_for_ever(database):
    while True:
        async with database.writing() as tx:
            await tx.execute(text("SELECT 1"))


async def cancelled_after(seconds, url):
    async with Database(url) as database:
        writers = [asyncio.create_task(writing_for_ever(database)) for _ in range(3)]
        await asyncio.sleep(seconds)
        for writer in writers:
            writer.cancel()
        await asyncio.wait(writers)


def test_who_is_cancelled_anywhere_leaves_no_lock_and_nothing_that_hangs(url):
    for instant in range(60):
        asyncio.run(asyncio.wait_for(cancelled_after(0.002 + instant % 20 * 0.0004, url), 30))


async def test_a_database_newer_than_the_program_is_refused(url, database):
    async with database.writing() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.NewerDatabase, match="9999"):
        await Database(url).__aenter__()


async def test_sqlite_is_set_up_for_several_readers_and_safe_writes(database):
    async with database.reading() as tx:
        assert await pragma(tx, "journal_mode") == "wal"
        assert await pragma(tx, "foreign_keys") == 1
        assert await pragma(tx, "busy_timeout") == 5_000
        assert await pragma(tx, "secure_delete") == 1
        assert await pragma(tx, "synchronous") == 2


async def test_only_the_owner_may_open_the_folder_of_the_database(url, database, tmp_path):
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


async def test_an_exception_rolls_back(database):
    entry = {"at": datetime.now(UTC), "who": "program", "did": "nothing", "how_many": 1}

    async def note_and_fail():
        async with database.writing() as tx:
            await tx.execute(insert(journal).values(**entry))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await note_and_fail()
    async with database.reading() as tx:
        assert (await tx.execute(select(journal))).all() == []


async def test_what_a_writer_has_read_stays_true_until_it_writes(url):
    """Two processes read a count and write it back, many times: no step is lost."""

    async def climb(opened):
        for _ in range(25):
            async with opened.writing() as tx:
                seen = (await tx.execute(select(journal.c.how_many))).scalar_one()
                await asyncio.sleep(0)
                await tx.execute(journal.update().values(how_many=seen + 1))

    async with Database(url) as here, Database(url) as there:
        async with here.writing() as tx:
            await tx.execute(insert(journal).values(at=datetime.now(UTC), who="x", did="y", how_many=0))
        await asyncio.gather(climb(here), climb(here), climb(there), climb(there))
        async with there.reading() as tx:
            assert (await tx.execute(select(journal.c.how_many))).scalar_one() == 100


async def test_a_moment_comes_back_in_utc_and_needs_a_zone(database):
    paris = datetime(2026, 7, 1, 10, tzinfo=ZoneInfo("Europe/Paris"))
    entry = {"who": "program", "did": "nothing", "how_many": 1}
    async with database.writing() as tx:
        await tx.execute(insert(journal).values(at=paris, **entry))
        read = (await tx.execute(select(journal.c.at))).scalar_one()
        assert read == paris
        assert read.tzinfo is UTC
    with pytest.raises(StatementError, match="time zone"):
        async with database.writing() as tx:
            await tx.execute(insert(journal).values(at=datetime(2026, 7, 1), **entry))


def seat(reference, state="claimed", **other):
    row = {
        "reference": reference,
        "uid": reference,
        "office": "ccas",
        "seat": 0,
        "starts": 1000,
        "ends": 2000,
    }
    return row | {"until": 2000, "due": 1500, "calendar": "https://calendar.example/", "state": state} | other


@pytest.mark.parametrize("state", ["gone"])
async def test_a_seat_that_was_given_up_can_be_taken_again(database, state):
    async with database.writing() as tx:
        await tx.execute(insert(appointments), [seat("one", state), seat("two", "claimed")])


@pytest.mark.parametrize(
    "second",
    [
        seat("two", "confirmed"),
        seat("one", starts=1),
        seat("two", "odd", seat=1),
        seat("two", ends=10, seat=1),
    ],
)
async def test_the_database_itself_refuses_a_seat_twice_and_nonsense(database, second):
    async with database.writing() as tx:
        await tx.execute(insert(appointments).values(**seat("one")))
    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await tx.execute(insert(appointments).values(**second))


async def test_what_was_erased_is_not_left_in_the_files(url, database, tmp_path):
    secret = "a-secret-that-is-gone"
    async with database.writing() as tx:
        await tx.execute(insert(journal).values(at=datetime.now(UTC), who="x", did=secret, how_many=0))
    assert secret in on_disk(tmp_path)
    async with database.writing() as tx:
        await tx.execute(journal.delete())
    await database.wipe_leftovers()
    assert secret not in on_disk(tmp_path)


def on_disk(folder):
    return "".join(file.read_bytes().decode("latin-1") for file in (folder / "kept").iterdir())
