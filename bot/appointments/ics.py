"""Two iCalendar texts: the event in the partner's calendar, and the file that the person may keep. Pure.

Neither holds a name or a right, and neither invites anybody: a server would mail them. The partner's one names
the topic only if the person agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import yaml
from babel import Locale
from icalendar import Calendar, Event

from bot.appointments.desks import KINDS
from bot.appointments.spans import Span
from bot.conversation.messages import File
from bot.conversation.ports import Appointment, Office
from bot.conversation.writing import PRIVATE

PRODID: Final = "-//Clairdroit//Clairdroit//FR"
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"


DETAILS: Final = ("minutes", "language", "accompanied", "topic", "late")
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of content/appointments.yml. `kinds`: by kind of visit, and for a mobile `stop`; `late`: how
    the title of an event reads whose person is late.
    """

    kinds: Mapping[str, str]
    details: Mapping[str, str]
    late: str
    file_name: str
    summary: str
    description: str
    card_name: str

    @classmethod
    def read(cls, content: Path) -> Self:
        """Raises `ValueError` with the file and what is missing."""
        path = content / "appointments.yml"
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        try:
            event, file, details = data["event"], data["file"], data["details"]
            kinds = {kind: event[kind] for kind in (*KINDS, "stop")}
            said = {name: details[name] for name in DETAILS}
            words = cls(
                kinds, said, event["late"], file["name"], file["summary"], file["description"], file["card"]
            )
        except (KeyError, TypeError) as missing:
            raise ValueError(f"{path}: {missing} is missing or is not what it should be") from None
        if any("{reference}" not in text for text in kinds.values()):
            raise ValueError(f"{path}: each text of `event` needs {{reference}}")
        return words

    def for_the_person(self, translate: Callable[[str], str]) -> Words:
        """With what the person reads in their language; what the partner reads stays French."""
        return replace(self, summary=translate(self.summary), description=translate(self.description))


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the partner reads. `topic` is empty unless the person agreed."""

    reference: str
    kind: str = "desk"
    language: str = "fr"
    accompanied: bool = False
    topic: str = ""


def visit_event(words: Words, uid: str, visit: Span, shown: Shown, now: datetime, sequence: int = 0) -> str:
    """What the partner's calendar gets."""
    event = _event(uid, visit, now, sequence)
    event.add("SUMMARY", title(words, shown))
    event.add("DESCRIPTION", _details(words, visit, shown))
    return _calendar(event)


def title(words: Words, shown: Shown) -> str:
    return _fill(words.kinds[shown.kind], {"reference": shown.reference})


def _details(words: Words, visit: Span, shown: Shown) -> str:
    minutes = int((visit.ends - visit.starts).total_seconds() // 60)
    given = {"minutes": str(minutes), "language": language_in_french(shown.language), "topic": shown.topic}
    said = ["minutes", "language"]
    said += ["accompanied"] if shown.accompanied else []
    said += ["topic"] if shown.topic else []
    return "\n".join(_fill(words.details[name], given) for name in said)


def language_in_french(code: str) -> str:
    """The language's name, for the partner; its code where French has no name for it."""
    known = code.partition(PRIVATE)[0]  # easy French is French to the partner
    return str(Locale("fr").languages.get(known.replace("-", "_")) or code)


def person_file(appointment: Appointment, office: Office, words: Words, now: datetime) -> File:
    """The .ics file for the person: when, where, the code and the office's phone number.

    Its SEQUENCE grows with time, so that the file of a visit that was moved replaces the earlier one.
    """
    slot = appointment.slot
    given = {"reference": appointment.reference, "phone": office.phone}
    event = _event(f"{appointment.reference}@clairdroit", Span(slot.starts, slot.ends), now, _minutes(now))
    event.add("SUMMARY", _fill(words.summary, given))
    event.add("DESCRIPTION", _fill(words.description, given))
    event.add("LOCATION", _place(appointment, office))
    return File(words.file_name, MEDIA_TYPE, _calendar(event).encode())


def _place(appointment: Appointment, office: Office) -> str:
    """Where the person is to be: nowhere, for a call or a visit at their home; then how to reach the office."""
    if appointment.care.kind in {"home", "phone", "video"}:
        return f"{office.name}, {office.phone}"
    return f"{office.name}, {appointment.slot.place or office.address}"


def _minutes(now: datetime) -> int:
    return int((now - BEGINNING).total_seconds() // 60)


def _event(uid: str, visit: Span, now: datetime, sequence: int) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("DTSTART", visit.starts.astimezone(UTC))
    event.add("DTEND", visit.ends.astimezone(UTC))
    event.add("SEQUENCE", sequence)
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
