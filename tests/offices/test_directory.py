"""The office that is competent comes first; a mistake in a file is shown where it stands."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.appointments.desks import desk_of
from bot.eligibility import yamlfile
from bot.eligibility.problems import RuleErrors
from bot.offices import hours
from bot.offices.directory import Directory
from bot.offices.territory import Territory

ROOT = Path(__file__).parents[2]
ON = date(2026, 11, 21)  # a Saturday
KINDS = {
    "caf", "ccas", "mission_locale", "clic", "mdph", "hospital_social", "cpam_social", "udaf", "croix_rouge",
    "social_residence", "addiction_help", "mobile_stop",
}  # fmt: skip
FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")
OFFICE = """
{name}:
  demonstration: true
  partner: {name}
  name: {name}
  kind: {kind}
  commune: "{commune}"
  address: quelque part
  phone: 03 53 01 99 99
  hours: {hours}
  serves: {serves}
"""


@pytest.fixture(scope="module")
def directory(territory: Territory) -> Directory:
    return Directory.read(ROOT / "content", territory, clock=lambda: ON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with kinds and words, and no office."""
    (tmp_path / "offices").mkdir()
    for name in ("kinds.yml", "words.yml"):
        shutil.copy(ROOT / "content" / "offices" / name, tmp_path / "offices" / name)
    return tmp_path


def write(folder: Path, *offices: dict[str, str]) -> Path:
    usual = {
        "kind": "ccas",
        "commune": "89206",
        "hours": "Mo-Fr 09:00-12:00",
        "serves": '{departments: ["89"]}',
    }
    text = "".join(OFFICE.format(**(usual | office)) for office in offices)
    (folder / "offices" / "test.yml").write_text(text, "utf-8")
    return folder


def names(directory: Directory, commune: str, *kinds: str) -> list[str]:
    return [office.id for office in directory.serving(commune, kinds, ON)]


def test_joigny_has_the_partners_of_its_charter(directory):
    assert {entry.kind for entry in directory.entries.values()} == KINDS
    for office_id in directory.entries:
        office = directory.office(office_id)
        assert office.demonstration
        assert "démonstration" in office.name
        assert "fictive" in office.address
        assert FICTION.fullmatch(office.phone)
        assert office.hours_in_words
        assert office.bookable


def test_every_office_of_joigny_can_be_booked_and_serves_joigny(directory):
    for office_id, entry in directory.entries.items():
        office = directory.office(office_id)
        assert desk_of(office_id, office.zone, office.hours, directory.booking(office_id)) is not None
        assert office_id in names(directory, "89206", entry.kind)
        assert hours.next_day(entry.hours, ON) is not None


def test_every_kind_that_rules_and_topics_name_is_known(directory):
    used = {}
    for path in [*ROOT.glob("rules/rights/*/*.yml"), ROOT / "content" / "topics.yml"]:
        if path.exists():
            used[path.name] = re.findall(
                r"[a-z_]+", " ".join(re.findall(r"offices: \[(.*?)\]", path.read_text("utf-8")))
            )
    assert used
    assert directory.unknown_kinds(used) == []
    assert directory.unknown_kinds({"rsa": ["caf", "post_office"]}) == ["rsa: post_office"]


def test_the_order_of_kinds_comes_first(directory):
    assert names(directory, "89206", "ccas", "caf") == ["ccas-joigny", "caf-joigny"]
    assert names(directory, "89206", "caf", "ccas") == ["caf-joigny", "ccas-joigny"]


def test_an_office_that_stands_for_a_kind_is_found_by_it(directory):
    assert names(directory, "89206", "caf", "france_services", "ccas") == [
        "caf-joigny",
        "bus-jovinien",
        "ccas-joigny",
    ]
    assert directory.office("bus-jovinien").mobile


def test_only_those_who_serve_the_commune_are_named(directory):
    assert names(directory, "89067", "ccas", "caf") == [
        "caf-joigny"
    ]  # Cézy: another commune of the department
    assert names(directory, "75056", "ccas", "caf", "mdph") == []
    assert names(directory, "89206", "tax_office") == []
    assert names(directory, "00000", "caf") == []


