"""What is kept to write to a person: only where they agreed, sealed, and gone after the visit."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.aftercare.reaches import LEASE, Reach, Reaches
from bot.conversation.ports import Appointment, Care, Slot
from bot.dialogue import Person
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.retention import Retention
from bot.privacy.sealing import Seals
from bot.storage.database import Database
from tests.talking import NOW, Clock

ZOE = Person("telegram", "4242424242")
STARTS = NOW.replace(day=24, hour=14)
VISIT = Appointment(
    "K7QM-4TXR", Slot("ccas-joigny", STARTS, STARTS + timedelta(minutes=45)), "rsa", Care(topic="RSA")
)


class Parts:
    def __init__(self, database, key=None):
        self.database, self.clock, self.key = database, Clock(), key or secrets.token_bytes(32)

    def reaches(self, *keys):
        keys = keys or (self.key,)
        return Reaches(self.database, Seals(keys), Pseudonyms(keys), self.clock)


@pytest.fixture
async def parts(database_url):
    async with Database(database_url) as database:
        yield Parts(database)


def reach(before=("day", "hours"), visit=VISIT):
    return Reach.of(ZOE, visit, before, "ar")


async def rows(database):
    async with database.reading() as tx:
        return (await tx.execute(text("SELECT * FROM reaches"))).mappings().all()


async def test_what_is_kept_is_found_by_the_visits_code(parts):
    await parts.reaches().keep(reach())
    found = await parts.reaches().find("K7QM-4TXR")
    assert (found.person, found.state.language, found.appointment.care.before) == (
        ZOE,
        "ar",
        ("day", "hours"),
    )
    assert found.appointment.slot == VISIT.slot
    assert await parts.reaches().find("FFFF-7777") is None


async def test_nothing_of_it_is_read_without_the_key_and_the_right_is_not_even_in_it(parts):
    await parts.reaches().keep(reach())
    [row] = await rows(parts.database)
    assert not any(word in str(dict(row)) for word in ("4242424242", "K7QM", "telegram", "rsa"))
    assert (found := await parts.reaches().find("K7QM-4TXR")).appointment.right == ""
    assert found.appointment.care.topic == ""
    assert await parts.reaches(secrets.token_bytes(32)).find("K7QM-4TXR") is None


async def test_with_a_new_key_beside_the_old_one_people_are_still_reached(parts):
    await parts.reaches().keep(reach())
    both = parts.reaches(secrets.token_bytes(32), parts.key)
    assert (await both.find("K7QM-4TXR")).person == ZOE
    await both.keep(reach(("day",)))
    assert len(await rows(parts.database)) == 1
    await both.drop("K7QM-4TXR")
    assert await rows(parts.database) == []


async def test_each_reminder_comes_up_once_at_its_time(parts):
    reaches, heard = parts.reaches(), []
    await reaches.keep(reach())
    while parts.clock() < STARTS:
        for one in await reaches.due():
            heard.append(f"{parts.clock():%d %H:%M}")
            await reaches.keep(one.left(parts.clock()))
        parts.clock.pass_by(minutes=10)
    assert heard == ["23 14:00", "24 12:00"]


async def test_two_processes_do_not_both_remind_and_a_failure_is_tried_again(parts):
    reaches = parts.reaches()
    await reaches.keep(reach())
    parts.clock.at = STARTS - timedelta(hours=2)
    assert [len(await reaches.due()), len(await parts.reaches().due())] == [1, 0]
    parts.clock.pass_by(seconds=LEASE.total_seconds())
    assert len(await reaches.due()) == 1, "it was never done"


async def test_after_the_visit_nothing_is_kept(parts):
    await parts.reaches().keep(reach(()))
    parts.clock.at = VISIT.slot.ends - timedelta(seconds=1)
    assert await parts.reaches().due() == []
    assert len(await rows(parts.database)) == 1
    parts.clock.at = VISIT.slot.ends
    await parts.reaches().due()
    assert await rows(parts.database) == []


async def test_the_purge_erases_it_too(parts):
    await parts.reaches().keep(reach())
    await Retention(parts.database, lambda: VISIT.slot.ends + timedelta(seconds=1)).purge()
    assert await rows(parts.database) == []


async def test_what_cannot_be_opened_any_more_is_never_written_to(parts):
    await parts.reaches().keep(reach())
    parts.clock.at = STARTS - timedelta(hours=2)
    assert await parts.reaches(secrets.token_bytes(32)).due() == []
