"""A person types where they live, as people type; every commune must be found."""

from __future__ import annotations

import gzip
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offices.territory import Territory, department

CONTENT = Path(__file__).parents[2] / "content"
ROWS = [
    line.split("\t")
    for line in gzip.decompress((CONTENT / "communes.tsv.gz").read_bytes()).decode().splitlines()
]
TERRITORY = Territory.read(CONTENT)
rows = st.sampled_from(ROWS)


def named(text: str) -> list[str]:
    """The names found, the likeliest first, each with its department."""
    found = [TERRITORY.commune(code) for code in TERRITORY.search(text)]
    return [f"{commune.name} {commune.department}" for commune in found if commune]


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def test_the_file_holds_every_commune_once():
    codes = [row[0] for row in ROWS]
    assert len(codes) == len(set(codes)) == 34969
    assert codes == sorted(codes)
    assert (CONTENT / "communes.tsv.gz").stat().st_size < 700_000


@pytest.mark.slow
def test_every_commune_is_found_by_its_name_and_by_its_name_beside_its_postal_code():
    lost = []
    for code, name, postal, *_ in ROWS:
        if code not in TERRITORY.search(name):
            lost.append(name)
        if postal and code not in TERRITORY.search(f"{postal.split()[0]} {name}"):
            lost.append(f"{postal} {name}")
    assert lost == []


@given(rows, st.sampled_from([str.upper, str.lower, without_accents, lambda name: name.replace("-", " ")]))
def test_case_accents_and_hyphens_do_not_matter(row, write):
    assert row[0] in TERRITORY.search(write(row[1]))


@given(
    rows, st.sampled_from(["j'habite à {}", "vers {}", "Je vis à {}", "près de {}", "{}, France", "à {} "])
)
def test_words_around_a_name_do_not_hide_it(row, sentence):
    if len(row[1]) < 3 or row[1].lower() in TERRITORY.asides:
        return  # Y, Vers, Ville: only alone, or beside a postal code
    assert row[0] in TERRITORY.search(sentence.format(row[1]))


@given(rows)
def test_a_postal_code_gives_all_its_communes_the_largest_first(row):
    for postal in row[2].split():
        found = TERRITORY.search(f"mon code postal : {postal}")
        assert set(found) == {other[0] for other in ROWS if postal in other[2].split()}
        assert [TERRITORY.population(code) for code in found] == sorted(
            (TERRITORY.population(code) for code in found), reverse=True
        )


@given(rows)
def test_a_code_gives_its_commune(row):
    commune = TERRITORY.commune(row[0])
    assert (commune.code, commune.name, commune.department) == (row[0], row[1], department(row[0]))
    assert commune.postal_code in row[2].split() or not row[2]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Joigny", "Joigny 89"),
        ("j'habite à 89300 Joigny", "Joigny 89"),
        ("89 300 joigny", "Joigny 89"),
        ("89306 Joigny cedex", "Joigny 89"),
        ("vers Joigny", "Joigny 89"),
        ("joingy", "Joigny 89"),
        ("Jogny", "Joigny 89"),
        ("٨٩٣٠٠", "Joigny 89"),
        ("Le Havre", "Le Havre 76"),
        ("havre", "Le Havre 76"),
        ("au havre", "Le Havre 76"),
        ("St Julien du Sault", "Saint-Julien-du-Sault 89"),
        ("ste-colombe", "Sainte-Colombe 69"),
        ("Villeneuve s/ Yonne", "Villeneuve-sur-Yonne 89"),
        ("villeneuve sur yone", "Villeneuve-sur-Yonne 89"),
        ("L'hay les roses", "L'Haÿ-les-Roses 94"),
        ("hay les roses", "L'Haÿ-les-Roses 94"),
        ("ŒUILLY", "Œuilly 51"),
        ("Paris 12e", "Paris 75"),
        ("75012", "Paris 75"),
        ("lyon 3ème", "Lyon 69"),
        ("Saint Denis 93", "Saint-Denis 93"),
        ("Montreuil 93100", "Montreuil 93"),
        ("équeurdreville", "Cherbourg-en-Cotentin 50"),
        ("98800", "Nouméa 988"),
        ("Y", "Y 80"),
        ("Vers", "Vers 74"),
    ],
)
def test_as_people_type_it(text, first):
    assert named(text)[0] == first


@pytest.mark.parametrize(
    "text", ["Joigny", "le havre", "L'haÿ les roses", "Villeneuve-sur-Yonne", "89300 Joigny", "Paris"]
)
def test_one_meaning_is_settled(text):
    assert len(TERRITORY.search(text)) == 1


@pytest.mark.parametrize(
    "text", ["", "🙂", "99999", "xyzzyqq", "a", "de la", "12", "Trifouilly-les-Oies", "je ne sais pas"]
)
def test_what_is_no_commune_is_not_guessed(text):
    assert TERRITORY.search(text) == ()


def test_communes_of_one_name_come_all_by_population():
    found = named("Saint-Denis")
    assert found[:2] == ["Saint-Denis 974", "Saint-Denis 93"]
    assert set(found) == {f"Saint-Denis {department(row[0])}" for row in ROWS if row[1] == "Saint-Denis"}


def test_a_much_larger_town_that_begins_alike_is_offered_too():
    assert named("Chalon")[0] == "Chalon-sur-Saône 71"
    assert "Chalon 38" in named("Chalon")


def test_several_towns_in_one_sentence_are_all_offered():
    assert named("entre Joigny et Migennes") == ["Joigny 89", "Migennes 89"]


def test_a_district_of_a_city_is_the_city():
    assert TERRITORY.commune("75112") == TERRITORY.commune("75056")
    assert TERRITORY.commune("13201").name == "Marseille"
    assert TERRITORY.commune("99999") is None
    assert TERRITORY.commune("") is None


@given(st.text(max_size=400))
def test_any_text_is_answered_quickly(text):
    started = time.perf_counter()
    TERRITORY.search(text)
    assert time.perf_counter() - started < 0.1  # a hundred times the usual, on a machine under load
