"""What an office's file says of its appointments."""

from __future__ import annotations

from datetime import date

import pytest

from bot.appointments.desks import BadDesk, Stop, Visit, desk_of
from bot.appointments.slots import of_day


def test_an_office_with_a_calendar_has_a_desk():
    desk = desk_of(
        "ccas", "Europe/Paris", "Mo 09:00-12:00", {"calendar": "ccas/", "visit": {"minutes": 20, "seats": 2}}
    )
    assert (desk.calendars, desk.visit) == (("ccas/",), Visit(minutes=20, seats=2))
    assert desk.openings == (Stop("", "Mo 09:00-12:00", 2),)


@pytest.mark.parametrize("entry", [{}, {"calendar": None}, {"calendar": []}])
def test_an_office_without_one_has_none(entry):
    assert desk_of("ccas", "Europe/Paris", "Mo 09:00-12:00", entry) is None


def test_stops_take_the_place_of_the_office():
    stops = [
        {"place": "Cézy", "hours": "We 09:00-12:00", "seats": 3},
        {"place": "Joigny", "hours": "Th 09:00-12:00"},
    ]
    desk = desk_of("bus", "Europe/Paris", "", {"calendar": ["a/", "b/"], "stops": stops})
    assert desk.openings == (Stop("Cézy", "We 09:00-12:00", 3), Stop("Joigny", "Th 09:00-12:00", 1))
    assert [desk.calendar_of(seat) for seat in (0, 2, 3, 5)] == ["a/", "a/", "b/", "b/"]


FULL = {
    "calendar": "ccas/",
    "commune": "57463",
    "addresses": ["Accueil@Office.example"],
    "closed": "2026 Dec 24-2027 Jan 02",
    "visit": {"minutes": 30, "buffer": 10, "seats": 2},
    "visits": [
        {"minutes": 60, "for": ["aah", "pch"]},
        {"kind": "phone", "minutes": 15},
        {"kind": "home", "minutes": 90, "buffer": 30, "hours": "Th 14:00-17:00", "for": "pch", "seats": 1},
    ],
}


def test_a_visit_is_as_long_as_its_reason_and_kind_ask():
    desk = desk_of("ccas", "Europe/Paris", "Mo 09:00-12:00; PH off", FULL)
    assert desk.kinds("rsa") == ("desk", "phone")
    assert desk.kinds("pch") == ("desk", "home", "phone")
    lengths = {
        (right, kind): made.visit.minutes if made else None
        for right in ("rsa", "aah", "pch")
        for kind in ("", "desk", "phone", "home", "video")
        for made in [desk.receiving(right, kind)]
    }
    assert lengths == {
        ("rsa", ""): 30, ("rsa", "desk"): 30, ("rsa", "phone"): 15, ("rsa", "home"): None, ("rsa", "video"): None,
        ("aah", ""): 60, ("aah", "desk"): 60, ("aah", "phone"): 15, ("aah", "home"): None, ("aah", "video"): None,
        ("pch", ""): 60, ("pch", "desk"): 60, ("pch", "phone"): 15, ("pch", "home"): 90, ("pch", "video"): None,
    }  # fmt: skip
    home = desk.receiving("pch", "home")
    assert home.hours.startswith("Th 14:00-17:00")
    assert (home.visit.buffer, home.visit.seats, home.region, desk.addresses) == (30, 1, "57", {"accueil@office.example"})  # fmt: skip
    assert home.width == desk.width == 2  # the seats have the same numbers however it receives
    assert desk.receiving("rsa").visit.buffer == 10


def test_closures_hold_for_every_way_to_receive():
    desk = desk_of("ccas", "Europe/Paris", "Mo-Su 09:00-12:00", FULL)
    for made in (desk, desk.receiving("pch", "home"), desk.receiving("rsa", "phone")):
        assert of_day(made, date(2026, 12, 24)) == of_day(made, date(2026, 12, 31)) == ()
    assert of_day(desk, date(2026, 12, 23)) and of_day(desk, date(2027, 1, 3))
    stop = {
        "calendar": "bus/",
        "closed": ["2026 Dec 05"],
        "stops": [{"place": "Cézy", "hours": "Sa 10:00-12:00"}],
    }
    bus = desk_of("bus", "Europe/Paris", "", stop)
    assert of_day(bus, date(2026, 12, 5)) == ()
    assert of_day(bus, date(2026, 12, 12)) != ()


def test_a_call_is_not_bound_to_where_the_bus_stands():
    stops = [{"place": "Cézy", "hours": "We 09:00-10:00", "seats": 3}]
    entry = {"calendar": "bus/", "stops": stops, "visits": [{"kind": "phone", "hours": "Fr 09:00-10:00"}]}
    phone = desk_of("bus", "Europe/Paris", "We 09:00-10:00", entry).receiving("rsa", "phone")
    assert [(one.place, one.hours) for one in phone.openings] == [("", "Fr 09:00-10:00")]
    assert phone.width == 3


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"calendar": "a/", "closed": ["some day"]}, "closed: some day"),
        ({"calendar": "a/", "closed": [3]}, "`closed`"),
        ({"calendar": "a/", "visits": [{"kind": "letter"}]}, "kind: letter"),
        ({"calendar": "a/", "visits": [{"kind": "phone", "hours": "at night"}]}, "at night"),
        ({"calendar": "a/", "visits": [{"lenght": 3}]}, "visit.lenght"),
        ({"calendar": 3}, "calendar"),
        ({"calendar": "a/", "visit": {"minutes": 0}}, "visit.minutes: 0"),
        ({"calendar": "a/", "visit": {"minutes": "30"}}, "visit.minutes"),
        ({"calendar": "a/", "visit": {"minutes": True}}, "visit.minutes"),
        ({"calendar": "a/", "visit": {"lenght": 30}}, "visit.lenght"),
        ({"calendar": "a/", "visit": {"seats": 51}}, "seats from 1 to 50"),
        ({"calendar": "a/", "stops": [{"place": "Cézy"}]}, "stop"),
        ({"calendar": "a/", "stops": [{"place": "Cézy", "hours": "sometimes"}]}, "sometimes"),
        ({"calendar": "a/", "stops": [{"place": "Cézy", "hours": "Mo 09:00-10:00", "seats": 0}]}, "seats"),
    ],
)
def test_a_mistake_is_refused_with_its_office_and_key(entry, says):
    with pytest.raises(BadDesk) as wrong:
        desk_of("ccas", "Europe/Paris", "Mo 09:00-12:00", entry)
    assert "ccas: " in str(wrong.value)
    assert says in str(wrong.value)
