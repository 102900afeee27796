"""The list of who wants an earlier slot: in order, one offer a seat, and never two people for one seat."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.aftercare.waiting import OFFER, Waiting
from bot.conversation.ports import Appointment, Care, Slot
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.sealing import Seals
from bot.settings import IN_MEMORY
from bot.storage.database import Database
from tests.talking import NOW, Clock

KEY = secrets.token_bytes(32)
HOURS = range(8)
"""An office with one seat at each of eight hours of the day after tomorrow, and one on each of the days after."""


def slot(number):
    starts = (NOW + timedelta(days=2)).replace(hour=8) + timedelta(hours=number)
    return Slot("ccas", starts, starts + timedelta(minutes=30))


@dataclass
class Seats:
    """An obvious model of booking: who sits where, and what is kept for whom."""

    clock: Clock
    taken: dict[int, str] = field(default_factory=dict)  # by hour: the code of the visit
    kept: dict[str, tuple[int, str, object]] = field(default_factory=dict)  # by claim: hour, code, until

    def free(self, number):
        return number not in self.taken and not any(hour == number for hour, *_ in self.live().values())

    def live(self):
        return {claim: one for claim, one in self.kept.items() if one[2] > self.clock()}

    async def soonest(self, office, right, kind, before):
        return [slot(number) for number in HOURS if self.free(number) and slot(number).starts < before]

    async def offer(self, reference, wanted, right, kind, until):
        number = wanted.starts.hour - 8
        if not self.free(number) or reference not in self.taken.values():
            return ""
        claim = f"C{len(self.kept)}"
        self.kept[claim] = (number, reference, until)
        return claim

    async def withdraw(self, claim):
        self.kept.pop(claim, None)

    def take(self, reference, claim):
        number, whose, _ = self.live()[claim]
        assert whose == reference and self.taken.get(number) is None, "two people for one seat"
        del self.taken[next(hour for hour, code in self.taken.items() if code == reference)]
        self.taken[number] = reference
        del self.kept[claim]


def visit(reference, number):
    return Appointment(reference, slot(number), "rsa", Care(kind="desk", waits=True))


class Office:
    def __init__(self, database, clock=None):
        self.clock = clock or Clock()
        self.seats = Seats(self.clock)
        self.waiting = Waiting(database, Seals([KEY]), Pseudonyms([KEY]), self.seats, self.clock)

    async def sits(self, reference, number, *, waits=True):
        self.seats.taken[number] = reference
        if waits:
            await self.waiting.join(visit(reference, number))
            self.clock.pass_by(seconds=1)

    async def offers(self):
        return {w.reference: w.earlier.slot.starts.hour - 8 for w in await self.waiting.look()}


@pytest.fixture
async def office(database_url):
    async with Database(database_url) as database:
        yield Office(database)


async def full(office, *waiting):
    """All eight hours are taken: the persons from `waiting` at their hours, strangers elsewhere."""
    for number in HOURS:
        if number not in dict(waiting).values():
            await office.sits(f"S{number}", number, waits=False)
    for reference, number in waiting:
        await office.sits(reference, number)


async def test_who_waits_longest_is_asked_first_and_the_next_one_after_them(office):
    await full(office, ("LATE", 7), ("EARLY", 6))
    assert await office.offers() == {}
    del office.seats.taken[2]
    assert await office.offers() == {"LATE": 2}, "they came first, though their visit is later"
    assert await office.offers() == {}, "one offer for one seat"
    await office.waiting.let_pass("LATE")
    assert await office.offers() == {"EARLY": 2}
    await office.waiting.let_pass("EARLY")
    assert await office.offers() == {}, "nobody is asked twice about the same slot"


async def test_who_does_not_answer_loses_the_offer_and_twice_their_place(office):
    await full(office, ("ZOE", 7))
    del office.seats.taken[2]
    assert await office.offers() == {"ZOE": 2}
    office.clock.pass_by(seconds=OFFER.total_seconds())
    assert await office.offers() == {}
    assert office.seats.free(2), "it is anybody's again"
    del office.seats.taken[3]
    assert await office.offers() == {"ZOE": 3}
    office.clock.pass_by(seconds=OFFER.total_seconds())
    await office.offers()
    assert await office.waiting.find("ZOE") is None


async def test_a_slot_hardly_earlier_or_later_is_not_worth_asking(office):
    await full(office, ("ZOE", 3))
    del office.seats.taken[5]
    assert await office.offers() == {}
    office.seats.taken[5] = "S5"
    del office.seats.taken[2]
    assert await office.offers() == {"ZOE": 2}, "an hour earlier is"


async def test_who_leaves_gives_back_what_was_kept(office):
    await full(office, ("ZOE", 7), ("ALI", 6))
    del office.seats.taken[0]
    assert await office.offers() == {"ZOE": 0}
    await office.waiting.leave("ZOE")
    assert await office.offers() == {"ALI": 0}


async def test_waiting_twice_is_waiting_once_at_the_first_place(office):
    await full(office, ("ZOE", 7), ("ALI", 6))
    await office.waiting.join(visit("ZOE", 7))
    del office.seats.taken[0]
    assert await office.offers() == {"ZOE": 0}


async def test_who_is_moved_by_the_partner_keeps_their_place_and_what_is_no_gain_now_is_free(office):
    await full(office, ("ZOE", 7), ("ALI", 6))
    del office.seats.taken[3]
    assert await office.offers() == {"ZOE": 3}
    office.seats.taken[0] = office.seats.taken.pop(7)  # the partner put them at the first hour
    await office.waiting.moved(visit("ZOE", 0))
    assert await office.offers() == {"ALI": 3}
    assert (await office.waiting.find("ZOE")).appointment.slot == slot(0)
    assert [waiter.reference for waiter in await office.waiting.asked()] == ["ALI"]


async def test_nobody_is_asked_who_may_not_be_asked_now(office):
    await full(office, ("ZOE", 7))
    del office.seats.taken[0]
    assert await office.waiting.look(lambda waiter: False) == []
    assert [waiter.reference for waiter in await office.waiting.look()] == ["ZOE"]


async def test_once_the_visit_has_begun_nothing_is_kept(office):
    await full(office, ("ZOE", 7))
    office.clock.at = slot(7).starts
    await office.offers()
    assert await office.waiting.find("ZOE") is None


async def test_two_processes_that_look_at_once_make_one_offer_a_person(office):
    await full(office, ("ZOE", 7))
    del office.seats.taken[0], office.seats.taken[1]
    asked = await asyncio.gather(*(office.waiting.look() for _ in range(4)))
    assert sum(len(one) for one in asked) == 1
    assert len(office.seats.live()) == 1


async def test_the_list_is_sealed(database_url):
    async with Database(database_url) as database:
        await Office(database).sits("K7QM-4TXR", 7)
        async with database.reading() as tx:
            [row] = (await tx.execute(text("SELECT * FROM waiting"))).mappings().all()
        assert "K7QM" not in str(dict(row)) and "rsa" not in str(dict(row))


# --- whatever happens ------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["A", "B", "C", "D"])
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("join"), NAMES),
        st.tuples(st.just("leave"), NAMES),
        st.tuples(st.just("pass"), NAMES),
        st.tuples(st.just("take"), NAMES),
        st.tuples(st.just("frees"), st.sampled_from(HOURS)),
        st.tuples(st.just("stranger"), st.sampled_from(HOURS)),
        st.tuples(st.just("minutes"), st.integers(1, 40)),
        st.tuples(st.just("look"), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(happenings=happenings)
def test_never_two_people_for_one_seat_and_nobody_is_passed_over(happenings):
    asyncio.run(lives_through(happenings))


async def lives_through(happenings):
    async with Database(IN_MEMORY) as database:
        office = Office(database)
        for number, name in zip((7, 6, 5, 4), "ABCD", strict=True):
            await office.sits(name, number, waits=False)
        for number in (0, 1, 2, 3):
            await office.sits(f"S{number}", number, waits=False)
        for what, about in happenings:
            await happen(office, what, about)
            fair(office)


def hour_of(office, name):
    return next((hour for hour, code in office.seats.taken.items() if code == name), None)


async def happen(office, what, about):
    seats, waiting = office.seats, office.waiting
    if what == "minutes":
        office.clock.pass_by(minutes=about)
    elif what == "frees" and seats.taken.get(about, "").startswith("S"):
        del seats.taken[about]
    elif what == "stranger" and seats.free(about):
        seats.taken[about] = f"S{about}"
    elif what == "join":
        await waiting.join(visit(about, hour_of(office, about)))
        office.clock.pass_by(seconds=1)
    elif what == "leave":
        await waiting.leave(about)
    elif what == "pass":
        await waiting.let_pass(about)
    elif what == "take":
        await taken(office, about)
    elif what == "look":
        await looked(office)


async def taken(office, name):
    waiter = await office.waiting.find(name)
    if waiter and waiter.earlier and waiter.earlier.until > office.clock():
        office.seats.take(name, waiter.claim)
        await office.waiting.leave(name)


async def looked(office):
    """Whoever waits longer than somebody who is asked did not want that slot, or has an offer of their own."""
    asked = await office.waiting.look()
    everybody = await office.waiting._everybody()
    for one in asked:
        for before in everybody:
            if before.since < one.since and before.earlier is None:
                assert not before.wants(one.earlier.slot), (
                    f"{before.reference} was passed over for {one.reference}"
                )


def fair(office):
    kept = Counter(hour for hour, *_ in office.seats.live().values())
    assert all(count == 1 for count in kept.values()), "two offers for one seat"
    assert not set(kept) & set(office.seats.taken), "an offer of a seat that somebody has"
    people = Counter(whose for _, whose, _ in office.seats.live().values())
    assert all(count == 1 for count in people.values()), "two offers for one person"
    assert all(hour_of(office, name) is not None for name in "ABCD"), "somebody lost their visit"
