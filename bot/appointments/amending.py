"""What a person tells the partner after booking, written into the event that stands in their calendar.

The event is read, changed and written under its version: notes that the partner added stay, and an event that
was cancelled meanwhile does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

from bot.appointments.caldav import CalendarDown, Calendars, Changed
from bot.appointments.ics import Words
from bot.appointments.store import Record


@dataclass(frozen=True, slots=True)
class Told:
    """What the partner is to know; None leaves it as it is. `topic`: words the person agreed to, empty to take
    them back.
    """

    late: bool | None = None
    accompanied: bool | None = None
    topic: str | None = None


async def amend(calendars: Calendars, record: Record, words: Words, told: Told, now: datetime) -> bool:
    """False when the event is not there any more. Raises `CalendarDown`."""
    with suppress(Changed):  # the partner wrote just now: once more, over what stands there
        return await _once(calendars, record, words, told, now)
    return await _once(calendars, record, words, told, now)


async def _once(calendars: Calendars, record: Record, words: Words, told: Told, now: datetime) -> bool:
    calendar = calendars.named(record.calendar)
    found = await calendar.get(record.file)
    if found is None:
        return False
    await calendar.put_changed(record.file, amended(found.text, record.uid, words, told, now), found.etag)
    return True


def amended(text: str, uid: str, words: Words, told: Told, now: datetime) -> str:
    """The event with what the person tells. Raises `CalendarDown` where it cannot be read."""
    try:
        calendar = Calendar.from_ical(text)
        event = next(
            one for one in calendar.walk("VEVENT") if isinstance(one, Event) and _is_the_visit(one, uid)
        )
        before = _content(event)
        _write(event, words, told)
    except (ValueError, KeyError, StopIteration) as wrong:
        raise CalendarDown(f"GET: an event that cannot be read ({type(wrong).__name__})") from None
    if _content(event) != before:
        _set(event, "SEQUENCE", int(event.get("SEQUENCE", 0)) + 1)
        _set(event, "DTSTAMP", now.astimezone(UTC))
    return str(calendar.to_ical(), "utf-8")


def _is_the_visit(event: Event, uid: str) -> bool:
    return event.get("UID") == uid and "RECURRENCE-ID" not in event


def _content(event: Event) -> tuple[str, str]:
    return str(event.get("SUMMARY", "")), str(event.get("DESCRIPTION", ""))


def _write(event: Event, words: Words, told: Told) -> None:
    title, description = _content(event)
    if told.late is not None:
        before, after = words.late.split("{title}")
        bare = title.removeprefix(before).removesuffix(after)
        _set(event, "SUMMARY", words.late.replace("{title}", bare) if told.late else bare)
    _set(event, "DESCRIPTION", "\n".join(_lines(description.split("\n"), words, told)))


def _lines(lines: list[str], words: Words, told: Told) -> Iterator[str]:
    """The partner's own lines and ours that hold still, then what is new."""
    ours = {"late": told.late, "accompanied": told.accompanied, "topic": told.topic}
    changed = {name: value for name, value in ours.items() if value is not None}
    starts = tuple(words.details[name].partition("{")[0] for name in changed)
    yield from (line for line in lines if line and not (starts and line.startswith(starts)))
    yield from (
        words.details[name].replace("{topic}", str(value)) for name, value in changed.items() if value
    )


def _set(event: Event, name: str, value: object) -> None:
    event.pop(name, None)
    event.add(name, value)
