"""The conversation store and its twin, held by the same tests."""

import asyncio
from datetime import timedelta

import pytest

from bot.storage.conversations import Conversations, Kept, Overtaken
from bot.storage.database import Database

DAY = timedelta(days=1)


async def keep(store, clock, name, sealed, former=()):
    async with store.turn(name, former) as box:
        await box.save(sealed, clock() + DAY)


async def test_somebody_new_has_nothing_kept(store):
    async with store.turn("zoe") as box:
        assert box.kept is None
    assert await store.look("zoe") is None
    assert await store.count() == 0


async def test_what_was_saved_last_is_kept_for_that_person_alone(store, clock):
    await keep(store, clock, "zoe", b"one")
    await keep(store, clock, "zoe", b"two")
    assert await store.look("zoe") == Kept("zoe", b"two")
    assert await store.look("ali") is None
    assert await store.count() == 1


async def test_a_turn_may_save_more_than_once(store, clock):
    async with store.turn("zoe") as box:
        await box.save(b"before the calendar", clock() + DAY)
        await box.save(b"after it", clock() + DAY)
    assert await store.look("zoe") == Kept("zoe", b"after it")


async def test_a_turn_that_saves_nothing_changes_nothing(store, clock):
    await keep(store, clock, "zoe", b"one")
    async with store.turn("zoe"):
        pass
    assert await store.look("zoe") == Kept("zoe", b"one")


async def test_forgotten_is_gone_and_may_begin_again(store, clock):
    await keep(store, clock, "zoe", b"one")
    async with store.turn("zoe") as box:
        await box.forget()
    assert await store.look("zoe") is None
    assert await store.count() == 0
    await keep(store, clock, "zoe", b"new")
    assert await store.look("zoe") == Kept("zoe", b"new")


async def test_a_turn_may_forget_and_then_save(store, clock):
    await keep(store, clock, "zoe", b"one")
    async with store.turn("zoe") as box:
        await box.forget()
        await box.save(b"new", clock() + DAY)
    assert await store.look("zoe") == Kept("zoe", b"new")


async def test_after_its_term_nothing_is_seen_even_before_the_purge(store, clock):
    await keep(store, clock, "zoe", b"one")
    clock.pass_by(days=1)
    assert await store.look("zoe") is None
    await keep(store, clock, "zoe", b"new")
    assert await store.look("zoe") == Kept("zoe", b"new")


async def test_the_purge_erases_what_is_due_and_counts_it(store, clock):
    await keep(store, clock, "zoe", b"one")
    await keep(store, clock, "ali", b"two")
    clock.pass_by(hours=12)
    await keep(store, clock, "ali", b"three")
    clock.pass_by(hours=12)
    assert await store.purge() == 1
    assert await store.count() == 1
    assert await store.look("ali") == Kept("ali", b"three")


async def test_what_lies_under_a_former_pseudonym_is_found_and_moves(store, clock):
    await keep(store, clock, "old-zoe", b"one")
    assert await store.look("zoe", ["older-zoe", "old-zoe"]) == Kept("old-zoe", b"one")
    await keep(store, clock, "zoe", b"two", ["old-zoe"])
    assert await store.look("zoe", ["old-zoe"]) == Kept("zoe", b"two")
    assert await store.look("old-zoe") is None


async def test_forgetting_covers_the_former_pseudonym(store, clock):
    await keep(store, clock, "old-zoe", b"one")
    async with store.turn("zoe", ["old-zoe"]) as box:
        await box.forget()
    assert await store.count() == 0


async def test_one_person_has_one_turn_at_a_time(store, clock):
    order = []

    async def count_up():
        async with store.turn("zoe") as box:
            seen = int(box.kept.sealed) if box.kept else 0
            order.append(f"in {seen}")
            await asyncio.sleep(0)
            await box.save(str(seen + 1).encode(), clock() + DAY)
            order.append("out")

    await asyncio.gather(*(count_up() for _ in range(5)))
    assert order == ["in 0", "out", "in 1", "out", "in 2", "out", "in 3", "out", "in 4", "out"]


async def test_two_people_do_not_wait_for_each_other(store, clock):
    async with store.turn("zoe") as zoe, asyncio.timeout(2):
        await keep(store, clock, "ali", b"quick")
        await zoe.save(b"slow", clock() + DAY)
    assert await store.count() == 2


async def test_a_turn_that_fails_lets_the_next_one_in(store, clock):
    with pytest.raises(ZeroDivisionError):
        async with store.turn("zoe"):
            raise ZeroDivisionError
    await keep(store, clock, "zoe", b"after")
    assert await store.look("zoe") == Kept("zoe", b"after")


@pytest.mark.parametrize("known_before", [False, True])
async def test_another_process_that_was_quicker_is_noticed(url, clock, known_before):
    async with Database(url) as here, Database(url) as there:
        ours, theirs = Conversations(here, clock), Conversations(there, clock)
        if known_before:
            await keep(ours, clock, "zoe", b"start")
        async with ours.turn("zoe") as box:
            await keep(theirs, clock, "zoe", b"theirs")
            with pytest.raises(Overtaken):
                await box.save(b"ours", clock() + DAY)
        assert await ours.look("zoe") == Kept("zoe", b"theirs")
