"""Writes the busy weeks into the partners' calendars; what is there already stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import httpx
import yaml

from bot.appointments.caldav import Calendars
from bot.appointments.desks import Desk
from bot.demo.weeks import WEEK, Words, calendar_of, monday_of, of_week, prefix, series, span_of

WEEKS: Final = 8
"""How far ahead: more than any office of the demonstration can be booked."""
AT_ONCE: Final = 4


def words(content: Path) -> Words:
    loaded: Words = yaml.safe_load((content / "demo.yml").read_text(encoding="utf-8"))
    return loaded


async def seed(base: str, desks: Iterable[Desk], said: Words, today: date) -> int:
    """Make each desk's calendars below `base` and fill this week and the next ones. Returns how many weeks
    were written. Weeks once written are left alone: appointments stand in them.
    """
    turnstile = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        await client.request("MKCOL", base)  # refused where it is there already

        async def fill(desk: Desk, name: str) -> int:
            async with turnstile:
                return await _fill(client, base, desk, name, said, monday_of(today))

        return sum(await asyncio.gather(*(fill(desk, name) for desk in desks for name in desk.calendars)))


async def _fill(
    client: httpx.AsyncClient, base: str, desk: Desk, name: str, said: Words, monday: date
) -> int:
    weeks = [monday + number * WEEK for number in range(WEEKS)]
    url = urljoin(base, name)
    if (await client.request("MKCALENDAR", url)).status_code == HTTPStatus.CREATED:
        events = [event for week in weeks for event in of_week(desk, week, said)]
        await _put(client, url, calendar_of(*series(desk, monday, said), *events))
        return WEEKS
    async with Calendars(base) as calendars:
        there = {found.name for found in await calendars.named(name).between(span_of(monday, WEEKS))}
    missing = [week for week in weeks if not any(name.startswith(prefix(week)) for name in there)]
    for event in (event for week in missing for event in of_week(desk, week, said)):
        await _put(client, f"{url}{event['UID']}.ics", calendar_of(event))
    return len(missing)


async def _put(client: httpx.AsyncClient, url: str, text: bytes) -> None:
    (await client.put(url, content=text, headers={"Content-Type": "text/calendar"})).raise_for_status()
