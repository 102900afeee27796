"""The same walk on three calendar servers that have nothing in common but the standards."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar as ICalendar

from bot.appointments.amending import Told
from bot.appointments.cache import Remembered
from bot.appointments.caldav import Calendars, Changed
from bot.appointments.desks import Visit
from bot.appointments.discovery import calendars_at, origin
from bot.appointments.trial import CHECKS, Trial
from bot.conversation.events import Booked, Cancelled, SlotTaken
from tests.appointments.davical import PASSWORD, USER
from tests.appointments.test_calendar_check import NOW
from tests.appointments.test_watch import Office
from tests.appointments.worlds import PARIS, shown, world

pytestmark = pytest.mark.slow


@pytest.fixture(params=["calendar", "xandikos_calendar", "davical_calendar"])
def partner(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
async def office(partner):
    async with world(partner) as ours:
        yield Office(ours, Remembered(), partner)


async def test_the_check_finds_it_able_and_leaves_nothing(partner):
    async with Calendars(origin(partner.url), partner.user, partner.password) as calendars:
        assert [one.url for one in await calendars_at(calendars, partner.url)] == [partner.url]
        if partner.user:
            assert partner.url in [
                one.url for one in await calendars_at(calendars, origin(partner.url) + "caldav.php")
            ]
        trial = Trial(calendars, partner.url, "Essai", NOW, PARIS)
        await trial.run()
    able = dict.fromkeys(CHECKS, "works")
    if partner.user:  # DAViCal answers a token that it never gave as if it had
        able["sync"] = "around"
    assert (trial.outcomes, trial.left) == (able, [])
    assert partner.events() == []


async def test_a_visit_is_booked_moved_and_cancelled(office, partner):
    partner.add("UID:weekly\nDTSTART;TZID=Europe/Paris:20261116T090000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY")
    partner.add("UID:day\nDTSTART;VALUE=DATE:20261230\nDTEND;VALUE=DATE:20261231")
    slots = await office.bookings.free("ccas", "rsa")
    assert shown(slots) == ["Mon 09:30", "Tue 09:00", "Tue 09:30"]
    first, second, _ = slots.free
    made = (await office.bookings.book(first, "rsa", "uk")).appointment
    moved = await office.bookings.move(made.reference, second, "rsa", "uk")
    assert isinstance(moved, Booked) and moved.appointment.reference == made.reference
    (event,) = ours_in(partner)
    assert (event.start, event["SUMMARY"]) == (second.starts, f"Rendez-vous {made.reference} (à l'accueil)")
    assert await office.bookings.cancel(made.reference) == Cancelled(made.reference)
    assert ours_in(partner) == []


def ours_in(partner):
    events = [event for text in partner.events() for event in ICalendar.from_ical(text).walk("VEVENT")]
    return [event for event in events if "Rendez-vous" in event.get("SUMMARY", "")]


async def test_what_the_partner_does_is_noticed(office, partner):
    made = await office.booked()
    partner.add("UID:sudden\nDTSTART;TZID=Europe/Paris:20261124T090000\nDURATION:PT30M")
    await office.look()
    assert shown(await office.bookings.free("ccas", "rsa")) == ["Mon 09:30", "Tue 09:30"]
    auth = (partner.user, partner.password) if partner.user else None
    (uid,) = [event["UID"] for event in ours_in(partner)]
    async with httpx.AsyncClient(trust_env=False, auth=auth) as http:
        (await http.delete(f"{partner.url}{uid}.ics")).raise_for_status()
    await office.look()
    assert await office.told() == [(made.reference, "cancelled", "23 08:00")]


async def test_what_the_person_tells_is_written_and_what_is_gone_stays_gone(office, partner):
    made = await office.booked()
    assert await office.bookings.tell(made.reference, Told(late=True, accompanied=True))
    (event,) = ours_in(partner)
    assert event["SUMMARY"] == f"En retard : Rendez-vous {made.reference} (à l'accueil)"
    assert "accompagnée" in event["DESCRIPTION"] and event["SEQUENCE"] == 1
    await office.look()
    assert await office.told() == [], "our own writing is no news"
    (found,) = [await office.bookings._store.find(made.reference)]
    here = office.bookings._calendars.named(found.calendar)
    there = await here.get(found.file)
    await here.delete(found.file, there.etag)
    with pytest.raises(Changed):
        await here.put_changed(found.file, there.text, there.etag)
    assert not await office.bookings.tell(made.reference, Told(late=False))
    assert ours_in(partner) == []


async def test_many_at_once_and_none_twice(partner):
    async with world(partner, hours="Mo 09:00-12:00", visit=Visit(30, 0, 0, 1, 2)) as ours:
        bookings = ours.bookings
        (first, *_) = (await bookings.free("ccas", "rsa")).free
        outcomes = await asyncio.gather(*(bookings.book(first, "rsa", "fr") for _ in range(8)))
        await bookings.recover()
        booked = [one for one in outcomes if isinstance(one, Booked)]
        assert len(booked) == 2
        assert sum(isinstance(one, SlotTaken) for one in outcomes) == 6
    assert len(ours_in(partner)) == 2


SEVERAL = {"search.time-range.event", "search.time-range", "sync-token", "sync-token.delete", "get-by-url", "save-load.event", "save-load", "synchronous-write", "delete-calendar"}  # fmt: skip
"""What booking leans on, in the words of caldav-server-tester."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "server",
    [
        pytest.param("radicale_url", marks=pytest.mark.soak),
        "xandikos_url",
        pytest.param("davical_url", marks=pytest.mark.soak),
    ],
)
async def test_an_independent_tester_finds_what_booking_leans_on(request, server):
    url = request.getfixturevalue(server)
    user, password = (USER, PASSWORD) if server == "davical_url" else ("x", "x")
    program = Path(sys.executable).with_name("caldav-server-tester")
    command = [program, "--caldav-url", url, "--caldav-username", user, "--caldav-password", password]
    done = await asyncio.to_thread(
        subprocess.run, [*command, "--format", "json"], capture_output=True, text=True, check=True
    )
    unlike = json.loads(done.stdout)["features"]  # what is otherwise than it should be
    bad = {name for name in SEVERAL & unlike.keys() if unlike[name]["support"] in {"unsupported", "broken"}}
    told = {name: found["support"] for name, found in unlike.items() if "support" in found}
    print(f"{server.removesuffix('_url')}: {told}")
    assert bad == set()
