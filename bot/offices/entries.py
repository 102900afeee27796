"""Offices as their files state them (content/offices/*.yml): read, checked, nothing decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.eligibility.yamlfile import Item, nearest
from bot.offices import hours

TOPICS = (
    "housing", "income", "health", "disability", "children", "ageing", "energy", "papers", "work", "food",
    "debt", "justice",
)  # fmt: skip
REQUIRED = ("demonstration", "partner", "name", "kind", "commune", "address", "phone", "serves")
OPTIONAL = (
    "access",
    "hours",
    "zone",
    "topics",
    "stands_for",
    "calendar",
    "visit",
    "visits",
    "stops",
    "closed",
    "addresses",
)
ZONE = "Europe/Paris"
CODE_LENGTH = 5  # of an INSEE code
VISIT = ("minutes", "buffer", "lead_hours", "horizon_days", "seats")
WAYS = ("desk", "home", "phone", "video")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of office, in French, with a sentence that says what it is for."""

    id: str
    name: str
    gloss: str


@dataclass(frozen=True, slots=True)
class Serves:
    """Whom an office is competent for: INSEE codes, SIREN numbers of groups of communes, departments."""

    communes: frozenset[str]
    epcis: frozenset[str]
    departments: frozenset[str]

    def includes(self, commune: str, epci: str, department: str) -> bool:
        return commune in self.communes or epci in self.epcis or department in self.departments


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a mobile office stands, and when (OSM syntax)."""

    place: str
    commune: str
    hours: str
    seats: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One office as its file states it. `stands_for` are kinds whose help it gives too."""

    id: str
    demonstration: bool
    partner: str
    name: str
    kind: str
    stands_for: tuple[str, ...]
    commune: str
    address: str
    access: str
    phone: str
    hours: str
    zone: str
    serves: Serves
    topics: frozenset[str]
    calendars: tuple[str, ...]
    visit: Mapping[str, int]
    stops: tuple[Stop, ...]
    visits: tuple[Mapping[str, Any], ...] = ()
    closed: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def booking(self) -> dict[str, Any]:
        """What `bot.appointments.desks.desk_of` reads."""
        stops = [{"place": stop.place, "hours": stop.hours, "seats": stop.seats} for stop in self.stops]
        return {
            "calendar": list(self.calendars),
            "visit": dict(self.visit),
            "visits": [dict(visit) for visit in self.visits],
            "stops": stops,
            "closed": list(self.closed),
            "addresses": list(self.addresses),
            "commune": self.commune,
        }


def kinds(item: Item) -> dict[str, Kind]:
    """The kinds of content/offices/kinds.yml. Raises `Mistake`."""
    found = {}
    for key, value in item.entries():
        given = value.fields(["name", "gloss"], [])
        found[key.text()] = Kind(key.text(), given["name"].sentence(), given["gloss"].sentence())
    return found


def entry(key: Item, item: Item, known: Collection[str]) -> Entry:
    """One office; `known` are the kinds there are. Raises `Mistake`."""
    given = item.fields(REQUIRED, OPTIONAL)
    stops = tuple(_stop(each) for each in given["stops"].members()) if "stops" in given else ()
    if not stops and "hours" not in given:
        item.wrong("neither `hours` nor `stops` is here", "say when it is open: hours: Mo-Fr 09:00-12:00")
    return Entry(
        id=_name(key),
        demonstration=given["demonstration"].truth(),
        partner=given["partner"].sentence(),
        name=given["name"].sentence(),
        kind=given["kind"].one_of(known),
        stands_for=_members(given.get("stands_for"), known),
        commune=_insee(given["commune"]),
        address=given["address"].sentence(),
        access=given["access"].sentence() if "access" in given else "",
        phone=given["phone"].sentence(),
        hours=_hours(given["hours"]) if "hours" in given else "; ".join(stop.hours for stop in stops),
        zone=_zone(given["zone"]) if "zone" in given else ZONE,
        serves=_serves(given["serves"]),
        topics=frozenset(_members(given.get("topics"), TOPICS)),
        calendars=_calendars(given.get("calendar")),
        visit=_visit(given["visit"]) if "visit" in given else {},
        stops=stops,
        visits=tuple(_way(each) for each in given["visits"].members()) if "visits" in given else (),
        closed=tuple(_closed(each) for each in _each(given.get("closed"))),
        addresses=tuple(each.text() for each in _each(given.get("addresses"))),
    )


