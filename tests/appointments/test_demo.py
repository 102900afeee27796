"""The demonstration's calendars: ordinary weeks, written once, left alone afterwards."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest
from icalendar import Calendar

from bot.appointments.busy import busy
from bot.appointments.caldav import Calendars
from bot.appointments.desks import Desk, Visit, desk_of
from bot.appointments.slots import candidates, free
from bot.appointments.spans import Span, merged
from bot.demo.radicale import RadicaleFailed, radicale
from bot.demo.seed import WEEKS, seed, words
from bot.demo.weeks import calendar_of, of_week, series
from bot.offices.directory import Directory
from bot.offices.territory import Territory
from tests.appointments.worlds import CONTENT, PARIS

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
WORDS = words(CONTENT)
DESK = Desk("ccas", PARIS, "Mo-Fr 09:00-12:00,14:00-17:00; PH off", ("ccas/",), Visit(30, 10, 0, 28))


def text(*events):
    return calendar_of(*events).decode()


def test_a_week_is_the_same_each_time_and_no_two_alike():
    assert text(*of_week(DESK, MONDAY, WORDS)) == text(*of_week(DESK, MONDAY, WORDS))
    assert text(*of_week(DESK, MONDAY, WORDS)) != text(*of_week(DESK, MONDAY + timedelta(weeks=1), WORDS))


def test_the_weeks_hold_what_ordinary_calendars_hold():
    events = [
        event for week in range(WEEKS) for event in of_week(DESK, MONDAY + timedelta(weeks=week), WORDS)
    ]
    said = {str(event["SUMMARY"]) for event in [*events, *series(DESK, MONDAY, WORDS)]}
    assert said == set(WORDS.values())
    assert {str(event.get("STATUS", "")) for event in events} == {"", "CANCELLED", "TENTATIVE"}
    assert any("TRANSP" in event for event in events)
    assert any(not isinstance(event.start, datetime) and "TRANSP" not in event for event in events)


def test_the_meeting_is_left_out_once_and_moved_once():
    window = Span(NOW, NOW + timedelta(weeks=4))
    found = sorted(one.span.starts for one in busy([text(*series(DESK, MONDAY, WORDS))], window, PARIS))
    assert [f"{moment.astimezone(PARIS):%d %b %H:%M}" for moment in found] == [
        "23 Nov 09:00",
        "07 Dec 10:00",
        "14 Dec 09:00",
    ]


def test_every_office_of_the_demonstration_has_free_and_busy_times():
    directory = Directory.read(CONTENT, Territory.read(CONTENT))
    bookable = [entry for entry in directory.entries.values() if entry.calendars]
    assert len(bookable) >= 12
    for entry in bookable:
        desk = desk_of(entry.id, entry.zone, entry.hours, directory.booking(entry.id))
        window = Span(NOW, NOW + timedelta(days=desk.visit.horizon_days + 1))
        texts = [
            text(event)
            for week in range(WEEKS)
            for event in of_week(desk, MONDAY + timedelta(weeks=week), WORDS)
        ]
        taken = merged(
            one.span for one in busy([*texts, text(*series(desk, MONDAY, WORDS))], window, desk.zone)
        )
        slots = list(free(desk, NOW, [taken for _ in desk.calendars], ()))
        assert 3 <= len(slots) < len(list(candidates(desk, NOW))), entry.id


async def test_weeks_are_written_once_and_the_missing_ones_added_later(radicale_url):
    base = f"{radicale_url}partners-{os.getpid()}/"
    assert await seed(base, [DESK], WORDS, MONDAY) == WEEKS
    async with Calendars(base) as calendars:
        calendar = calendars.named("ccas/")
        everything = Span(NOW, NOW + timedelta(weeks=20))
        before = await calendar.between(everything)
        gone = before[0].name
        await calendar.delete(gone, "")
        assert await seed(base, [DESK], WORDS, MONDAY) == 0
        assert gone not in {found.name for found in await calendar.between(everything)}
        assert await seed(base, [DESK], WORDS, MONDAY + timedelta(weeks=2)) == 2
        after = await calendar.between(everything)
        assert len(after) > len(before)
    for found in after:  # read by another path: each is one whole calendar
        assert Calendar.from_ical(found.text).walk("VEVENT")


def test_radicale_says_why_it_does_not_start(tmp_path, radicale_url):
    port = int(radicale_url.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(RadicaleFailed, match="did not start"), radicale(tmp_path, port):
        pass


def test_radicale_ends_with_us(tmp_path):
    with radicale(tmp_path) as url:
        assert httpx.get(url).status_code < 500
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def read_until(process, pattern, seconds):
    """What the program prints, until it has printed this."""
    said, deadline = "", time.monotonic() + seconds
    while not re.search(pattern, said):
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        more = os.read(process.stdout.fileno(), 4096).decode() if ready else ""
        assert more, f"it printed only: {said}"
        said += more
    return said


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_demonstration_starts_answers_and_stops(tmp_path, how):
    command = [
        sys.executable,
        "-m",
        "bot.demo",
        "--folder",
        str(tmp_path / "demo"),
        "--port",
        "0",
        "--calendars-port",
        "0",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            said = read_until(process, r"Ctrl-C", 60)
            web, calendars = re.findall(r"http://127\.0\.0\.1:\d+/\S*", said)
            with urlopen(web) as page:
                assert page.status == 200
            assert httpx.get(f"{calendars}ccas-joigny/").text.count("BEGIN:VEVENT") > 20
        finally:
            process.send_signal(how)
            code = process.wait(20)
    assert code == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(calendars)
    assert (tmp_path / "demo" / "key").stat().st_mode & 0o777 == 0o600
