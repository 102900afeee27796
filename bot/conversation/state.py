"""What is kept of a conversation: meanings in the order they were given, never words. All that is said next
follows from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from bot.conversation.ports import Appointment, Care, Earlier, Slot, Slots
from bot.eligibility import values
from bot.eligibility.values import Answer

VERSION: Final = 1
_NO_CARE: Final = Care()


@dataclass(frozen=True, slots=True)
class Begun:
    """The greeting was answered."""


@dataclass(frozen=True, slots=True)
class TopicsChosen:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, or several boxes of one message."""

    answers: tuple[tuple[str, Answer], ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Not all boxes of a message could be told: from now on these facts are asked one by one."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticking:
    """Boxes ticked so far in a message that is not sent yet."""

    facts: tuple[str, ...]
    ticked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Correcting:
    """A fact is asked again; its earlier answer holds until there is another."""

    fact: str


@dataclass(frozen=True, slots=True)
class Look:
    """A page beside the way: results, a right, the answers so far, …; `of` says which one."""

    screen: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment is wished for: about a right, or (empty) to talk with a person. `moves`: the code of the
    one that it is to replace.
    """

    right: str
    moves: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    commune: str


@dataclass(frozen=True, slots=True)
class Among:
    """Several communes of one name: one of these INSEE codes."""

    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficeChosen:
    office: str


@dataclass(frozen=True, slots=True)
class Way:
    """How the person wishes to be received, other than the office's usual way."""

    kind: str


@dataclass(frozen=True, slots=True)
class Later:
    """The free slots after those shown."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A slot that is being booked."""

    slot: Slot


Entry: TypeAlias = (
    Begun | TopicsChosen | Answered | Apart | Ticking | Correcting | Look
    | Visit | Placed | Among | OfficeChosen | Way | Later | Picked
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """The free slots last found, and what was asked for."""

    office: str
    skip: int
    slots: Slots
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something said once before the prompt: which sentence, about what."""

    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """`day` pins the rules (`fingerprint` tells whether a file of that day was corrected since).

    `notes` are what the last turn said beside the prompt; they are kept so that a reload shows them again.
    `appointments` are facts of the world: going back does not undo them. `spoken`: the language of the person's own
    words was looked at, and offered if it was another.
    """

    day: date
    language: str = "fr"
    fingerprint: str = ""
    log: tuple[Entry, ...] = ()
    offer: Offer | None = None
    appointments: tuple[Appointment, ...] = ()
    notes: tuple[Note, ...] = ()
    erased: bool = False
    spoken: bool = False

    def plus(self, *entries: Entry) -> State:
        return replace(self, log=self.log + entries)

    def with_appointment(self, appointment: Appointment) -> State:
        """With this one, in place of the one of the same code."""
        others = tuple(each for each in self.appointments if each.reference != appointment.reference)
        return replace(self, appointments=(*others, appointment))

    def only(self, appointments: tuple[Appointment, ...]) -> State:
        return replace(self, appointments=appointments)

    def noting(self, kind: str, about: str = "") -> State:
        return replace(self, notes=(*self.notes, Note(kind, about)))

    @property
    def id(self) -> str:
        """A short digest of all that decides which prompt stands open (not of the day: every new person's
        greeting has the same one).
        """
        here = [self.language, [_entry(entry) for entry in self.log], _offer(self.offer)]
        booked = [_telling_apart(appointment) for appointment in self.appointments]
        return blake2b(_json([*here, booked]), digest_size=6).hexdigest()


def begin(day: date, language: str = "fr") -> State:
    """A conversation in which nothing has been said yet, under the rules of this day."""
    return State(day, language)


def pack(state: State) -> bytes:
    """The state as compact JSON; `unpack` is its inverse."""
    return _json(
        {
            "v": VERSION,
            "day": state.day.isoformat(),
            "lang": state.language,
            "print": state.fingerprint,
            "log": [_entry(entry) for entry in state.log],
            "offer": _offer(state.offer),
            "booked": [[a.reference, _slot(a.slot), a.right, _care(a.care)] for a in state.appointments],
            "notes": [[note.kind, note.about] for note in state.notes],
            "erased": state.erased,
            "spoken": state.spoken,
        }
    )


def unpack(data: bytes) -> State:
    """Raises ValueError when this is no state of this version."""
    try:
        return _state(json.loads(data))
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("not a conversation's state") from error


def _state(data: Any) -> State:
    if data["v"] != VERSION:
        raise ValueError("a state of another version")
    return State(
        day=date.fromisoformat(data["day"]),
        language=data["lang"],
        fingerprint=data["print"],
        log=tuple(_read_entry(*entry) for entry in data["log"]),
        offer=_read_offer(data["offer"]),
        appointments=tuple(_read_appointment(*each) for each in data["booked"]),
        notes=tuple(Note(*note) for note in data["notes"]),
        erased=data["erased"],
        spoken=data.get("spoken", False),  # before languages were offered
    )


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


_CLASSES: Final[dict[str, type[Any]]] = {
    "begun": Begun, "topics": TopicsChosen, "answered": Answered, "ticking": Ticking, "correct": Correcting,
    "look": Look, "visit": Visit, "at": Placed, "among": Among, "office": OfficeChosen, "way": Way,
    "later": Later, "picked": Picked, "apart": Apart,
}  # fmt: skip
_TAGS: Final = {kind: tag for tag, kind in _CLASSES.items()}


def _entry(entry: Entry) -> list[Any]:
    tag = _TAGS[type(entry)]
    match entry:
        case Answered(answers):
            return [tag, {fact: values.pack(answer) for fact, answer in answers}]
        case Ticking(facts, ticked):
            return [tag, list(facts), sorted(ticked)]
        case Picked(slot):
            return [tag, _slot(slot)]
        case TopicsChosen(names) | Among(names) | Apart(names):
            return [tag, list(names)]
        case _:
            return [tag, *asdict(entry).values()]


def _read_entry(tag: str, *data: Any) -> Entry:
    kind = _CLASSES[tag]
    if kind is Answered:
        return Answered(tuple((fact, values.unpack(answer)) for fact, answer in data[0].items()))
    if kind is Ticking:
        return Ticking(tuple(data[0]), frozenset(data[1]))
    if kind is Picked:
        return Picked(_read_slot(data[0]))
    if kind in (TopicsChosen, Among, Apart):
        listed: Entry = kind(tuple(data[0]))
        return listed
    entry: Entry = kind(*data)
    return entry


def _offer(offer: Offer | None) -> list[Any] | None:
    if offer is None:
        return None
    found = offer.slots
    return [
        offer.office,
        offer.skip,
        found.office,
        [_slot(slot) for slot in found.free],
        found.more,
        found.readable,
        offer.kind,
        found.kind,
        list(found.kinds),
    ]


def _read_offer(data: Any) -> Offer | None:
    if data is None:
        return None
    office, skip, found, free, more, readable, *ways = data
    kind, shown, kinds = ways or ("", "", ())  # before people could choose how they are received
    slots = Slots(found, tuple(_read_slot(slot) for slot in free), more, readable, shown, tuple(kinds))
    return Offer(office, skip, slots, kind)


def _telling_apart(appointment: Appointment) -> list[Any]:
    """What of an appointment a button may be about: another time is another one."""
    care = appointment.care
    offered = care.earlier.slot.starts.isoformat() if care.earlier else ""
    return [appointment.reference, appointment.slot.starts.isoformat(), care.off, offered]


def _care(care: Care) -> dict[str, Any]:
    """Only what is not as it is at first."""
    said = {name: value for name, value in asdict(care).items() if value != getattr(_NO_CARE, name)}
    if care.earlier:
        said["earlier"] = [_slot(care.earlier.slot), care.earlier.until.isoformat()]
    return said


def _read_appointment(
    code: str, slot: Any, right: str, care: Mapping[str, Any] = MappingProxyType({})
) -> Appointment:
    said = dict(care)
    if "earlier" in said:
        earlier, until = said["earlier"]
        said["earlier"] = Earlier(_read_slot(earlier), datetime.fromisoformat(until))
    if "before" in said:
        said["before"] = tuple(said["before"])
    return Appointment(code, _read_slot(slot), right, Care(**said))


def _slot(slot: Slot) -> list[Any]:
    zone = getattr(slot.starts.tzinfo, "key", "")
    return [slot.office, slot.starts.isoformat(), slot.ends.isoformat(), zone, slot.seat, slot.place]


def _read_slot(data: Any) -> Slot:
    office, starts, ends, zone, seat, place = data
    return Slot(office, _instant(starts, zone), _instant(ends, zone), seat, place)


def _instant(text: str, zone: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(ZoneInfo(zone)) if zone else at
