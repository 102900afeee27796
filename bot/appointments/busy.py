"""From a calendar's files to the times it is busy. Pure.

Busy is every event, TENTATIVE ones too, that is not TRANSPARENT, CANCELLED or declined by the calendar's
owner. A whole day goes from midnight to midnight in the office's zone; a time without zone is in the office's
zone. What cannot be read for sure is refused, not guessed: see `UnreadableEvent`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import prod
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, Event

from bot.appointments.spans import Span

DAY: Final = timedelta(days=1)
TIMES: Final = frozenset(
    {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "TRANSP", "STATUS"}
)
MOST_A_DAY: Final = 48


class UnreadableEvent(ValueError):  # noqa: N818 - a state of the partner's data
    """An event whose times cannot be known. The message names the kind of trouble, nothing of the event."""


class Busy(NamedTuple):
    span: Span
    uid: str


def busy(
    texts: Iterable[str], window: Span, zone: ZoneInfo, addresses: frozenset[str] = frozenset()
) -> list[Busy]:
    """Every busy time that overlaps `window`, in no order.

    `addresses`: the owner's mail addresses in lower case, by which their own refusals are known.
    Raises `UnreadableEvent`.
    """
    return [one for text in texts for one in _of(text, window, zone, addresses)]


def standing(text: str, uid: str, zone: ZoneInfo, addresses: frozenset[str] = frozenset()) -> Span | None:
    """When the event of this UID takes place; None when it is cancelled or declined. Raises `UnreadableEvent`."""
    calendar = _calendar(text)
    event = next((one for one in calendar.walk("VEVENT") if str(one.get("UID", "")) == uid), None)
    if not isinstance(event, Event):
        return None
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return None if cancelled or _declined(event, addresses) else _span(event, zone)


def _of(text: str, window: Span, zone: ZoneInfo, addresses: frozenset[str]) -> Iterator[Busy]:
    for event in _occurrences(text, window, zone):
        span = _span(event, zone)
        if span.overlaps(window) and span.starts < span.ends and _takes_time(event, addresses):
            yield Busy(span, str(event.get("UID", "")))


def _occurrences(text: str, window: Span, zone: ZoneInfo) -> list[Event]:
    first, last = (window.starts - DAY).astimezone(zone), (window.ends + DAY).astimezone(zone)
    calendar = _calendar(text)
    try:
        return list(recurring_ical_events.of(calendar).between(first, last))
    except Exception as trouble:  # noqa: BLE001 - whatever a library trips over is: not readable
        raise UnreadableEvent(type(trouble).__name__) from None


def _calendar(text: str) -> Component:
    try:
        calendar = Calendar.from_ical(text)
        _refuse_doubtful(calendar)
    except UnreadableEvent:
        raise
    except Exception as trouble:  # noqa: BLE001 - as above
        raise UnreadableEvent(type(trouble).__name__) from None
    return calendar


def _refuse_doubtful(calendar: Component) -> None:
    """A property that icalendar cannot read is lost, and without its start an event would pass for free."""
    for event in calendar.walk("VEVENT"):
        if TIMES & {name for name, _ in event.errors} or "DTSTART" not in event:
            raise UnreadableEvent("a time that cannot be read")
        if any(_too_dense(rule) for rule in _rules(event)):
            raise UnreadableEvent("a recurrence by the minute")


def _rules(event: Component) -> list[dict[str, list[object]]]:
    rules = event.get("RRULE") or []
    return rules if isinstance(rules, list) else [rules]


def _too_dense(rule: dict[str, list[object]]) -> bool:
    often = rule.get("FREQ", [""])[0] in {"SECONDLY", "MINUTELY"}
    return (
        often or prod(len(rule.get(part) or [0]) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")) > MOST_A_DAY
    )


def _takes_time(event: Event, addresses: frozenset[str]) -> bool:
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return (
        not free and str(event.get("STATUS", "")).upper() != "CANCELLED" and not _declined(event, addresses)
    )


def _declined(event: Event, addresses: frozenset[str]) -> bool:
    attendees = event.get("ATTENDEE") or []
    return any(
        str(attendee).lower().removeprefix("mailto:") in addresses
        and str(attendee.params.get("PARTSTAT", "")).upper() == "DECLINED"
        for attendee in (attendees if isinstance(attendees, list) else [attendees])
    )


def _span(event: Event, zone: ZoneInfo) -> Span:
    """Some programs end an event of one whole day on the day it starts: it is busy all the same."""
    starts, ends = event.start, event.end
    if not isinstance(starts, datetime) and starts == ends:
        ends = starts + DAY
    return Span(_instant(starts, zone), _instant(ends, zone))


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    """A day begins at the office's midnight; a time without zone is the office's."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
