"""Whose turn it is, how fast we go, and what was taken, on both databases and over several processes."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from bot.storage import lines as module
from bot.storage.conversations import Conversations, Overtaken, Taken
from bot.storage.database import Away, Database
from bot.storage.lines import Busy, Lines
from bot.storage.pace import Pace
from bot.storage.tables import deliveries, lines, processes
from tests.postgres import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgres"])
async def both(request, tmp_path):
    """Two processes' views of one database."""
    where = f"sqlite+aiosqlite:///{tmp_path}/shared.sqlite"
    where = request.getfixturevalue("postgres_url") if request.param == "postgres" else where
    async with Database(where) as one, Database(where) as other:
        yield one, other


@pytest.fixture
async def stores(both, clock):
    held = [Lines(database) for database in both]
    async with held[0].living(), held[1].living():
        yield [Conversations(database, clock, line) for database, line in zip(both, held, strict=True)]


async def test_a_second_process_waits_for_the_first(stores, clock):
    told = []

    async def turn(store, words):
        async with store.turn("zoe") as box:
            told.append(f"{words} begins")
            await asyncio.sleep(0.1)
            await box.save(words.encode(), clock() + DAY)
            told.append(f"{words} ends")

    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(turn(stores[number % 2], str(number)))
    assert [told[at].split()[0] == told[at + 1].split()[0] for at in range(0, 8, 2)] == [True] * 4


async def test_others_do_not_wait(stores):
    async with stores[0].turn("zoe"):
        began = time.monotonic()
        async with stores[1].turn("ali"):
            assert time.monotonic() - began < 1


async def test_who_waits_too_long_is_asked_to_come_back(stores, monkeypatch):
    monkeypatch.setattr(module.looks, "__defaults__", (0.1,))
    async with stores[0].turn("zoe"):
        with pytest.raises(Busy):
            async with stores[1].turn("zoe"):
                pass


async def test_what_a_dead_process_held_is_free(both, clock):
    dying, living = Lines(both[0]), Lines(both[1])
    await dying.beat()
    async with both[0].writing() as tx:
        assert await dying.take(tx, "zoe")
    await living.beat()
    async with both[1].writing() as tx:
        assert await living.take(tx, "zoe") is None
        await tx.execute(update(processes).where(processes.c.id == dying.process).values(alive_until=0))
        assert await living.take(tx, "zoe")


async def test_an_heir_frees_at_once_what_the_dead_one_held(both):
    dying = Lines(both[0])
    await dying.beat()
    async with both[0].writing() as tx:
        await dying.take(tx, "zoe")
    heir = Lines(both[1])
    async with heir.living(heir_of=dying.process), both[1].writing() as tx:
        assert await heir.take(tx, "zoe")


async def test_what_turns_tell_each_other_is_read_by_the_next_process(stores):
    async with stores[0].turn("zoe") as box:
        box.line.asked, box.line.ready_at = 17, 1_790_000_000_000
    async with stores[1].turn("zoe") as box:
        assert (box.line.asked, box.line.ready_at) == (17, 1_790_000_000_000)
        box.line.forget = True
    async with stores[0].turn("zoe") as box:
        assert box.line.asked is None


async def test_a_message_is_taken_once_and_with_its_state(stores, both, clock):
    taken = Taken(b"message-0001", owed=True)
    async with stores[0].turn("zoe") as box:
        await box.save(b"one", clock() + DAY, taken)
    async with stores[1].turn("zoe", ask=lambda kept: {taken.id, kept.sealed}) as box:
        assert box.owed == {taken.id: True}
        with pytest.raises(Overtaken):
            await box.save(b"two", clock() + DAY, taken)
        box.line.said.append(taken.id)
    async with stores[0].turn("zoe", ask=lambda _: [taken.id]) as box:
        assert box.owed == {taken.id: False}
        assert box.kept.sealed == b"one", "neither without the other"


