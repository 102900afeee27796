"""Which communes are around a position."""

import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offices.nearby import AT_MOST, Nearby
from bot.offices.territory import Territory
from tools.make_centres import lines

CONTENT = Path(__file__).parents[2] / "content"
NEARBY, TERRITORY = Nearby(CONTENT / "centres.tsv.gz"), Territory.read(CONTENT)


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        (47.982, 3.397, "89206"),  # Joigny
        (48.857, 2.352, "75056"),  # Paris, whatever the district
        (43.296, 5.370, "13055"),  # Marseille
        (-20.878, 55.448, "97411"),  # Saint-Denis, La Réunion
        (42.700, 9.450, "2B033"),  # Bastia
    ],
)
def test_in_the_middle_of_a_town_it_comes_first(latitude, longitude, code):
    assert NEARBY.communes(latitude, longitude)[0] == code


@given(st.floats(41, 51.2), st.floats(-5, 9.6))
def test_a_few_are_offered_each_once_and_each_is_a_commune(latitude, longitude):
    codes = NEARBY.communes(latitude, longitude)
    assert len(codes) <= AT_MOST
    assert len(set(codes)) == len(codes)
    assert all(TERRITORY.commune(code) for code in codes)


@pytest.mark.parametrize(
    "where", [(0, 0), (51.5, -0.12), (90, 0), (-90, 180), (math.nan, 2.0), (math.inf, 0)]
)
def test_far_from_any_there_is_none(where):
    assert NEARBY.communes(*where) == ()


def test_every_centre_lies_in_a_commune_of_today():
    rows = gzip.decompress((CONTENT / "centres.tsv.gz").read_bytes()).decode().splitlines()
    codes = {row.split("\t")[0] for row in rows}
    assert len(codes) > 14_000
    assert all((found := TERRITORY.commune(code)) and found.code == code for code in codes)


def test_places_abroad_and_of_unknown_communes_are_left_out():
    def place(country, commune):
        return "\t".join(
            ["1", "X", "X", "", "47.98288", "3.40096", "P", "PPL", country, *[""] * 4, commune, "900"]
        )

    known = {"89206": "89206", "75101": "75056"}
    places = [place("FR", "89206"), place("FR", "75101"), place("FR", "99999"), place("CH", "89206")]
    assert list(lines(places, known)) == ["89206\t47.983\t3.401", "75056\t47.983\t3.401"]
