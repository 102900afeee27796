"""What the conversation needs of the world, as values and protocols that the outer parts fulfil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.conversation.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Commune:
    """A French commune by its INSEE code (``89206``), with one of its postal codes."""

    code: str
    name: str
    postal_code: str
    department: str


@dataclass(frozen=True, slots=True)
class Office:
    """One place of a partner, as a person needs it. `demonstration` offices are not real."""

    id: str
    partner: str
    name: str
    kind: str
    address: str
    access: str  # how to get there, one sentence; may be empty
    phone: str  # as dialled; never empty
    hours: str  # opening hours in OSM syntax
    hours_in_words: str
    zone: str  # IANA time zone
    demonstration: bool
    mobile: bool = False  # a stop of a mobile office
    bookable: bool = True  # False: no calendar, only phone and hours


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at an office; aware datetimes in the office's zone. `seat` tells apart several at one time."""

    office: str
    starts: datetime
    ends: datetime
    seat: int = 0
    place: str = ""  # for a mobile stop: where it stands that day


@dataclass(frozen=True, slots=True)
class Slots:
    """Free slots, and whether there are more. `readable` is False when the calendar could not be read:
    then `free` is empty and the person gets the phone number and the hours. `kind`: how the person is
    received then; `kinds`: all the ways this office has for them, the usual one first.
    """

    office: str
    free: tuple[Slot, ...]
    more: bool
    readable: bool = True
    kind: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person chose beside the time. `kind`: "desk", "home", "phone" or "video", of those that the
    office has, empty for its usual one. `topic`: words for the partner, only if the person agreed that they
    read them.
    """

    kind: str = ""
    accompanied: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier slot that is kept for the person until then."""

    slot: Slot
    until: datetime


@dataclass(frozen=True, slots=True)
class Care:
    """What was arranged around an appointment. `kind` as in `Wish`; the partner was told of `accompanied`,
    `topic` and `late`; `before`: the reminders that were asked for; `waits` for an `earlier` one; `off`: the
    partner cancelled it.
    """

    kind: str = ""
    accompanied: bool = False
    topic: str = ""
    late: bool = False
    before: tuple[str, ...] = ()
    waits: bool = False
    earlier: Earlier | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked slot with the short code that the person shows at the desk."""

    reference: str
    slot: Slot
    right: str
    care: Care = Care()


class Kind(Protocol):
    """A kind of office, in French."""

    @property
    def name(self) -> str: ...


class Directory(Protocol):
    """Competence before distance: who serves this commune for this kind of help."""

    @property
    def kinds(self) -> Mapping[str, Kind]: ...

    def commune(self, code: str) -> Commune | None: ...

    def office(self, office_id: str) -> Office | None: ...

    def serving(self, commune: str, kinds: Sequence[str], on: date) -> Sequence[Office]:
        """The offices of these kinds that serve this commune, the best first; empty if there is none."""
        ...

    def hours(self, office_id: str, phrases: Phrases, on: date) -> str:
        """The opening hours of an office as sentences in a language, from the week of `on` on."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One number to call or write to. `number` as people know it (``3919``), `href` as a phone dials it
    (``tel:3919``, ``sms:114``); `hours` and `happens` (what happens when you call) are French sentences.
    """

    number: str
    name: str
    hours: str
    happens: str
    href: str


@dataclass(frozen=True, slots=True)
class Helpline:
    """What is said at once to a person in danger; `kind` is one of `events.Crisis`."""

    kind: str
    lead: str
    lines: tuple[Line, ...]
    advice: tuple[str, ...] = ()
