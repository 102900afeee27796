from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.privacy import inventory
from bot.privacy.inventory import Inventory
from bot.privacy.journal import Journal
from bot.privacy.retention import APPOINTMENT_TERM, JOURNAL_TERM, Retention
from bot.settings import data_folder
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.tables import appointments, calendar_readings, calendar_times, tidings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def database(tmp_path):
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'clairdroit.sqlite'}") as opened:
        yield opened


async def keep(database, name, expires):
    async with Conversations(database).turn(name) as box:
        await box.save(b"sealed", expires)


async def held(database, reference, ends):
    end = int(ends.timestamp())
    row = {
        "reference": reference,
        "uid": reference,
        "office": "ccas",
        "seat": 0,
        "starts": end - 60,
        "ends": end,
    }
    async with database.writing() as tx:
        await tx.execute(
            insert(appointments).values(
                **row, until=end, due=0, calendar="https://c.example/", state="confirmed"
            )
        )


async def test_what_is_due_is_erased_and_nothing_else(database):
    await keep(database, "over", NOW)
    await keep(database, "not over", datetime.now(UTC) + timedelta(days=1))
    await held(database, "over", NOW - APPOINTMENT_TERM - SECOND)
    await held(database, "not over", NOW - APPOINTMENT_TERM + SECOND)
    await Journal(database, lambda: NOW - JOURNAL_TERM - SECOND).note("operator", "journal_read")
    await Journal(database, lambda: NOW - JOURNAL_TERM + SECOND).note("operator", "journal_read")

    erased = await Retention(database, lambda: NOW).purge()

    assert erased == {"conversations_expired": 1, "appointments_expired": 1, "journal_expired": 1}
    assert await Conversations(database).look("not over") is not None
    async with database.reading() as tx:
        assert (await tx.execute(select(appointments.c.reference))).scalars().all() == ["not over"]


async def test_tidings_and_readings_of_calendars_go_too(database):
    old, young = (int((NOW - timedelta(days=days)).timestamp()) for days in (2, 0))
    read = {"version": 1, "token": "", "whole_at": 0, "covers_from": 0, "covers_until": 0, "due": 0}
    async with database.writing() as tx:
        for name, at in (("old", old), ("young", young)):
            row = {"reference": name, "what": "moved", "starts": at - 60, "ends": at}
            await tx.execute(insert(tidings).values(**row))
            await tx.execute(insert(calendar_readings).values(source=name, read_at=at, **read))
            await tx.execute(insert(calendar_times).values(source=name, file="f", etag="e", times="[]"))
    await Retention(database, lambda: NOW).purge()
    async with database.reading() as tx:
        for column in (tidings.c.reference, calendar_readings.c.source, calendar_times.c.source):
            assert (await tx.execute(select(column))).scalars().all() == ["young"]


async def test_the_purge_notes_how_much_it_erased(database):
    await keep(database, "over", NOW)
    await Retention(database, lambda: NOW).purge()
    await Retention(database, lambda: NOW).purge()
    noted = [(entry.at, entry.who, entry.did, entry.how_many) for entry in await Journal(database).latest()]
    assert noted == [(NOW, "program", "conversations_expired", 1)]


async def test_the_journal_shows_the_newest_first(database):
    notes = Journal(database)
    await notes.note("person", "conversation_erased")
    await notes.note("operator", "journal_read", 3)
    assert [(entry.did, entry.how_many) for entry in await notes.latest()] == [
        ("journal_read", 3),
        ("conversation_erased", 1),
    ]


def test_every_stored_column_has_a_purpose_a_term_and_a_legal_ground():
    assert inventory.read(data_folder() / "content").gaps() == []


def test_a_column_that_is_missing_or_too_much_or_left_unsaid_is_found():
    told = inventory.read(data_folder() / "content")
    tables = {name: {**entry, "columns": dict(entry["columns"])} for name, entry in told.tables.items()}
    del tables["journal"]["columns"]["who"]
    tables["journal"]["columns"]["name"] = tables["journal"]["columns"]["at"]
    tables["journal"]["columns"]["did"] = {"what": "…", "why": "", "until": "…", "ground": "…"}
    assert Inventory(told.headings, tables).gaps() == ["journal.did", "journal.name", "journal.who"]


def test_the_inventory_is_shown_with_the_terms_in_force():
    shown = "\n".join(inventory.read(data_folder() / "content").lines(state_days=12))
    assert "Jusqu'à quand: 12 jours après le dernier message" in shown
    assert f"{JOURNAL_TERM.days} jours." in shown
    assert "{" not in shown
