"""Two iCalendar texts: the event in the partner's calendar, and the file that the person may keep. Pure.

Neither holds a name, a right or a topic, and neither invites anybody: a server would mail them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import yaml
from icalendar import Calendar, Event

from bot.appointments.spans import Span
from bot.conversation.messages import File
from bot.conversation.ports import Appointment, Office

PRODID: Final = "-//Clairdroit//Clairdroit//FR"
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of content/appointments.yml."""

    at_office: str
    at_stop: str
    file_name: str
    summary: str
    description: str

    @classmethod
    def read(cls, content: Path) -> Self:
        """Raises `ValueError` with the file and what is missing."""
        path = content / "appointments.yml"
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        try:
            event, file = data["event"], data["file"]
            words = cls(event["office"], event["stop"], file["name"], file["summary"], file["description"])
        except (KeyError, TypeError) as missing:
            raise ValueError(f"{path}: {missing} is missing or is not what it should be") from None
        if any("{reference}" not in text for text in (words.at_office, words.at_stop)):
            raise ValueError(f"{path}: each text of `event` needs {{reference}}")
        return words


def visit_event(uid: str, visit: Span, title: str, now: datetime) -> str:
    """What the partner's calendar gets. `title` says the reference and the kind of visit."""
    event = _event(uid, visit, now)
    event.add("SUMMARY", title)
    return _calendar(event)


def title(words: Words, reference: str, place: str) -> str:
    return _fill(words.at_stop if place else words.at_office, {"reference": reference})


def person_file(appointment: Appointment, office: Office, words: Words, now: datetime) -> File:
    """The .ics file for the person: when, where, the code and the office's phone number."""
    slot = appointment.slot
    given = {"reference": appointment.reference, "phone": office.phone}
    event = _event(f"{appointment.reference}@clairdroit", Span(slot.starts, slot.ends), now)
    event.add("SUMMARY", _fill(words.summary, given))
    event.add("DESCRIPTION", _fill(words.description, given))
    event.add("LOCATION", f"{office.name}, {slot.place or office.address}")
    return File(words.file_name, MEDIA_TYPE, _calendar(event).encode())


def _event(uid: str, visit: Span, now: datetime) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("DTSTART", visit.starts.astimezone(UTC))
    event.add("DTEND", visit.ends.astimezone(UTC))
    event.add("SEQUENCE", 0)
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    return event


def _calendar(event: Event) -> str:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _fill(text: str, given: Mapping[str, str]) -> str:
    for name, value in given.items():
        text = text.replace(f"{{{name}}}", value)
    return text
