"""What an office's file says of its appointments."""

from __future__ import annotations

import pytest

from bot.appointments.desks import BadDesk, Stop, Visit, desk_of


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


@pytest.mark.parametrize(
    ("entry", "says"),
    [
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
