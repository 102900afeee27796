"""The CalDAV client against a real Radicale, and against servers that answer badly."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from bot.appointments import caldav
from bot.appointments.caldav import Calendar, CalendarDown, Calendars, Changed
from bot.appointments.spans import Span
from tests.appointments.radicale import vcalendar

DAY = Span(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))
EVENT = vcalendar("UID:a\nDTSTART:20261124T080000Z\nDURATION:PT1H\nSUMMARY:é")


@pytest.fixture
async def client():
    async with httpx.AsyncClient() as made:
        yield made


@pytest.fixture
def ours(client, calendar):
    return Calendar(client, calendar.url)


async def test_what_is_put_is_found_read_and_deleted(ours, calendar):
    await ours.put_new("a.ics", EVENT)
    (found,) = await ours.between(DAY)
    assert (found.name, "SUMMARY:é" in found.text) == ("a.ics", True)
    assert len(calendar.events()) == 1
    got = await ours.get("a.ics")
    assert got is not None and got.etag == found.etag and "UID:a" in got.text
    await ours.delete("a.ics", got.etag)
    assert calendar.events() == []
    assert await ours.get("a.ics") is None
    await ours.delete("a.ics", got.etag)  # twice is as good as once


async def test_a_second_put_of_the_same_name_is_refused(ours):
    await ours.put_new("a.ics", EVENT)
    with pytest.raises(Changed):
        await ours.put_new("a.ics", EVENT.replace("é", "b"))
    assert "é" in (await ours.get("a.ics")).text


async def test_an_event_that_the_partner_changed_is_not_deleted(ours, calendar):
    await ours.put_new("a.ics", EVENT)
    etag = (await ours.get("a.ics")).etag
    calendar.add(EVENT.replace("é", "changed by the partner"))
    with pytest.raises(Changed):
        await ours.delete("a.ics", etag)
    assert len(calendar.events()) == 1


async def test_the_query_finds_series_and_whole_days_and_leaves_out_far_events(ours, calendar):
    calendar.add("UID:series\nDTSTART:20261103T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY")
    calendar.add("UID:day\nDTSTART;VALUE=DATE:20261124")
    calendar.add("UID:far\nDTSTART:20270124T080000Z\nDURATION:PT1H")
    assert sorted(found.name for found in await ours.between(DAY)) == ["day.ics", "series.ics"]


async def test_a_calendar_that_does_not_exist_is_down_not_free(client, radicale_url):
    with pytest.raises(CalendarDown):
        await Calendar(client, f"{radicale_url}partner/nowhere").between(DAY)


# --- servers that answer badly ------------------------------------------------------------------------------


@asynccontextmanager
async def server(answer: bytes, delay: float = 0.0):
    """Answers every request with these bytes and closes."""

    async def speak(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            for start in range(0, len(answer), max(1, len(answer) // 10)):
                writer.write(answer[start : start + max(1, len(answer) // 10)])
                await writer.drain()
                await asyncio.sleep(delay / 10)
            if not answer:
                await asyncio.sleep(delay)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/c/"


def http(status, body=b"", extra=b""):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), extra) + body


MULTISTATUS = b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">%s</D:multistatus>'
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><D:multistatus xmlns:D="DAV:">&b;</D:multistatus>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><D:multistatus xmlns:D="DAV:">&a;</D:multistatus>'
CUT = (
    MULTISTATUS
    % b"<D:response><D:href>/c/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>"
)
NO_TEXT = MULTISTATUS % (
    b"<D:response><D:href>/c/a.ics</D:href><D:propstat><D:prop><C:calendar-data/></D:prop>"
    b"<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>"
)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        http(b"200 OK", b"<html>log in</html>"),
        http(b"207 Multi-Status", b"<html/>"),
        http(b"207 Multi-Status", (MULTISTATUS % b"")[:-5]),
        http(b"207 Multi-Status", MULTISTATUS % b"")[:-5],
        http(b"207 Multi-Status", b""),
        http(b"207 Multi-Status", BOMB),
        http(b"207 Multi-Status", OUTSIDE),
        http(b"207 Multi-Status", CUT),
        http(b"207 Multi-Status", NO_TEXT),
        http(b"207 Multi-Status", b"\xff\xfe\x00"),
        http(b"302 Found", extra=b"Location: http://127.0.0.1:1/\r\n"),
        http(b"401 Unauthorized"),
        http(b"403 Forbidden"),
        http(b"423 Locked"),
        http(b"429 Too Many Requests"),
        http(b"500 Internal Server Error"),
        http(b"503 Service Unavailable"),
        http(b"507 Insufficient Storage"),
    ],
)
async def test_half_and_wrong_answers_are_down_not_free(client, answer):
    async with server(answer) as url:
        with pytest.raises(CalendarDown) as down:
            await Calendar(client, url).between(DAY)
        assert url not in str(down.value)


async def test_an_empty_calendar_is_free(client):
    async with server(http(b"207 Multi-Status", MULTISTATUS % b"")) as url:
        assert await Calendar(client, url).between(DAY) == []


async def test_a_server_never_gets_more_at_once_than_a_small_one_takes():
    """And one that hangs keeps none of the others waiting."""
    open_now, most = 0, 0

    async def speak(reader, writer):
        nonlocal open_now, most
        open_now, most = open_now + 1, max(most, open_now + 1)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.02)
        open_now -= 1
        writer.write(http(b"404 Not Found", extra=b"Connection: close\r\n"))
        writer.close()

    listening = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with listening, server(b"", delay=5) as hanging, Calendars(hanging) as calendars:
        stuck = [asyncio.create_task(calendars.named("c/").get("a.ics")) for _ in range(20)]
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with asyncio.timeout(2):
            await asyncio.gather(*(calendars.named(f"{url}/{number}/").get("a.ics") for number in range(40)))
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
    assert most == caldav.AT_ONCE


async def test_nobody_listens(client):
    async with server(b"") as url:
        pass
    with pytest.raises(CalendarDown):
        await Calendar(client, url).between(DAY)


async def test_a_silent_server_is_given_up_on(client, monkeypatch):
    monkeypatch.setattr(caldav, "LIMITS", 0.2)
    async with server(b"", delay=5) as url:
        with pytest.raises(CalendarDown, match="Timeout"):
            await asyncio.wait_for(Calendar(client, url).between(DAY), 2)


async def test_an_endless_answer_is_cut(client, monkeypatch):
    monkeypatch.setattr(caldav, "MOST_BYTES", 1000)
    async with server(http(b"207 Multi-Status", MULTISTATUS % (b" " * 2000))) as url:
        with pytest.raises(CalendarDown, match="1000"):
            await Calendar(client, url).between(DAY)


@asynccontextmanager
async def listener():
    """Keeps what it was sent, and answers with an error."""
    seen = []

    async def speak(reader, writer):
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(http(b"500 Internal Server Error"))
        writer.close()

    listening = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/", seen


async def test_the_password_goes_to_our_calendars_only_and_is_never_told():
    async with (
        listener() as (ours, seen),
        listener() as (other, foreign),
        Calendars(f"{ours}dav/", "anne", "s3cret") as calendars,
    ):
        for name in ("one", "two/", f"{other}dav/one/", f"{ours}elsewhere/"):
            with pytest.raises(CalendarDown) as down:
                await calendars.named(name).get("a.ics")
            assert "s3cret" not in repr(down.value)
    assert [b"Authorization: Basic " in request for request in (*seen, *foreign)] == [
        True,
        True,
        False,
        False,
    ]
    assert [request.split(b" ")[1] for request in (*seen, *foreign)] == [
        b"/dav/one/a.ics", b"/dav/two/a.ics", b"/elsewhere/a.ics", b"/dav/one/a.ics",
    ]  # fmt: skip