def test_competence_then_distance_then_opening(folder, territory):
    write(
        folder,
        {"name": "far", "commune": "89024"},  # Auxerre: same department
        {"name": "near", "commune": "89067"},  # Cézy: same group of communes
        {"name": "here-late", "hours": "Fr 09:00-12:00"},
        {"name": "here-soon", "hours": "Mo 09:00-12:00"},
        {"name": "elsewhere", "commune": "75056", "serves": '{departments: ["89"]}'},
        {"name": "not-ours", "serves": '{communes: ["89024"]}'},
    )
    directory = Directory.read(folder, territory)
    assert names(directory, "89206", "ccas") == ["here-soon", "here-late", "near", "far", "elsewhere"]


def test_the_stops_of_a_bus_are_said_with_their_hours(directory):
    said = directory.office("bus-jovinien").hours_in_words
    assert "Place du Marché (arrêt fictif), 89300 Joigny. Mercredi : de 9 h à 12 h." in said
    assert "Le premier mardi du mois : de 14 h à 17 h." in said
    assert "Le samedi 5 décembre 2026 : de 10 h à 12 h." in said


def test_dated_stops_that_are_over_are_no_longer_said(territory):
    later = Directory.read(ROOT / "content", territory, clock=lambda: date(2027, 1, 11))
    assert "2026" not in later.office("bus-jovinien").hours_in_words
    assert "16 janvier 2027" in later.office("bus-jovinien").hours_in_words


@pytest.mark.parametrize(
    ("wrong", "line", "column", "what", "remedy"),
    [
        ({"kind": "ccass"}, 6, 9, "'ccass' is not known here", "did you mean 'ccas'?"),
        ({"hours": "lundi 9h"}, 10, 10, "these hours cannot be read", "OpenStreetMap"),
        ({"serves": "{}"}, 11, 11, "it serves nobody", "departments"),
        (
            {"serves": '{department: ["89"]}'},
            11,
            12,
            "unknown entry 'department'",
            "did you mean 'departments'?",
        ),
        ({"commune": "Joigny"}, 7, 13, "'Joigny' is not an INSEE code", '"89206"'),
        ({"name": "CCAS de Joigny"}, 2, 1, "cannot name an office", "ccas-joigny"),
        ({"hours": "24/7\n  zone: Paris"}, 11, 9, "'Paris' is not a time zone", "Europe/Paris"),
        ({"hours": "24/7\n  visit: {minutes: une heure}"}, 11, 20, "'une heure' is not a number", "digits"),
    ],
)
def test_a_mistake_is_shown_with_its_place_and_remedy(folder, territory, wrong, line, column, what, remedy):
    write(folder, {"name": "fine"} | wrong)
    with pytest.raises(RuleErrors) as caught:
        Directory.read(folder, territory)
    problem = caught.value.problems[0]
    assert str(problem.place) == f"content/offices/test.yml:{line}:{column}"
    assert what in problem.what
    assert remedy in problem.remedy


def test_all_mistakes_are_shown_at_once(folder, territory):
    write(folder, {"name": "one", "kind": "x"}, {"name": "two", "hours": "nonsense"}, {"name": "three"})
    with pytest.raises(RuleErrors) as caught:
        Directory.read(folder, territory)
    assert len(caught.value.problems) == 2


def test_an_office_in_two_files_is_a_mistake(folder, territory):
    write(folder, {"name": "same"})
    shutil.copy(folder / "offices" / "test.yml", folder / "offices" / "zz.yml")
    with pytest.raises(RuleErrors, match=r"zz\.yml:2:1: the office 'same' stands in another file already"):
        Directory.read(folder, territory)


def test_broken_yaml_is_shown_with_its_place(folder, territory):
    (folder / "offices" / "test.yml").write_text("a: [", "utf-8")
    with pytest.raises(RuleErrors, match=r"content/offices/test\.yml:2:1: this is not YAML"):
        Directory.read(folder, territory)


def test_kinds_are_named_for_people(directory):
    assert directory.kinds.keys() >= KINDS
    assert all(kind.name and kind.gloss.endswith(".") for kind in directory.kinds.values())


def test_an_unknown_office_is_none(directory):
    assert directory.office("nowhere") is None


def test_the_reader_of_places_is_the_one_of_the_rules():
    assert yamlfile.read(ROOT / "content" / "offices" / "joigny.yml", "x").entries()
