"""What booking needs to know of an office: when it receives, for how long, how many, in which calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from opening_hours import validate

from bot.appointments.holidays import region_of

KINDS: Final = ("desk", "home", "phone", "video")
"""Where a visit takes place: at the office or its stop, at the person's home, by telephone, by video."""


class BadDesk(ValueError):  # noqa: N818 - the sentence an editor reads is the message
    """An office's booking entry that cannot be used; the message names the office, the key and the remedy."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How an office receives. `kind`: of `KINDS`; `rights`: the rights it is for, empty for all;
    `hours` in OSM syntax where they are not the office's own.

    `minutes`: length of a visit. `buffer`: minutes kept free after it. `lead_hours`: how long before its
    start a slot can still be taken. `horizon_days`: how many days ahead, today not counted. `seats`: visits
    at one time in one calendar.
    """

    minutes: int = 30
    buffer: int = 0
    lead_hours: int = 24
    horizon_days: int = 28
    seats: int = 1
    kind: str = "desk"
    rights: frozenset[str] = frozenset()
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a mobile office stands, and when: `hours` in OSM syntax, of a day or recurring."""

    place: str
    hours: str
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """An office that can be booked. `calendars` are the names of its calendars, one an adviser.

    Seats are numbered through all calendars: seat `n` stands in calendar ``n // width``.
    `addresses`: the mail addresses of the calendars' owner; an invitation they declined is not busy.
    """

    office: str
    zone: ZoneInfo
    hours: str
    calendars: tuple[str, ...]
    visit: Visit = Visit()
    stops: tuple[Stop, ...] = ()
    addresses: frozenset[str] = frozenset()
    others: tuple[Visit, ...] = ()
    """Other ways in which it receives: for some rights, or by phone, by video, at home."""
    region: str = ""
    """Whose public holidays hold beside those of all France (see `holidays.region_of`)."""
    wide: int = 0
    """The `width` of the desk that this one was made from by `receiving`; 0 for a desk as its file describes it."""

    def receiving(self, right: str, kind: str = "") -> Desk | None:
        """This desk as it receives for a right, in this kind or its usual one; None when it does not."""
        return next((self._with(visit) for visit in self._visits(right) if kind in {"", visit.kind}), None)

    def kinds(self, right: str) -> tuple[str, ...]:
        """In which kinds it receives for a right, the usual one first."""
        return tuple(dict.fromkeys(visit.kind for visit in self._visits(right)))

    def _visits(self, right: str) -> list[Visit]:
        """What was made for this right stands before what is for all."""
        every = (self.visit, *self.others)
        return [*(one for one in every if right in one.rights), *(one for one in every if not one.rights)]

    def _with(self, visit: Visit) -> Desk:
        if visit is self.visit:
            return self
        every = (self.visit, *self.others)
        others = tuple(one for one in every if one is not visit)
        hours, stops = visit.hours or self.hours, self._stops(visit)
        return replace(self, visit=visit, hours=hours, stops=stops, others=others, wide=self.width)

    def _stops(self, visit: Visit) -> tuple[Stop, ...]:
        """A bus receives where it stands; a call or a visit at home is not bound to that."""
        return self.stops if visit.kind == "desk" and not visit.hours else ()

    @property
    def openings(self) -> tuple[Stop, ...]:
        """Where and when people are received: the stops, else the office itself (an empty place)."""
        return self.stops or (Stop(place="", hours=self.hours, seats=self.visit.seats),)

    @property
    def width(self) -> int:
        """How many seat numbers each calendar has, however it receives."""
        seats = [one.seats for one in (self.visit, *self.others)] + [stop.seats for stop in self.stops]
        return self.wide or max(seats)

    @property
    def horizon(self) -> int:
        """How many days ahead it can be booked at most, however it receives."""
        return max(visit.horizon_days for visit in (self.visit, *self.others))

    def calendar_of(self, seat: int) -> str:
        return self.calendars[seat // self.width]


def desk_of(office: str, zone: str, hours: str, entry: Mapping[str, Any]) -> Desk | None:
    """The desk that an office's entry describes: keys `calendar`, `visit`, `visits`, `stops`, `closed`,
    `addresses`, `commune`. None without a calendar. Raises `BadDesk`.
    """
    calendars = _names(office, "calendar", entry.get("calendar"))
    if not calendars:
        return None
    closed = _names(office, "closed", entry.get("closed"))
    usual = _visit(office, entry.get("visit") or {}, Visit(), closed)
    desk = Desk(
        office,
        ZoneInfo(zone),
        _but(office, hours, closed),
        calendars,
        usual,
        tuple(_stop(office, stop, closed) for stop in entry.get("stops") or ()),
        frozenset(address.lower() for address in _names(office, "addresses", entry.get("addresses"))),
        tuple(_visit(office, visit, usual, closed) for visit in entry.get("visits") or ()),
        region_of(str(entry.get("commune") or "")),
    )
    for opening in desk.openings:
        _check_hours(office, opening.hours)
    return desk


def _names(office: str, key: str, value: object) -> tuple[str, ...]:
    names = value if isinstance(value, (list, tuple)) else [value] if value else []
    if not all(isinstance(name, str) and name for name in names):
        raise BadDesk(f"{office}: `{key}` is one text or a list of texts")
    return tuple(names)


def _but(office: str, hours: str, closed: Sequence[str]) -> str:
    """The hours without the closures: days as OSM writes them, such as ``2026 Dec 24-2027 Jan 02``."""
    for days in closed:
        if not validate(f"{days} off"):
            raise BadDesk(f"{office}: `closed: {days}` is not in OSM syntax: 2026 Dec 24-2027 Jan 02")
    return "; ".join([hours, *(f"{days} off" for days in closed)]) if hours else hours


LIMITS = {
    "minutes": (5, 480),
    "buffer": (0, 240),
    "lead_hours": (0, 24 * 60),
    "horizon_days": (1, 366),
    "seats": (1, 50),
}


def _visit(office: str, given: Mapping[str, Any], usual: Visit, closed: Sequence[str] = ()) -> Visit:
    """What it does not say is as usual."""
    numbers = dict(given)
    kind, rights, hours = (
        numbers.pop(key, default) for key, default in (("kind", "desk"), ("for", []), ("hours", ""))
    )
    if kind not in KINDS:
        raise BadDesk(f"{office}: `kind: {kind}`: give {', '.join(KINDS)}")
    if hours:
        _check_hours(office, hours)
    for key, value in numbers.items():
        low, high = LIMITS.get(key, (0, -1))
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadDesk(f"{office}: `visit.{key}: {value}`: give {_expected()}")
    names = frozenset(_names(office, "for", rights))
    return replace(usual, **numbers, kind=kind, rights=names, hours=_but(office, hours, closed))


def _expected() -> str:
    return ", ".join(f"{key} from {low} to {high}" for key, (low, high) in LIMITS.items())


def _stop(office: str, given: Mapping[str, Any], closed: Sequence[str]) -> Stop:
    if not isinstance(given, Mapping) or not {"place", "hours"} <= given.keys() <= {
        "place",
        "hours",
        "seats",
    }:
        raise BadDesk(f"{office}: a stop has `place`, `hours` and perhaps `seats`")
    _visit(office, {"seats": given.get("seats", 1)}, Visit())
    _check_hours(office, given["hours"])
    return Stop(given["place"], _but(office, given["hours"], closed), given.get("seats", 1))


def _check_hours(office: str, hours: str) -> None:
    if not validate(hours):
        raise BadDesk(f"{office}: `hours: {hours}` is not in OSM syntax: Mo-Fr 09:00-12:00; PH off")
