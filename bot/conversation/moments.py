"""When a person is reminded of a visit: by day only, and always before it. Pure.

The hours are those of the office's zone. "The day before" is reckoned by the clock on the wall, "two hours before"
by hours that pass: they differ when the clocks change in between.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BEFORE: Final = ("day", "hours")
"""The reminders there are: the day before, and two hours before."""
MORNING: Final = time(8)
EVENING: Final = time(20)
"""Nothing is written from the evening to the morning."""
LAST: Final = time(19, 30)
"""When something is written that would fall into the night after it."""
HOURS: Final = timedelta(hours=2)
SOONEST: Final = timedelta(minutes=30)
"""A reminder less than this before a visit comes too late to leave: it comes the evening before."""
DAY: Final = timedelta(days=1)


def coming(
    starts: datetime, zone: ZoneInfo, before: Collection[str], now: datetime
) -> list[tuple[datetime, str]]:
    """The reminders of these that are still to come, the next one first."""
    found = [(moment(which, starts, zone), which) for which in BEFORE if which in before]
    return sorted((at, which) for at, which in found if at > now)


def moment(which: str, starts: datetime, zone: ZoneInfo) -> datetime:
    """When this reminder of a visit is written, in UTC."""
    wall = starts.astimezone(zone)
    if which == "day":
        return _at(wall.date() - DAY, min(max(wall.time(), MORNING), LAST), zone)
    wanted = starts.astimezone(UTC) - HOURS
    hour = wanted.astimezone(zone)
    if MORNING <= hour.time() < EVENING:
        return wanted
    if hour.time() >= EVENING:
        return _at(hour.date(), LAST, zone)
    morning = _at(hour.date(), MORNING, zone)
    return morning if morning + SOONEST <= starts else _at(hour.date() - DAY, LAST, zone)


def by_day(now: datetime, zone: ZoneInfo) -> bool:
    """Whether people may be written to at this hour."""
    return MORNING <= now.astimezone(zone).time() < EVENING


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour.replace(tzinfo=None), zone).astimezone(UTC)
