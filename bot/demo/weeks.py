"""Ordinary busy weeks of an office, drawn from its own opening hours. Pure: the same office and week, the same
events, so that a demonstration started twice shows one and the same calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from icalendar import Calendar, Event

from bot.appointments.desks import Desk
from bot.appointments.slots import of_day
from bot.appointments.spans import Span

WEEK: Final = timedelta(weeks=1)
DAY: Final = timedelta(days=1)
SHARE: Final = 0.35
"""Of the times an office receives, how many are taken already."""
STAMP: Final = datetime(2026, 1, 1, tzinfo=UTC)

Words = Mapping[str, str]


def prefix(monday: date) -> str:
    """What the names of a week's events begin with."""
    return f"demo-{monday:%G-W%V}-"


def of_week(desk: Desk, monday: date, words: Words) -> list[Event]:
    """One week: visits, and now and then a leave, something cancelled, something that takes no time, a doubt."""
    chance = Random(f"{desk.office} {monday}")  # noqa: S311 - a picture, no secret
    times = [candidate.visit for day in _days(monday) for candidate in of_day(desk, day)]
    if not times:
        return []
    events = [
        _event(words["visit"], *_at(visit)) for visit in dict.fromkeys(times) if chance.random() < SHARE
    ]
    events.append(_event(words["cancelled"], *_at(chance.choice(times)), STATUS="CANCELLED"))
    events.append(_event(words["tentative"], *_at(chance.choice(times)), STATUS="TENTATIVE"))
    events.append(_event(words["free"], monday, monday + 5 * DAY, TRANSP="TRANSPARENT"))
    if monday.isocalendar().week % 3 == 0:
        away = chance.choice(times).starts.astimezone(desk.zone).date()
        events.append(_event(words["leave"], away, away + DAY))
    for number, event in enumerate(events):
        event.add("UID", f"{prefix(monday)}{number}")
    return events


def series(desk: Desk, monday: date, words: Words) -> list[Event]:
    """The weekly meeting from this week on: left out in the second week, an hour later in the third."""
    first = next((visit for day in _days(monday) for visit in _openings(desk, day)), None)
    if first is None:
        return []
    starts = first.starts.astimezone(desk.zone)
    meeting = _event(words["meeting"], starts, starts + timedelta(minutes=45), UID="demo-meeting")
    meeting.add("RRULE", {"FREQ": "WEEKLY"})
    meeting.add("EXDATE", starts + WEEK)
    third = starts + 2 * WEEK
    later = third + timedelta(hours=1)
    moved = _event(words["meeting"], later, later + timedelta(minutes=45), UID="demo-meeting")
    moved.add("RECURRENCE-ID", third)
    return [meeting, moved]


def calendar_of(*events: Event) -> bytes:
    calendar = Calendar()
    calendar.add("PRODID", "-//Clairdroit//Demonstration//FR")
    calendar.add("VERSION", "2.0")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _days(monday: date) -> Iterator[date]:
    return (monday + days * DAY for days in range(7))


def _openings(desk: Desk, day: date) -> Iterator[Span]:
    return (candidate.visit for candidate in of_day(desk, day))


def _at(visit: Span) -> tuple[datetime, datetime]:
    return visit.starts, visit.ends


def _event(summary: str, starts: date, ends: date, **more: Any) -> Event:
    event = Event()
    event.add("DTSTAMP", STAMP)
    event.add("SUMMARY", summary)
    event.add("DTSTART", starts)
    event.add("DTEND", ends)
    for name, value in more.items():
        event.add(name, value)
    return event


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def span_of(monday: date, weeks: int) -> Span:
    starts = datetime.combine(monday, time(), UTC)
    return Span(starts, starts + weeks * WEEK)