async def test_a_turn_costs_five_ways_to_the_database(postgres_url, clock):
    """The line, the state, the messages before; state and message; what was said and the line."""
    said = []
    async with Database(postgres_url) as database:
        lines = Lines(database)
        async with lines.living():
            store = Conversations(database, clock, lines)
            event.listen(
                database._engine.sync_engine, "before_cursor_execute", lambda *of: said.append(of[2])
            )
            for number in range(3):
                async with store.turn("zoe", ask=lambda _: [b"before"]) as box:
                    await box.save(b"one", clock() + DAY, taken := Taken(bytes([number]), owed=True))
                    box.line.said.append(taken.id)
    turns = [words for words in said if not words.startswith(("INSERT INTO processes", "DELETE"))]
    assert [words.split()[0] for words in turns] == ["INSERT", "SELECT", "SELECT", "WITH", "WITH"] * 3


async def test_erasing_takes_the_message_and_leaves_no_line(stores, both, clock):
    async with stores[0].turn("zoe") as box:
        await box.save(b"one", clock() + DAY)
        await box.forget(Taken(b"message-0003", owed=True))
        async with both[1].reading() as tx:
            assert (await tx.execute(select(lines))).all() == []
            assert len((await tx.execute(select(deliveries))).all()) == 1


async def test_work_for_one_process_goes_to_the_next_when_it_ends(both, monkeypatch):
    monkeypatch.setattr(module, "BEAT", 0.02)
    one, other = Lines(both[0]), Lines(both[1])
    at_work = []

    async def work(held, name):
        async with held.living(), held.alone("poller"):
            at_work.append(name)
            await asyncio.sleep(0.3)
            at_work.append(name)

    await asyncio.gather(work(one, "one"), work(other, "other"))
    assert at_work in (["one", "one", "other", "other"], ["other", "other", "one", "one"])


async def test_the_pace_is_kept_by_all_together(both):
    went = []

    async def send(pace):
        await pace.turn()
        went.append(time.monotonic())

    paces = [Pace(database, rate=20) for database in both]
    await asyncio.gather(*(send(paces[number % 2]) for number in range(24)))
    went.sort()
    assert went[-1] - went[0] >= 23 / 20 - 0.1
    assert max(sum(at <= other < at + 0.95 for other in went) for at in went) <= 20 + 3, (
        "a busy machine wakes late"
    )


async def test_who_writes_first_only_goes_when_nobody_queues(both):
    answers, reminders = (Pace(database, rate=1) for database in both)
    assert await reminders.spare()
    assert not await reminders.spare()
    await asyncio.gather(answers.turn(), answers.turn())
    assert not await reminders.spare()
    await asyncio.sleep(2.1)
    assert await reminders.spare()


async def test_when_the_service_wants_rest_all_rest(both):
    one, other = (Pace(database, rate=1000) for database in both)
    await one.turn()
    await one.rest(0.5)
    began = time.monotonic()
    await other.turn()
    assert time.monotonic() - began >= 0.4


async def test_a_database_that_restarts_costs_nothing(postgres, postgres_url, clock):
    async with Database(postgres_url) as database:
        store = Conversations(database, clock)
        async with store.turn("zoe") as box:
            restarting = asyncio.create_task(asyncio.to_thread(postgres.restart))
            await box.save(b"one", clock() + DAY, Taken(b"message-0004"))
            await restarting
            await box.save(b"two", clock() + DAY, Taken(b"message-0005"))
        assert (await store.look("zoe")).sealed == b"two"


async def test_a_commit_that_was_carried_out_unseen_is_not_done_twice(both, clock, monkeypatch):
    """The connection broke after the commit: the second attempt finds what the first one did."""
    store = Conversations(both[0], clock)
    insist = Database.insist

    async def twice(self, work, **how):
        await insist(self, work, **how)
        return await insist(self, work, **how)

    async with store.turn("zoe") as box:
        monkeypatch.setattr(Database, "insist", twice)
        await box.save(b"one", clock() + DAY, Taken(b"message-0006"))
        await box.save(b"two", clock() + DAY, Taken(b"message-0007"))
        await box.forget(Taken(b"message-0008"))
        monkeypatch.undo()
    mine = {b"message-0006", b"message-0007", b"message-0008"}
    async with store.turn("zoe", ask=lambda _: mine) as box:
        assert box.owed.keys() == mine


async def test_a_database_that_stays_away_is_said_to_be(postgres_url, clock):
    database = Database(postgres_url.replace("test_", "nowhere_"))
    with pytest.raises(Away):
        await database.insist(lambda tx: tx.exec_driver_sql("SELECT 1"), patience=0.3)
    await database.__aexit__()
