"""Public holidays that hold only in a part of France close its offices, and nobody else's."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.appointments.holidays import hours_on, region_of
from bot.appointments.slots import opened

PARIS = ZoneInfo("Europe/Paris")
GOOD_FRIDAY, SAINT_STEPHEN = date(2026, 4, 3), date(2026, 12, 26)


def is_open(commune, day, hours="Mo-Su 09:00-12:00; PH off", zone=PARIS):
    return bool(opened(hours, zone, day, region_of(commune)))


@pytest.mark.parametrize(
    ("commune", "day", "open_there"),
    [
        ("57463", GOOD_FRIDAY, False),  # Metz
        ("67482", SAINT_STEPHEN, False),  # Strasbourg
        ("68224", SAINT_STEPHEN, False),  # Mulhouse
        ("89206", GOOD_FRIDAY, True),  # Joigny
        ("57463", date(2026, 4, 2), True),
        ("57463", date(2026, 12, 25), False),  # of all France
        ("97105", date(2026, 5, 27), False),  # Guadeloupe: the end of slavery
        ("97209", date(2026, 5, 22), False),  # Martinique
        ("97302", date(2026, 6, 10), False),  # Guyane
        ("97411", date(2026, 12, 20), False),  # La Réunion
        ("97608", date(2026, 4, 27), False),  # Mayotte
        ("97411", date(2026, 5, 27), True),
    ],
)
def test_an_office_is_closed_on_its_own_holidays(commune, day, open_there):
    assert is_open(commune, day) is open_there


@pytest.mark.parametrize(
    ("hours", "times"),
    [
        ("Mo-Fr 09:00-12:00; PH 10:00-11:00", ["10:00-11:00"]),
        ("Mo-Fr 09:00-12:00; Su,PH 10:00-11:00", ["10:00-11:00"]),
        ("Mo-Fr 09:00-12:00; PH,Su 10:00-11:00", ["10:00-11:00"]),
        ("Mo-Fr 09:00-12:00; Sa,PH off", []),
        ("Mo-Fr 09:00-12:00", ["09:00-12:00"]),
        ("Mo-Fr 09:00-12:00; PH off; Aug off", []),
        ("PH[1] 09:00-12:00", []),  # not understood: rather closed
    ],
)
def test_such_a_day_is_read_as_the_hours_say_of_holidays(hours, times):
    found = [span.starts.astimezone(PARIS).strftime("%H:%M-") + span.ends.astimezone(PARIS).strftime("%H:%M")
             for span in opened(hours, PARIS, GOOD_FRIDAY, "57")]  # fmt: skip
    assert found == times


def test_other_days_are_read_as_written():
    assert hours_on("Mo-Fr 09:00-12:00; PH off", "57", date(2026, 4, 2)) == "Mo-Fr 09:00-12:00; PH off"
