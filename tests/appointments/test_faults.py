"""A calendar server that refuses, breaks off or hangs: no wrong confirmation, no long turn, nothing left over.

A small proxy stands before the real Radicale and misbehaves as told.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bot.appointments import booking, caldav, readings, withdrawal
from bot.appointments.amending import Told
from bot.appointments.in_memory import InMemory
from bot.appointments.spans import Span
from bot.conversation.events import Booked, BookingFailed, CancelFailed, Cancelled
from tests.appointments.worlds import MONDAY, shown, world

DAY = Span(MONDAY, MONDAY + timedelta(days=2))
FAULTS = ("refuse", "500", "503", "423", "401", "hang", "slow", "hang after", "reset after", "half answer")
SOON = 4.0
"""A shortened turn takes 0.4 seconds, and what a loaded machine adds."""


@dataclass
class Proxy:
    """Forwards to the real server. `faults`: what to do instead, by verb ("*" is any)."""

    url: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    breaks_on_put: str = ""  # from the first PUT on, this fault
    seen: list[str] = field(default_factory=list)
    talks: set[asyncio.Task] = field(default_factory=set)

    def listen(self, reader, writer, real):
        """One connection, as a task that `end` can end."""
        talk = asyncio.create_task(self.speak(reader, writer, real))
        self.talks.add(talk)
        talk.add_done_callback(self.talks.discard)

    async def end(self):
        """No connection outlives its test: one that still hangs would be found as a warning in another test."""
        for talk in self.talks:
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    async def speak(self, reader, writer, real):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line[15:])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:")
                ),
                0,
            )
            body = await reader.readexactly(length)
            verb = head.split(b" ", 1)[0].decode()
            self.seen.append(verb)
            fault = self.faults.get(verb, self.faults.get("*", ""))
            await self.answer(fault, head, body, writer, real)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def answer(self, fault, head, body, writer, real):
        if fault == "refuse":
            return None
        if fault.isdigit():
            writer.write(f"HTTP/1.1 {fault} Fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return await writer.drain()
        if fault == "hang":
            return await asyncio.sleep(30)
        if fault == "slow":
            await asyncio.sleep(10)
        got = await self.forward(head, body, real)
        if head.startswith(b"PUT") and self.breaks_on_put:
            self.faults["*"] = self.breaks_on_put
        if fault == "hang after":
            return await asyncio.sleep(30)
        if fault == "reset after":
            return None
        writer.write(got[: max(20, len(got) * 2 // 3)] if fault == "half answer" else got)
        return await writer.drain()

    async def forward(self, head, body, real):
        reader, writer = await asyncio.open_connection(real.hostname, real.port)
        first, _, rest = head.partition(b"\r\n")
        rest = rest.replace(b"Connection: keep-alive\r\n", b"")
        try:
            writer.write(first + b"\r\nConnection: close\r\n" + rest + body)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def proxy_before(url):
    """A proxy before the server of this calendar."""
    real, proxy = urlsplit(url), Proxy()
    listening = await asyncio.start_server(lambda r, w: proxy.listen(r, w, real), "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}{real.path}"
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.end()


@pytest.fixture
async def proxy(calendar):
    async with proxy_before(calendar.url) as made:
        yield made


@contextmanager
def short_waits():
    """The limits ten times shorter, and proof that they hold: what hangs would hang for half a minute."""
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(booking, "TURN", booking.TURN / 10)
        limits.setattr(readings, "READING", readings.READING / 10)
        limits.setattr(caldav, "LIMITS", 0.3)
        began = time.monotonic()
        yield
        assert time.monotonic() - began < SOON


def test_a_turn_has_less_than_five_seconds():
    assert readings.READING < booking.TURN < 5 - 0.5


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_slot_is_shown_from_a_calendar_that_cannot_be_read(proxy, fault):
    proxy.faults["REPORT"] = fault
    async with world(proxy.url) as ours:
        with short_waits():
            slots = await ours.bookings.free("ccas", "rsa")
        assert (slots.free, slots.more, slots.readable) == ((), False, False)
        proxy.faults.clear()
        assert len((await ours.bookings.free("ccas", "rsa")).free) == 3


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["PUT", "REPORT", "second REPORT"])
async def test_a_booking_through_a_fault_is_none_or_whole(proxy, calendar, verb, fault):
    store = InMemory()
    async with world(proxy.url, store) as ours:
        (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
        if verb == "second REPORT":
            proxy.breaks_on_put = fault
        else:
            proxy.faults[verb] = fault
        with short_waits():
            outcome = await ours.bookings.book(slot, "rsa", "fr")
        assert isinstance(outcome, BookingFailed)
        assert "confirmed" not in {record.state for record in await store.holding("ccas", DAY)}

        proxy.faults.clear()  # the server is well again
        proxy.breaks_on_put = ""
        async with ours.bookings.sweeping():
            await nothing_held(store)
        assert calendar.events() == []
        assert shown(await ours.bookings.free("ccas", "rsa")) == ["Mon 09:00", "Mon 09:30", "Tue 09:00"]
        assert isinstance(await ours.bookings.book(slot, "rsa", "fr"), Booked)


async def nothing_held(store):
    for _ in range(500):
        if not await store.holding("ccas", DAY):
            return
        await asyncio.sleep(0.02)
    pytest.fail("what was left half-way is still there")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["PUT", "REPORT", "second REPORT"])
async def test_a_move_through_a_fault_leaves_the_old_time_or_gives_the_new_one(proxy, calendar, verb, fault):
    store = InMemory()
    async with world(proxy.url, store) as ours:
        first, second, _ = (await ours.bookings.free("ccas", "rsa")).free
        reference = (await ours.bookings.book(first, "rsa", "fr")).appointment.reference
        if verb == "second REPORT":
            proxy.breaks_on_put = fault
        else:
            proxy.faults[verb] = fault
        with short_waits():
            outcome = await ours.bookings.move(reference, second, "rsa", "fr")
        assert isinstance(outcome, BookingFailed)
        proxy.faults.clear()
        proxy.breaks_on_put = ""
        await recover_fully(ours, store)
        assert [record.reference for record in await store.holding("ccas", DAY)] == [reference]
        assert len(calendar.events()) == 1
        assert isinstance(await ours.bookings.move(reference, second, "rsa", "fr"), Booked)
        await recover_fully(ours, store)
        (event,) = calendar.events()
        assert "DTSTART:20261123T083000Z" in event and reference in event


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_move_is_told_though_the_old_time_cannot_be_given_back_yet(proxy, calendar, fault):
    store = InMemory()
    async with world(proxy.url, store) as ours:
        first, second, _ = (await ours.bookings.free("ccas", "rsa")).free
        reference = (await ours.bookings.book(first, "rsa", "fr")).appointment.reference
        proxy.faults["DELETE"] = fault
        with short_waits():
            outcome = await ours.bookings.move(reference, second, "rsa", "fr")
        assert isinstance(outcome, Booked)
        proxy.faults.clear()
        await recover_fully(ours, store)
        (event,) = calendar.events()
        assert "DTSTART:20261123T083000Z" in event


async def recover_fully(ours, store):
    """Until nothing is half-way, as the sweeper does in time."""
    for _ in range(100):
        ours.clock.forward(seconds=1)
        await ours.bookings.recover()
        if all(record.state == "confirmed" for record in await store.holding("ccas", DAY)):
            return
    pytest.fail("what was left half-way is still there")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["GET", "DELETE"])
async def test_a_cancellation_through_a_fault_is_finished_later(proxy, calendar, verb, fault):
    async with world(proxy.url) as ours:
        (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
        reference = (await ours.bookings.book(slot, "rsa", "fr")).appointment.reference
        proxy.faults[verb] = fault
        with short_waits():
            outcome = await ours.bookings.cancel(reference)
        assert outcome == CancelFailed(reference)
        proxy.faults.clear()
        ours.clock.forward(seconds=31)
        await ours.bookings.recover()
        assert calendar.events() == []
        assert await ours.bookings.cancel(reference) == Cancelled(reference)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["GET", "PUT"])
async def test_what_could_not_be_told_is_not_said_to_be_and_can_be_told_later(proxy, calendar, verb, fault):
    async with world(proxy.url) as ours:
        (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
        code = (await ours.bookings.book(slot, "rsa", "fr")).appointment.reference
        proxy.faults[verb] = fault
        with short_waits():
            assert not await ours.bookings.tell(code, Told(late=True))
        proxy.faults.clear()
        assert await ours.bookings.tell(code, Told(late=True))
        (text,) = calendar.events()
        assert text.count("En retard") == 1, "even if the answer to the first attempt got lost"


async def test_an_event_that_reads_back_otherwise_than_written_is_not_confirmed(proxy, calendar):
    """Some servers alter what they are given."""
    forward = proxy.forward

    async def altering(head, body, real):
        if head.startswith(b"PUT"):
            body = body.replace(b"DTEND:20261123T083000Z", b"DTEND:20261123T084500Z")
        return await forward(head, body, real)

    proxy.forward = altering
    async with world(proxy.url) as ours:
        (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
        assert isinstance(await ours.bookings.book(slot, "rsa", "fr"), BookingFailed)
        await ours.bookings.recover()
        assert calendar.events() == []


async def test_an_event_that_the_query_finds_late_is_still_read_back(proxy, calendar):
    """Google and others index a new event a little after they give it out."""
    answer = proxy.answer

    async def blind(fault, head, body, writer, real):
        if head.startswith(b"REPORT"):
            empty = b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"/>'
            writer.write(
                b"HTTP/1.1 207 Multi-Status\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                % (len(empty), empty)
            )
            return await writer.drain()
        return await answer(fault, head, body, writer, real)

    proxy.answer = blind
    async with world(proxy.url) as ours:
        (slot, *_) = (await ours.bookings.free("ccas", "rsa")).free
        assert isinstance(await ours.bookings.book(slot, "rsa", "fr"), Booked)
    assert len(calendar.events()) == 1


@pytest.mark.parametrize(
    ("fault", "says"), [("hang", "too slow"), ("503", "PROPFIND: 503"), ("refuse", "RemoteProtocolError")]
)
async def test_the_log_says_which_office_and_why_and_no_address(proxy, caplog, fault, says):
    proxy.faults["*"] = fault
    async with world(proxy.url) as ours:
        with short_waits():
            await ours.bookings.free("ccas", "rsa")
    (said,) = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert said.startswith("a calendar of ccas could not be read: ")
    assert said.endswith((says, "Timeout"))
    assert "127.0.0.1" not in said


async def test_one_dead_calendar_does_not_hold_up_the_sweep(proxy, monkeypatch):
    store = InMemory()
    async with world(proxy.url, store, hours="Mo-Tu 09:00-17:00") as ours:
        slots = await ours.bookings.free("ccas", "rsa")
        proxy.faults["PUT"] = "hang after"
        with short_waits():
            for slot in slots.free:
                await ours.bookings.book(slot, "rsa", "fr")
        proxy.faults["*"] = "hang"
        proxy.seen.clear()
        with short_waits():
            await ours.bookings.recover()
        assert proxy.seen == ["GET"]  # one try, not one for each event that waits
        assert len(await store.holding("ccas", DAY)) == 3


async def test_the_sweeping_goes_on_after_a_database_failure(calendar, monkeypatch):
    monkeypatch.setattr(withdrawal, "EVERY", 0.01)
    calls = []

    class Failing(InMemory):
        async def due(self, now):
            calls.append(now)
            raise OSError("the disk is away")

    async with world(calendar.url, Failing()) as ours, ours.bookings.sweeping():
        await asyncio.sleep(0.1)
    assert len(calls) > 2
