"""What the person keeps, and the words of both calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from bot.appointments.ics import Shown, Words, person_file, title, visit_event
from bot.appointments.spans import Span
from bot.conversation.ports import Appointment, Office, Slot
from tests.appointments.worlds import PARIS, WORDS

NOW = datetime(2026, 11, 21, 12, tzinfo=PARIS)
OFFICE = Office(
    id="ccas", partner="CCAS", name="CCAS de Joigny", kind="ccas", address="3, quai de l'Hôpital, 89300 Joigny",
    access="", phone="03 53 01 00 02", hours="Mo-Fr 09:00-12:00", hours_in_words="", zone="Europe/Paris", demonstration=True,
)  # fmt: skip


def appointment(place=""):
    starts = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    return Appointment("K7QM-4TXR", Slot("ccas", starts, starts.replace(hour=10), 0, place), "rsa")


def read(file):
    return Calendar.from_ical(file.content).walk("VEVENT")[0]


def test_the_file_says_when_where_and_the_code_and_nothing_of_the_person():
    file = person_file(appointment(), OFFICE, WORDS, NOW)
    event = read(file)
    assert (file.name, file.media_type) == ("rendez-vous.ics", "text/calendar; charset=utf-8")
    assert b"DTSTAMP:20261121T110000Z" in file.content
    assert event.start == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert event["SUMMARY"] == "Rendez-vous K7QM-4TXR"
    assert event["LOCATION"] == "CCAS de Joigny, 3, quai de l'Hôpital, 89300 Joigny"
    assert (
        event["DESCRIPTION"]
        == "Montrez le code K7QM-4TXR à l'accueil. Un empêchement ? Appelez le 03 53 01 00 02."
    )
    assert "rsa" not in file.content.decode().lower()
    assert b"ATTENDEE" not in file.content and b"ORGANIZER" not in file.content


def test_a_mobile_stop_is_where_it_stands_that_day():
    file = person_file(appointment("Marché de Cézy"), OFFICE, WORDS, NOW)
    assert read(file)["LOCATION"] == "CCAS de Joigny, Marché de Cézy"


def test_the_file_holds_to_the_format():
    content = person_file(appointment(), OFFICE, WORDS, NOW).content
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_the_partner_reads_the_code_and_the_kind_of_visit():
    assert title(WORDS, Shown("K7QM-4TXR")) == "Rendez-vous K7QM-4TXR (à l'accueil)"
    assert title(WORDS, Shown("K7QM-4TXR", "stop")) == "Rendez-vous K7QM-4TXR (permanence mobile)"
    assert title(WORDS, Shown("K7QM-4TXR", "phone")) == "Rendez-vous K7QM-4TXR (par téléphone)"


def described(**more):
    visit = Span(NOW, NOW + timedelta(minutes=45))
    text = visit_event(WORDS, "uid", visit, Shown("K7QM-4TXR", **more), NOW)
    return Calendar.from_ical(text).walk("VEVENT")[0]["DESCRIPTION"].splitlines()


def test_the_partner_reads_length_and_language_and_no_more_than_the_person_agreed_to():
    assert described() == ["Durée : 45 minutes.", "Langue : français."]
    assert described(language="ar", accompanied=True) == [
        "Durée : 45 minutes.",
        "Langue : arabe.",
        "La personne vient accompagnée.",
    ]
    assert described(topic="logement")[-1] == "Sujet : logement."
    assert described(language="xx-odd")[1] == "Langue : xx-odd."


@pytest.mark.parametrize(
    "text",
    [
        "event: {}\nfile: {}",
        "event: 3",
        "[]",
        "event: {desk: a, home: a, phone: a, video: a, stop: a}\ndetails: {minutes: a, language: a, accompanied: a, topic: a}\nfile: {name: a, summary: b, description: c}",
    ],
)
def test_a_file_of_words_that_lacks_something_is_refused_with_its_name(tmp_path, text):
    (tmp_path / "appointments.yml").write_text(text)
    with pytest.raises(ValueError, match=r"appointments\.yml"):
        Words.read(tmp_path)