def _name(key: Item) -> str:
    name = key.text()
    if not name.replace("-", "").isalnum() or not name.isascii():
        key.wrong(f"{name!r} cannot name an office", "use small letters, digits and hyphens: ccas-joigny")
    return name


def _members(item: Item | None, known: Collection[str]) -> tuple[str, ...]:
    return tuple(each.one_of(known) for each in item.members()) if item else ()


def _insee(item: Item) -> str:
    if len(item.text()) != CODE_LENGTH:
        item.wrong(
            f"{item.text()!r} is not an INSEE code", 'write five characters in quotes, such as "89206"'
        )
    return item.text()


def _hours(item: Item) -> str:
    at = hours.mistake(item.text())
    if at is not None:
        remedy = "write them as in OpenStreetMap: Mo-Fr 09:00-12:00; PH off"
        item.wrong("these hours cannot be read from here on", remedy, at=at)
    return item.text()


def _zone(item: Item) -> str:
    try:
        ZoneInfo(item.text())
    except (ZoneInfoNotFoundError, ValueError):
        item.wrong(f"{item.text()!r} is not a time zone", "write Europe/Paris, or America/Guadeloupe, …")
    return item.text()


def _serves(item: Item) -> Serves:
    given = item.fields([], ["communes", "epcis", "departments"])
    sets = [frozenset(each.text() for each in given[name].members()) if name in given else frozenset[str]()
            for name in ("communes", "epcis", "departments")]  # fmt: skip
    if not any(sets):
        item.wrong("it serves nobody", 'name communes, epcis or departments: {departments: ["89"]}')
    return Serves(*sets)


def _calendars(item: Item | None) -> tuple[str, ...]:
    return tuple(each.sentence() for each in _each(item))


def _each(item: Item | None) -> list[Item]:
    """One, or a list of them."""
    return [] if item is None else list(item.members()) if item.is_list else [item]


def _closed(item: Item) -> str:
    if hours.mistake(f"{item.text()} off") is not None:
        item.wrong("these days cannot be read", "write them as in OpenStreetMap: 2026 Dec 24-2027 Jan 02")
    return item.text()


def _way(item: Item) -> dict[str, Any]:
    """Another way to receive: for some rights, or elsewhere than at the desk."""
    given = item.fields([], [*VISIT, "kind", "for", "hours"])
    way: dict[str, Any] = _numbers({name: given[name] for name in VISIT if name in given})
    if "kind" in given:
        way["kind"] = given["kind"].one_of(WAYS)
    if "for" in given:
        way["for"] = [each.text() for each in _each(given["for"])]
    if "hours" in given:
        way["hours"] = _hours(given["hours"])
    return way


def _visit(item: Item) -> dict[str, int]:
    return _numbers(item.fields([], VISIT))


def _numbers(given: Mapping[str, Item]) -> dict[str, int]:
    for name, value in given.items():
        if value.whole() < 0:
            value.wrong(f"{name} cannot be below zero", f"known here: {nearest('', VISIT)}")
    return {name: value.whole() for name, value in given.items()}


def _stop(item: Item) -> Stop:
    given = item.fields(["place", "commune", "hours"], ["seats"])
    seats = given["seats"].whole() if "seats" in given else 1
    return Stop(given["place"].sentence(), _insee(given["commune"]), _hours(given["hours"]), seats)
