"""Appointments: free slots from a warm cache, and a confirmed booking beside a bare PUT, on a real Radicale.

The office has 200 busy events in the next four weeks and receives on five days a week.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from benchmarks.figures import Figure, percentile
from bot.appointments.booking import Bookings
from bot.appointments.cache import Cached
from bot.appointments.caldav import Calendars
from bot.appointments.desks import Desk, Visit
from bot.appointments.ics import Shown, Words, visit_event
from bot.appointments.spans import Span
from bot.appointments.store import Appointments
from bot.conversation.events import Booked
from bot.demo.radicale import radicale
from bot.settings import data_folder
from bot.storage.database import Database

EVENTS: Final = 200
LOOKS: Final = 500
BOOKINGS: Final = 30
HOURS: Final = "Mo-Fr 09:00-12:00,13:30-17:00; PH off"
WORDS: Final = Words.read(data_folder() / "content")


def figures() -> list[Figure]:
    return asyncio.run(_figures())


async def _figures() -> list[Figure]:
    async with _office() as (bookings, url):
        cold = await _timed(bookings)
        looks = [await _timed(bookings) for _ in range(LOOKS)]
        bare, booked = await _beside_a_put(bookings, url)
    ratio = median(booked) / median(bare)
    return [
        Figure("slots, the calendar read for the first time", cold, "ms"),
        Figure("slots of four weeks, 200 events, warm, p50", percentile(looks, 50), "ms"),
        Figure("slots of four weeks, 200 events, warm, p95", percentile(looks, 95), "ms", most=10),
        Figure("bare PUT of the same event, p50", median(bare), "ms"),
        Figure("confirmed booking, p50", median(booked), "ms"),
        Figure("confirmed booking ÷ bare PUT", ratio, "times", most=4),
    ]


@asynccontextmanager
async def _office() -> AsyncIterator[tuple[Bookings, str]]:
    async with AsyncExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        url = f"{opened.enter_context(radicale(folder / 'radicale'))}office/visits/"
        await _fill(url)
        database = await opened.enter_async_context(
            Database(f"sqlite+aiosqlite:///{folder}/clairdroit.sqlite")
        )
        calendars = await opened.enter_async_context(Calendars(url))
        desk = Desk("office", ZoneInfo("Europe/Paris"), HOURS, ("",), Visit(30, 10, 24, 28, 2))
        yield (
            Bookings({"office": desk}, Appointments(database), calendars, WORDS, cache=Cached(database)),
            url,
        )


async def _fill(url: str) -> None:
    today = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        await http.request("MKCOL", url.removesuffix("visits/"))
        (await http.request("MKCALENDAR", url)).raise_for_status()
        for number in range(EVENTS):
            starts = today + timedelta(days=number % 28, hours=number // 28, minutes=7 * (number % 5))
            await _put(http, url, Span(starts, starts + timedelta(minutes=40)))


async def _put(http: httpx.AsyncClient, url: str, visit: Span) -> None:
    uid = str(uuid4())
    text = visit_event(WORDS, uid, visit, Shown("XXXX-XXXX"), visit.starts)
    headers = {"Content-Type": "text/calendar; charset=utf-8", "If-None-Match": "*"}
    (await http.put(f"{url}{uid}.ics", content=text, headers=headers)).raise_for_status()


async def _timed(bookings: Bookings) -> float:
    began = time.perf_counter()
    assert (await bookings.free("office", "rsa")).free
    return (time.perf_counter() - began) * 1000


async def _beside_a_put(bookings: Bookings, url: str) -> tuple[list[float], list[float]]:
    """One after the other in turn, so that the machine is as busy for both."""
    bare, booked = [], []
    far = datetime.now(UTC) + timedelta(days=300)
    async with httpx.AsyncClient(trust_env=False) as http:
        for number in range(BOOKINGS):
            slot = (await bookings.free("office", "rsa")).free[0]
            began = time.perf_counter()
            outcome = await bookings.book(slot, "rsa", "fr")
            booked.append((time.perf_counter() - began) * 1000)
            assert isinstance(outcome, Booked)
            starts = far + timedelta(hours=number)
            began = time.perf_counter()
            await _put(http, url, Span(starts, starts + timedelta(minutes=30)))
            bare.append((time.perf_counter() - began) * 1000)
    return bare, booked
