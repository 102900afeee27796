"""`clairdroit calendar check`: it finds calendars, tells what works, what is worked round and what will not work."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from bot.appointments.caldav import CalendarDown, Calendars, Changed
from bot.appointments.discovery import Refused, calendars_at, origin
from bot.appointments.profiles import Profile, Profiles
from bot.appointments.trial import CHECKS, Trial
from bot.conversation.events import Booked
from bot.settings import new_key
from bot.storage.database import Database
from tests.appointments.radicale import vcalendar
from tests.appointments.test_faults import proxy_before
from tests.appointments.worlds import PARIS, world

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GONE_WRONG = b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def tried(url):
    async with Calendars(origin(url)) as calendars:
        trial = Trial(calendars, url, "Essai", NOW, PARIS)
        await trial.run()
    return trial


def without(header):
    """The server never looks at this header."""

    def alter(head, body):
        return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(header)), body

    return alter


def refusing(*words):
    """The server does not know questions with these words."""

    def alter(head, body):
        return None if any(word in body for word in words) else (head, body)

    return alter


def an_hour_later(head, body):
    return head, body.replace(b"T080000Z", b"T090000Z").replace(b"T090000\r", b"T100000\r") if head.startswith(b"PUT") else body  # fmt: skip


def keeping(head, body):
    return None if head.startswith(b"DELETE") else (head, body)


@asynccontextmanager
async def behaving(calendar, alter):
    async with proxy_before(calendar.url) as proxy:
        forward = proxy.forward

        async def altered(head, body, real):
            sent = alter(head, body)
            if sent is None:
                return GONE_WRONG % b"501 Not Implemented"
            head, body = sent
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
            lines.insert(1, b"Content-Length: %d" % len(body))
            return await forward(b"\r\n".join(lines), body, real)

        proxy.forward = altered
        yield proxy


@pytest.mark.parametrize("server", ["calendar", "xandikos_calendar"])
async def test_a_good_server_can_all_and_nothing_is_left_in_it(request, server):
    calendar = request.getfixturevalue(server)
    trial = await tried(calendar.url)
    assert trial.outcomes == dict.fromkeys(CHECKS, "works")
    assert (trial.usable, trial.profile, trial.left) == (True, Profile(), [])
    assert calendar.events() == []


@pytest.mark.parametrize(
    ("alter", "check", "profile"),
    [
        (without(b"if-none-match"), "overwrite", Profile(if_none_match=False)),
        (without(b"if-match"), "stale", Profile(if_match=False)),
        (refusing(b"time-range"), "by_time", Profile(time_range=False)),
        (refusing(b"calendar-multiget"), "many", Profile(multiget=False)),
        (refusing(b"sync-collection"), "sync", Profile(sync=False)),
        (refusing(b"sync-token"), "sync", Profile(sync=False)),
        (refusing(b"free-busy-query"), "free_busy", Profile()),
    ],
)
async def test_what_a_server_cannot_do_is_worked_round(calendar, alter, check, profile):
    async with behaving(calendar, alter) as proxy:
        trial = await tried(proxy.url)
        others = {name: outcome for name, outcome in trial.outcomes.items() if name != check}
        if profile.time_range:
            assert set(others.values()) == {"works"}
        assert (trial.outcomes[check], trial.usable, trial.profile) == ("around", True, profile)
        assert calendar.events() == []
        async with Calendars(proxy.url) as calendars:
            calendars.profiles = {proxy.url: trial.profile}
            async with world(calendars) as ours:
                (first, *_) = (await ours.bookings.free("ccas", "rsa")).free
                made = await ours.bookings.book(first, "rsa", "fr")
                assert isinstance(made, Booked)
                await ours.bookings.cancel(made.appointment.reference)
        assert calendar.events() == []


@pytest.mark.parametrize(
    ("alter", "check"),
    [(refusing(b"VEVENT"), "write"), (an_hour_later, "read_back"), (keeping, "delete")],
)
async def test_what_will_not_work_is_said(calendar, alter, check):
    async with behaving(calendar, alter) as proxy:
        trial = await tried(proxy.url)
    assert trial.outcomes[check] == "fails"
    assert not trial.usable
    assert bool(trial.left) == bool(calendar.events()) or check == "write"


async def test_a_server_that_overwrites_is_asked_first(calendar):
    text = vcalendar("UID:a\nDTSTART:20261124T080000Z\nDURATION:PT1H")
    async with behaving(calendar, without(b"if-none-match")) as proxy, Calendars(proxy.url) as calendars:
        await calendars.named("").put_new("a.ics", text)
        await calendars.named("").put_new("a.ics", text)  # it does overwrite
        calendars.profiles = {proxy.url: Profile(if_none_match=False, if_match=False)}
        with pytest.raises(Changed):
            await calendars.named("").put_new("a.ics", text)
        with pytest.raises(Changed):
            await calendars.named("").delete("a.ics", '"other"')
        await calendars.named("").delete("a.ics", (await calendars.named("").get("a.ics")).etag)
        await calendars.named("").delete("a.ics", '"other"')
    assert calendar.events() == []


# --- finding -------------------------------------------------------------------------------------------------


async def found(url, user=""):
    async with Calendars(origin(url), user, "x") as calendars:
        return [one.url for one in await calendars_at(calendars, url)]


async def test_calendars_are_found_from_their_server_their_owner_or_their_own_address(
    calendar, radicale_url, xandikos_calendar
):
    assert await found(calendar.url) == [calendar.url]
    assert calendar.url in await found(f"{radicale_url}partner/", "partner")
    assert calendar.url in await found(radicale_url, "partner")
    assert calendar.url in await found(f"{radicale_url}nowhere/at/all/", "partner")
    assert xandikos_calendar.url in await found(origin(xandikos_calendar.url))


async def test_a_server_that_wants_a_name_says_so(radicale_url):
    with pytest.raises(Refused):
        await found(radicale_url)


def make_tasks(url):
    body = """<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
      <C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>
      </D:prop></D:set></C:mkcalendar>"""
    with httpx.Client(trust_env=False) as http:
        http.request("MKCALENDAR", url, content=body).raise_for_status()


async def test_a_folder_for_tasks_is_no_calendar_for_visits(radicale_url):
    make_tasks(f"{radicale_url}partner/tasks/")
    assert f"{radicale_url}partner/tasks/" not in await found(radicale_url, "partner")


@pytest.mark.parametrize("answer", [b"200 OK", b"404 Not Found", b"500 Internal Server Error"])
async def test_what_is_no_calendar_server_is_said_to_be_none(calendar, answer):
    async with proxy_before(calendar.url) as proxy:

        async def other(_head, _body, _real):
            return GONE_WRONG % answer

        proxy.forward = other
        with pytest.raises(CalendarDown):
            await found(proxy.url)


async def test_a_password_is_not_carried_to_another_server(calendar):
    async with proxy_before(calendar.url) as proxy:

        async def away(_head, _body, _real):
            return b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

        proxy.forward = away
        with pytest.raises(CalendarDown, match=r"127\.0\.0\.2"):
            await found(proxy.url, "partner")


# --- the command ---------------------------------------------------------------------------------------------


async def check(url, **environment):
    command = [sys.executable, "-c", "from bot.cli import main; main()", "calendar", "check", url]
    run = asyncio.to_thread(
        subprocess.run, command, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    return await run


@pytest.mark.slow
async def test_the_command_tells_it_in_french_and_keeps_it(calendar, sqlite_url):
    kept = {"CLAIRDROIT_KEY": new_key(), "CLAIRDROIT_DATABASE_URL": sqlite_url}
    async with behaving(calendar, without(b"if-none-match")) as proxy:
        done = await check(proxy.url, **kept)
        assert (done.returncode, done.stderr) == (0, "")
        assert "contourné      Le serveur écrase un événement qui existe déjà." in done.stdout
        assert "Cet agenda peut recevoir des rendez-vous." in done.stdout
        async with Database(sqlite_url) as database:
            assert await Profiles(database).read() == {proxy.url: Profile(if_none_match=False)}
    assert calendar.events() == []


@pytest.mark.slow
async def test_the_command_lists_what_it_finds_and_fails_where_nothing_is(xandikos_calendar):
    listed = await check(origin(xandikos_calendar.url))
    assert xandikos_calendar.url in listed.stdout
    assert listed.returncode == 1
    nothing = await check("http://127.0.0.1:9/")
    assert (nothing.returncode, nothing.stderr) == (1, "")
    assert nothing.stdout.startswith("Le serveur ne répond pas")
