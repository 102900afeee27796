"""The store in the database and its twin in memory do the same, whatever is done to them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.appointments.in_memory import InMemory
from bot.appointments.spans import Span
from bot.appointments.store import Appointments, Record
from bot.storage.database import Database
from bot.storage.tables import appointments, tidings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def record(number, seat=0, start=0, length=10, buffer=0, office="ccas"):
    starts = NOON + start * MINUTE
    ends = starts + length * MINUTE
    return Record(
        f"R{number}",
        office,
        seat,
        starts,
        ends,
        ends + buffer * MINUTE,
        "c/",
        f"uid-{number}",
        "claimed",
        NOON,
    )


MINUTES = st.integers(0, 40)
REFERENCES = st.integers(0, 5).map("R{}".format)
STATES = st.sampled_from(["claimed", "confirmed", "leaving", "gone"])
STEPS = st.one_of(
    st.tuples(st.just("claim"), st.builds(record, st.integers(0, 5), st.integers(0, 1), MINUTES, st.integers(1, 20), st.integers(0, 5), st.sampled_from(["ccas", "caf"]))),
    st.tuples(st.just("change"), REFERENCES, st.lists(STATES, min_size=1, unique=True).map(tuple), STATES, MINUTES.map(lambda m: NOON + m * MINUTE)),
    st.tuples(st.just("find"), REFERENCES),
    st.tuples(st.just("drop"), REFERENCES),
    st.tuples(st.just("due"), MINUTES.map(lambda m: NOON + m * MINUTE)),
    st.tuples(st.just("change_over"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("partner_cancelled"), st.integers(0, 5)),
    st.tuples(st.just("partner_moved"), st.integers(0, 5), MINUTES),
    st.tuples(st.just("tidings"), st.none() | st.lists(REFERENCES, max_size=3)),
    st.tuples(st.just("told"), REFERENCES),
    st.tuples(st.just("confirmed"), st.just("c/"), MINUTES.map(lambda m: NOON + m * MINUTE)),
    st.tuples(st.just("holding"), st.just("ccas"), MINUTES.map(lambda m: Span(NOON + m * MINUTE, NOON + (m + 7) * MINUTE))),
)  # fmt: skip


def uniquely(step, number):
    """Event names are random in earnest: never the same twice."""
    return (step[0], replace(step[1], uid=f"uid-{number}"), *step[2:]) if step[0] == "claim" else step


async def play(store, steps):
    """The answers, without the codes that were drawn by lot."""
    answers = []
    for number, step in enumerate(steps):
        name, *given_ = uniquely(step, number)
        if name == "change_over":
            moved, given_ = given_[0], [await store.find(f"R{given_[1]}"), NOON]
            if given_[0] is None:
                continue
            given_[0] = replace(given_[0], moves=f"R{moved}", sequence=given_[0].sequence + 1)
        elif name.startswith("partner"):
            found = await store.find(f"R{given_[0]}")
            if found is None:
                continue
            starts = [NOON + minutes * MINUTE for minutes in given_[1:]]
            given_ = [found, *(x for one in starts for x in (Span(one, one + MINUTE), one + 3 * MINUTE))]
        answer = await getattr(store, name)(*given_)
        answers.append(plain(answer))
    return answers


def plain(answer):
    if isinstance(answer, list):
        return sorted((plain(one) for one in answer), key=str)
    if isinstance(answer, Record) and not answer.reference.startswith("R"):
        return replace(answer, reference="by lot")
    return answer


def back_to_holding(step):
    """`gone` is left for no other state: the seat may be somebody else's by then."""
    return step[0] == "change" and "gone" in step[2] and step[3] != "gone"


LISTS = st.lists(STEPS.filter(lambda step: not back_to_holding(step)), max_size=15)


@given(LISTS)
def test_the_twins_answer_alike(steps):
    async def both():
        async with Database("sqlite+aiosqlite:///:memory:") as database:
            return await play(Appointments(database), steps), await play(InMemory(), steps)

    real, twin = asyncio.run(both())
    assert real == twin


@pytest.mark.slow
def test_the_twins_answer_alike_on_postgresql(postgres_url):
    asyncio.run(open_once(postgres_url))

    @settings(max_examples=settings.default.max_examples // 2)
    @given(LISTS)
    def alike(steps):
        real, twin = asyncio.run(both(postgres_url, steps))
        assert real == twin

    alike()


async def open_once(url):
    async with Database(url):
        pass


async def both(url, steps):
    async with Database(url) as database:
        async with database.writing() as tx:
            await tx.execute(appointments.delete())
            await tx.execute(tidings.delete())
        return await play(Appointments(database), steps), await play(InMemory(), steps)


CLAIMS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 15), st.integers(0, 5), st.integers(0, 1)), max_size=8
)


@given(CLAIMS)
def test_a_claim_holds_when_no_earlier_one_takes_its_seat_at_any_of_its_time(claims):
    records = [
        record(number, seat, start, length, buffer)
        for number, (start, length, buffer, seat) in enumerate(claims)
    ]
    expected = []
    for one in records:
        if not any(other.seat == one.seat and other.span.overlaps(one.span) for other in expected):
            expected.append(one)

    async def claimed():
        async with Database("sqlite+aiosqlite:///:memory:") as database:
            store = Appointments(database)
            return [one for one in records if await store.claim(one)]

    assert asyncio.run(claimed()) == expected


async def test_of_many_claims_at_once_one_is_held(database_url):
    async with Database(database_url) as one, Database(database_url) as two:
        stores = [Appointments(one), Appointments(two)]
        claims = [stores[number % 2].claim(record(number, start=number % 5)) for number in range(40)]
        assert sum(await asyncio.gather(*claims)) == 1
