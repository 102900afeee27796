"""Hours as a person reads them, from what editors write in OSM syntax."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offices import hours
from bot.offices.directory import Directory
from bot.offices.territory import Territory

CONTENT = Path(__file__).parents[2] / "content"
WORDS = Directory.read(CONTENT, Territory.read(CONTENT)).words
ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("Mo-Fr 09:00-17:00", "Du lundi au vendredi : de 9 h à 17 h."),
        ("Mo-Fr 09:00-12:00,13:30-17:00; PH off", "Du lundi au vendredi : de 9 h à 12 h et de 13 h 30 à 17 h. Fermé les jours fériés."),
        ("Mo-Fr 09:00-12:00; We off", "Lundi, mardi, jeudi et vendredi : de 9 h à 12 h."),
        ("Mo-We,Fr 09:00-12:00", "Du lundi au mercredi et vendredi : de 9 h à 12 h."),
        ("Sa 08:05-09:00; Su 10:00-11:00", "Samedi : de 8 h 05 à 9 h. Dimanche : de 10 h à 11 h."),
        ("24/7", "Tous les jours : 24 heures sur 24."),
        ("Mo 18:00-24:00", "Lundi : de 18 h à 24 h."),
        ("Tu[1] 14:00-17:00", "Le premier mardi du mois : de 14 h à 17 h."),
        ("Tu[1,3] 14:00-17:00", "Le premier mardi du mois : de 14 h à 17 h. Le troisième mardi du mois : de 14 h à 17 h."),
        ("2026 Dec 05 10:00-12:00", "Le samedi 5 décembre 2026 : de 10 h à 12 h."),
        ("2020 Dec 05 10:00-12:00", "Aucune date prévue pour le moment."),
    ],
)  # fmt: skip
def test_hours_in_words(expression, said):
    assert WORDS.say(expression, ON) == said


def test_public_holidays_close_only_where_the_hours_say_so():
    christmas = date(2026, 12, 25)
    assert hours.spans("Fr 09:00-12:00; PH off", christmas) == ()
    assert hours.spans("Fr 09:00-12:00", christmas) == ((time(9), time(12)),)


def test_the_next_open_day():
    assert hours.next_day("Mo 09:00-12:00", ON) == date(2026, 11, 23)
    assert hours.next_day("Sa 09:00-12:00", ON) == ON
    assert hours.next_day("2020 Jan 01 09:00-12:00", ON) is None


def test_hours_that_cannot_be_read_are_said_to_be_so():
    assert hours.mistake("Mo-Fr 09:00-17:00") is None
    assert hours.mistake("lundi 9h") == 0
    assert hours.mistake("Mo 09:00-12:00; We 25:00-26:00") == 19


DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
FRENCH = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


@given(
    st.sets(st.sampled_from(range(7)), min_size=1, max_size=6),
    st.integers(0, 22),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_exactly_the_open_days_are_named(days, hour, on):
    said = WORDS.say(
        f"{','.join(DAYS[day] for day in sorted(days))} {hour:02d}:00-{hour + 1:02d}:00", on
    ).lower()
    runs = sorted(days)
    named = {day for day in range(7) if FRENCH[day] in said}
    assert named <= days
    for day in days - named:  # said as part of a row of days
        assert day - 1 in runs and day + 1 in runs
    assert f"de {hour} h à {hour + 1} h" in said
