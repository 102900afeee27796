"""What is known of a calendar between two readings is what stands in it, however it was read; and how old it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.appointments import readings
from bot.appointments.busy import busy
from bot.appointments.cache import Cached, Known, Remembered, Taken, Times, fingerprint
from bot.appointments.caldav import CalendarDown, Calendars
from bot.appointments.profiles import Profile
from bot.appointments.readings import Readings, Source
from bot.appointments.spans import Span
from bot.storage.database import Database
from bot.storage.tables import calendar_readings, calendar_times
from tests.appointments.radicale import PartnerCalendar, vcalendar
from tests.appointments.test_faults import proxy_before, short_waits
from tests.appointments.worlds import MONDAY, PARIS, Clock, shown, world

SOURCE = Source("ccas", "", PARIS, frozenset(), 7)
WORD = "Entretien confidentiel de Jeanne Martin"


@pytest.fixture(params=["remembered", "sqlite", "postgres"])
async def caches(request):
    """Two processes' caches of the same calendar."""
    if request.param == "remembered":
        one = Remembered()
        yield one, one
    else:
        url = request.getfixturevalue(f"{request.param}_url")
        async with Database(url) as here, Database(url) as there:
            yield Cached(here), Cached(there)


def known(version=0, token="t", **files):
    return Known(token, MONDAY.astimezone(UTC), MONDAY.astimezone(UTC), Span(MONDAY.astimezone(UTC), MONDAY.astimezone(UTC)), {fingerprint(name): one for name, one in files.items()}, version)  # fmt: skip


def times(etag, *minutes):
    starts = [MONDAY.astimezone(UTC) + timedelta(minutes=minute) for minute in minutes]
    return Times(fingerprint(etag), tuple(Taken(Span(one, one + timedelta(hours=1)), fingerprint("u")) for one in starts))  # fmt: skip


async def test_what_one_process_keeps_the_other_finds(caches):
    here, there = caches
    assert await there.load("s") is None
    first = known(a=times("1", 0, 60), b=times("2"))
    assert await here.save("s", None, first)
    assert await there.load("s") == replace(first, version=1)
    second = known(token="u", a=times("9", 30), c=times("3", 5))
    assert await there.save("s", replace(first, version=1), second)
    assert await here.load("s") == replace(second, version=2)
    assert (await here.load("s")).taken[0].span.starts == MONDAY.astimezone(UTC) + timedelta(minutes=5)


async def test_a_slow_reading_does_not_overwrite_a_newer_one(caches):
    here, there = caches
    assert await here.save("s", None, known(a=times("1")))
    base = await here.load("s")
    assert await there.save("s", base, known(b=times("2")))
    assert not await here.save("s", base, known(a=times("1"), c=times("3")))
    assert not await here.save("s", None, known(c=times("3")))
    assert set((await here.load("s")).files) == {fingerprint("b")}


async def test_one_process_at_a_time_looks(caches):
    here, there = caches
    now, later = MONDAY, MONDAY + timedelta(minutes=1)
    assert sum(await asyncio.gather(*(one.lease("s", now, later) for one in (here, there) * 3))) == 1
    assert await here.load("s") is None
    assert not await there.lease("s", now + timedelta(seconds=59), later)
    assert sum(await asyncio.gather(*(one.lease("s", later, later + timedelta(minutes=1)) for one in (here, there) * 3))) == 1  # fmt: skip
    assert await here.save("s", None, known(a=times("1")))
    assert not await there.lease("s", later, later)


async def test_no_word_of_an_event_is_kept(calendar, sqlite_url):
    calendar.add(f"UID:{WORD}@example\nDTSTART:20261123T080000Z\nDURATION:PT1H\nSUMMARY:{WORD}\nATTENDEE:mailto:jeanne@example.org".replace(" ", "-"))  # fmt: skip
    async with Database(sqlite_url) as database, Calendars(calendar.url) as calendars:
        await Readings(calendars, Cached(database), Clock()).read(SOURCE)
        async with database.reading() as tx:
            rows = [
                *(await tx.execute(select(calendar_times))),
                *(await tx.execute(select(calendar_readings))),
            ]
    assert len(rows) == 2
    assert "onfident" not in str(rows) and "eanne" not in str(rows) and calendar.url not in str(rows)


# --- however it is read --------------------------------------------------------------------------------------

numbers = count(1)
EVENTS = st.sampled_from("abcd")
STARTS = st.integers(0, 300)
KINDS = st.sampled_from(["", "RRULE:FREQ=DAILY;COUNT=3", "STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), EVENTS, STARTS, KINDS),
        st.tuples(st.just("delete"), EVENTS),
        st.tuples(st.just("hours pass"), st.integers(0, 80)),
        st.just(("read",)),
    ),
    max_size=8,
)


def do(calendar, http, clock, step):
    match step:
        case ("put", name, hours, kind):
            starts = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hours)
            calendar.add(f"UID:{name}\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\nDURATION:PT1H\n{kind}".strip())
        case ("delete", name):
            http.delete(f"{calendar.url}{name}.ics")
        case ("hours pass", hours):
            clock.forward(hours=hours)


