"""The store in the database and its twin in memory do the same, whatever is done to them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.appointments.spans import Span
from bot.appointments.store import Appointments, InMemory, Record
from bot.storage.database import Database

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
    st.tuples(st.just("holding"), st.just("ccas"), MINUTES.map(lambda m: Span(NOON + m * MINUTE, NOON + (m + 7) * MINUTE))),
)  # fmt: skip


def uniquely(step, number):
    """Event names are random in earnest: never the same twice."""
    return (step[0], replace(step[1], uid=f"uid-{number}"), *step[2:]) if step[0] == "claim" else step


async def play(store, steps):
    answers = []
    for number, step in enumerate(steps):
        name, *given_ = uniquely(step, number)
        answer = await getattr(store, name)(*given_)
        answers.append(sorted(answer, key=lambda one: one.reference) if isinstance(answer, list) else answer)
    return answers


def back_to_holding(step):
    """`gone` is left for no other state: the seat may be somebody else's by then."""
    return step[0] == "change" and "gone" in step[2] and step[3] != "gone"


@given(st.lists(STEPS.filter(lambda step: not back_to_holding(step)), max_size=15))
def test_the_twins_answer_alike(steps):
    async def both():
        async with Database("sqlite+aiosqlite:///:memory:") as database:
            return await play(Appointments(database), steps), await play(InMemory(), steps)

    real, twin = asyncio.run(both())
    assert real == twin


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


async def test_of_many_claims_at_once_one_is_held(tmp_path):
    async with (
        Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite") as one,
        Database(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite") as two,
    ):
        stores = [Appointments(one), Appointments(two)]
        claims = [stores[number % 2].claim(record(number, start=number % 5)) for number in range(40)]
        assert sum(await asyncio.gather(*claims)) == 1
