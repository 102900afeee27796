"""What a partner does to an appointment in their own calendar is noticed, followed, and kept for the person."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import pytest

from bot.appointments import watch
from bot.appointments.booking import Bookings
from bot.appointments.cache import Cached, Remembered
from bot.appointments.desks import Visit
from bot.appointments.in_memory import InMemory
from bot.appointments.store import Appointments
from bot.appointments.tidings import Tiding
from bot.conversation.events import Booked, BookingFailed, Cancelled, SlotTaken
from bot.storage.database import Database
from tests.appointments.test_faults import proxy_before
from tests.appointments.worlds import WORDS, shown, world


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def parts(request):
    """A store and a cache."""
    if request.param == "memory":
        yield InMemory(), Remembered()
    else:
        async with Database(request.getfixturevalue(f"{request.param}_url")) as database:
            yield Appointments(database), Cached(database)


class Office:
    """An appointment on Monday at nine, and the partner who changes it."""

    def __init__(self, ours, cache, calendar):
        self.ours, self.calendar = ours, calendar
        self.bookings = Bookings({"ccas": ours.desk}, ours.store, ours.calendars, WORDS, ours.clock, cache)

    async def booked(self):
        (first, *_) = (await self.bookings.free("ccas", "rsa")).free
        self.made = (await self.bookings.book(first, "rsa", "fr")).appointment
        await self.look()
        assert await self.bookings.tidings() == []
        return self.made

    async def look(self):
        self.ours.clock.forward(minutes=1)
        await self.bookings.look()

    def rewrite(self, *changes, name=""):
        (text,) = self.calendar.events()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        uid = next(line.partition(":")[2] for line in text.splitlines() if line.startswith("UID:"))
        with httpx.Client(trust_env=False) as http:
            if name:
                http.delete(f"{self.calendar.url}{uid}.ics").raise_for_status()
            http.put(f"{self.calendar.url}{name or uid}.ics", content=text, headers={"Content-Type": "text/calendar"}).raise_for_status()  # fmt: skip

    async def told(self):
        return [(one.reference, one.what, f"{one.starts:%d %H:%M}") for one in await self.bookings.tidings()]


@pytest.fixture
async def office(calendar, parts):
    store, cache = parts
    async with world(calendar.url, store) as ours:
        yield Office(ours, cache, calendar)


def test_it_is_noticed_within_five_minutes():
    assert watch.EVERY + timedelta(seconds=watch.TICK + watch.LIMIT) < timedelta(minutes=5) / 2


async def test_a_visit_that_the_partner_deletes(office, calendar):
    made = await office.booked()
    calendar.delete_all()
    await office.look()
    assert await office.told() == [(made.reference, "cancelled", "23 08:00")]
    assert shown(await office.bookings.free("ccas", "rsa"))[0] == "Mon 09:00"
    await office.look()
    assert len(await office.bookings.tidings([made.reference])) == 1
    assert await office.bookings.tidings(["XXXX-XXXX"]) == []
    assert await office.bookings.tidings([]) == []
    await office.bookings.told(made.reference)
    assert await office.told() == []
    assert await office.bookings.cancel(made.reference) == Cancelled(made.reference)


async def test_a_visit_that_the_partner_marks_cancelled_stays_in_their_calendar(office, calendar):
    made = await office.booked()
    office.rewrite(("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    await office.look()
    assert await office.told() == [(made.reference, "cancelled", "23 08:00")]
    assert isinstance(await office.bookings.book(made.slot, "rsa", "fr"), Booked)
    office.ours.clock.forward(minutes=3)
    await office.bookings.recover()
    assert len(calendar.events()) == 2


TO_HALF_PAST = (("DTSTART:20261123T080000Z", "DTSTART:20261123T083000Z"), ("DTEND:20261123T083000Z", "DTEND:20261123T090000Z"))  # fmt: skip


@pytest.mark.parametrize("name", ["", "another-name"])
async def test_a_visit_that_the_partner_moves(office, calendar, name):
    made = await office.booked()
    office.rewrite(TO_HALF_PAST[1], TO_HALF_PAST[0], name=name)
    await office.look()
    assert await office.told() == [(made.reference, "moved", "23 08:30")]
    assert shown(await office.bookings.free("ccas", "rsa")) == ["Mon 09:00", "Tue 09:00", "Tue 09:30"]
    await office.look()
    assert len(await office.told()) == 1
    if not name:
        assert await office.bookings.cancel(made.reference) == Cancelled(made.reference)
        assert calendar.events() == []
        assert await office.told() == [(made.reference, "moved", "23 08:30")]


async def test_a_visit_moved_onto_another_keeps_both_and_offers_neither_time(office, calendar):
    made = await office.booked()
    second = (await office.bookings.free("ccas", "rsa")).free[0]
    text = calendar.events()[0]
    other = (await office.bookings.book(second, "rsa", "fr")).appointment
    for old, new in reversed(TO_HALF_PAST):
        text = text.replace(old, new)
    calendar.add(text)
    await office.look()
    assert await office.told() == [(made.reference, "moved", "23 08:30")]
    assert shown(await office.bookings.free("ccas", "rsa")) == ["Mon 09:00", "Tue 09:00", "Tue 09:30"]
    assert await office.bookings.cancel(other.reference) == Cancelled(other.reference)
    assert shown(await office.bookings.free("ccas", "rsa")) == ["Mon 09:00", "Tue 09:00", "Tue 09:30"]
    assert isinstance(await office.bookings.book(second, "rsa", "fr"), SlotTaken)


async def test_a_visit_that_only_gets_longer_is_no_news(office):
    await office.booked()
    office.rewrite(("DTEND:20261123T083000Z", "DTEND:20261123T084500Z"))
    await office.look()
    assert await office.told() == []
    assert shown(await office.bookings.free("ccas", "rsa")) == ["Tue 09:00", "Tue 09:30"]


async def test_other_words_are_no_news(office):
    await office.booked()
    office.rewrite(("SUMMARY:", "LOCATION:Salle 3\r\nSUMMARY:Vu. "))
    await office.look()
    assert await office.told() == []


async def test_a_person_who_cancels_or_moves_at_that_moment_is_told_nothing(office, calendar):
    made = await office.booked()
    store = office.ours.store
    (record,) = await store.confirmed("", office.ours.clock())
    second = (await office.bookings.free("ccas", "rsa")).free[0]
    assert isinstance(await office.bookings.move(made.reference, second, "rsa", "fr"), Booked)
    assert not await store.partner_cancelled(record)  # the look had begun before
    assert not await store.partner_moved(record, record.visit, record.until)
    await office.look()
    assert await office.told() == []
    await office.bookings.cancel(made.reference)
    await office.look()
    assert await office.told() == []


async def test_what_the_partner_cancelled_is_not_moved(office, calendar):
    made = await office.booked()
    second = (await office.bookings.free("ccas", "rsa")).free[0]
    calendar.delete_all()
    await office.look()
    assert await office.bookings.move(made.reference, second, "rsa", "fr") == BookingFailed()


async def test_a_calendar_that_is_away_cancels_nobody(calendar):
    async with proxy_before(calendar.url) as proxy, world(proxy.url) as ours:
        office = Office(ours, Remembered(), calendar)
        await office.booked()
        for fault in ("404", "401", "503", "refuse", "half answer"):
            proxy.faults["*"] = fault
            await office.look()
            assert await office.told() == []
        proxy.faults = {"GET": "503"}
        office.rewrite(("SUMMARY:", "SUMMARY:Vu. "), ("STATUS:CONFIRMED", "STATUS:CANCELLED"))
        await office.look()
        assert await office.told() == []
        proxy.faults.clear()
        await office.look()
        assert len(await office.told()) == 1


async def test_two_processes_share_the_looking(calendar, database_url):
    async with AsyncExitStack() as opened, proxy_before(calendar.url) as proxy:
        offices = []
        for _ in range(2):
            database = await opened.enter_async_context(Database(database_url))
            ours = await opened.enter_async_context(world(proxy.url, Appointments(database)))
            offices.append(Office(ours, Cached(database), calendar))
        await asyncio.gather(*(office.bookings.look() for office in offices * 3))
        assert proxy.seen.count("PROPFIND") == 1


async def test_the_looking_begins_by_itself_and_goes_on(calendar, monkeypatch):
    monkeypatch.setattr(watch, "TICK", 0.02)
    monkeypatch.setattr(watch, "EVERY", timedelta(0))
    async with world(calendar.url, visit=Visit(30, 0, 0, 1)) as ours:
        office = Office(ours, Remembered(), calendar)
        made = await office.booked()
        async with office.bookings.sweeping():
            calendar.delete_all()
            for _ in range(200):
                if await office.told():
                    break
                await asyncio.sleep(0.02)
    assert await office.bookings.tidings() == [
        Tiding(made.reference, "cancelled", *(moment for moment in (made.slot.starts, made.slot.ends)))
    ]