@pytest.mark.slow
@pytest.mark.parametrize("profile", [Profile(), Profile(sync=False), Profile(sync=False, multiget=False, time_range=False)])  # fmt: skip
def test_a_calendar_read_step_by_step_is_known_as_if_read_whole(radicale_url, profile):
    async def follow(steps):
        calendar = PartnerCalendar(f"{radicale_url}partner/followed-{next(numbers)}/")
        calendar.make()
        clock = Clock()
        async with Calendars(calendar.url) as calendars:
            calendars.profiles = {calendar.url: profile}
            followed = Readings(calendars, Remembered(), clock)
            for step in [*steps, ("read",)]:
                await asyncio.to_thread(do, calendar, http, clock, step)
                if step == ("read",):
                    read = await followed.read(SOURCE)
            window = SOURCE.span(clock())
            whole = await Readings(calendars, Remembered(), clock).read(SOURCE)
            texts = calendar.events()
        expected = sorted(one.span for one in busy(texts, window, PARIS))
        for found in (read, whole):
            assert sorted(one.span for one in found.taken if one.span.overlaps(window)) == expected
        if clock.now - MONDAY < readings.WHOLE:
            assert read.taken == whole.taken

    with httpx.Client(trust_env=False) as http:

        @settings(max_examples=settings.default.max_examples // 4)
        @given(STEPS)
        def law(steps):
            asyncio.run(follow(steps))

        law()


async def test_only_what_changed_is_read_again(calendar):
    calendar.add("UID:a\nDTSTART:20261123T080000Z\nDURATION:PT1H")
    async with proxy_before(calendar.url) as proxy, Calendars(proxy.url) as calendars:
        ours = Readings(calendars, Remembered(), Clock())
        await ours.read(SOURCE)
        assert proxy.seen == ["PROPFIND", "REPORT"]
        await ours.read(SOURCE)
        assert proxy.seen[2:] == ["REPORT"]
        calendar.add("UID:b\nDTSTART:20261124T080000Z\nDURATION:PT1H")
        assert len((await ours.read(SOURCE)).taken) == 2
        assert proxy.seen[3:] == ["REPORT", "REPORT"]


async def test_a_token_that_the_server_forgot_is_no_trouble(calendar):
    async with Calendars(calendar.url) as calendars:
        cache = Remembered()
        ours = Readings(calendars, cache, Clock())
        first = await ours.read(SOURCE)
        await cache.save(SOURCE.key, first if first.version else await cache.load(SOURCE.key), replace(first, token="http://radicale.org/ns/sync/nonsense"))  # fmt: skip
        calendar.add("UID:b\nDTSTART:20261124T080000Z\nDURATION:PT1H")
        again = await ours.read(SOURCE)
    assert len(again.taken) == 1
    assert again.token.startswith("http") and "nonsense" not in again.token


# --- how old it is -------------------------------------------------------------------------------------------


async def test_slots_come_from_a_fresh_reading_without_asking_again(calendar):
    async with proxy_before(calendar.url) as proxy, world(proxy.url) as ours:
        bookings = ours.bookings
        await bookings.free("ccas", "rsa")
        asked = len(proxy.seen)
        ours.clock.forward(seconds=readings.FRESH.total_seconds())
        assert len((await bookings.free("ccas", "rsa")).free) == 3
        assert len(proxy.seen) == asked
        ours.clock.forward(seconds=1)
        await bookings.free("ccas", "rsa")
        assert len(proxy.seen) == asked + 1


async def test_a_calendar_not_read_within_its_term_offers_no_slots(calendar):
    async with proxy_before(calendar.url) as proxy, world(proxy.url) as ours:
        bookings = ours.bookings
        await bookings.free("ccas", "rsa")
        proxy.faults["*"] = "hang"
        ours.clock.forward(seconds=readings.TERM.total_seconds())
        with short_waits():
            assert (await bookings.free("ccas", "rsa")).readable
        asked = len(proxy.seen)
        assert (await bookings.free("ccas", "rsa")).readable  # and nobody waits again for the silent server
        assert len(proxy.seen) == asked
        ours.clock.forward(seconds=1)
        with short_waits():
            slots = await bookings.free("ccas", "rsa")
        assert (slots.readable, slots.free) == (False, ())
        proxy.faults.clear()
        assert len((await bookings.free("ccas", "rsa")).free) == 3


async def test_what_was_cancelled_is_free_at_once_though_the_reading_still_holds_it(calendar):
    async with world(calendar.url) as ours:
        bookings = ours.bookings
        (first, *_) = (await bookings.free("ccas", "rsa")).free
        made = (await bookings.book(first, "rsa", "fr")).appointment
        ours.clock.forward(minutes=3)
        assert shown(await bookings.free("ccas", "rsa"))[0] == "Mon 09:30"  # read anew, our event with it
        await bookings.cancel(made.reference)
        assert shown(await bookings.free("ccas", "rsa"))[0] == "Mon 09:00"


async def test_an_unreadable_event_makes_the_calendar_unreadable(calendar):
    calendar.add("UID:a\nDTSTART:20261123T080000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;COUNT=3")
    async with world(calendar.url) as ours:
        assert not (await ours.bookings.free("ccas", "rsa")).readable


@pytest.mark.parametrize("answer", ["401", "503", "half answer", "refuse"])
async def test_a_half_reading_is_none(calendar, answer):
    async with proxy_before(calendar.url) as proxy, Calendars(proxy.url) as calendars:
        ours = Readings(calendars, Remembered(), Clock())
        await ours.read(SOURCE)
        proxy.faults["REPORT"] = answer
        with pytest.raises(CalendarDown):
            await ours.read(SOURCE)


async def test_several_calendars_and_one_that_is_away(calendar, radicale_url):
    """Its seats are not offered; those of the others are."""
    calendar.add(vcalendar("UID:a\nDTSTART;TZID=Europe/Paris:20261123T090000\nDURATION:PT8H"))
    async with world(calendar.url, names=("nowhere/", "")) as ours:
        slots = await ours.bookings.free("ccas", "rsa")
    assert shown(slots) == ["Tue 09:00", "Tue 09:30"]
    assert {slot.seat for slot in slots.free} == {1}
