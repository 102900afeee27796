"""Amounts, dates, lists and letters as each language writes them (CLDR, by Babel)."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot import texts
from bot.appointments.ics import Words
from bot.conversation.writing import capitalised, locale_of, together, uncapitalised
from bot.eligibility.model import Figure

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def phrases():
    return texts.read(ROOT).phrases


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u200f", "")


AMOUNTS = {
    "fr": ("1 234,50 €", "12 €"),
    "fr-x-falc": ("1 234,50 €", "12 €"),
    "en": ("€1,234.50", "€12"),
    "es": ("1.234,50 €", "12 €"),
    "pt": ("1 234,50 €", "12 €"),
    "ar": ("1,234.50 €", "12 €"),
    "uk": ("1 234,50 €", "12 €"),
    "tr": ("€1.234,50", "€12"),
    "ro": ("1.234,50 €", "12 €"),
}


@pytest.mark.parametrize("language", AMOUNTS)
def test_an_amount(phrases, language):
    says = phrases[language]
    assert (plain(says.euros(123450)), plain(says.euros(1200))) == AMOUNTS[language]


BETWEEN = {
    "fr": "entre 150 € et 251 € par mois environ",
    "fr-x-falc": "entre 150 € et 251 € par mois environ",
    "en": "about €150 to €251 a month",
    "es": "entre 150 € y 251 € al mes más o menos",
    "pt": "entre cerca de 150 € e 251 € por mês",
    "ar": "بين 150 € و251 € في الشهر تقريبا",
    "uk": "приблизно від 150 € до 251 € на місяць",
    "tr": "aylık yaklaşık €150 – €251",
    "ro": "aproximativ între 150 € și 251 € pe lună",
}


@pytest.mark.parametrize("language", BETWEEN)
def test_what_a_right_may_bring_a_month(phrases, language):
    assert plain(phrases[language].about(Figure(150.2, 250.7, "EUR/month"))) == BETWEEN[language]


YEARS = {
    "ar": ["سنة واحدة", "سنتين", "3 سنوات", "11 سنة"],
    "uk": ["1 рік", "2 роки", "5 років", "21 рік"],
    "ro": ["1 an", "2 ani", "19 ani", "20 de ani"],
    "en": ["1 year", "2 years"],
}
COUNTS = {"ar": [1, 2, 3, 11], "uk": [1, 2, 5, 21], "ro": [1, 2, 19, 20], "en": [1, 2]}


@pytest.mark.parametrize("language", YEARS)
def test_plurals(phrases, language):
    said = [plain(phrases[language].figure(Figure(n, n, "years"))) for n in COUNTS[language]]
    assert said == YEARS[language]


DAYS = {
    "fr": ("mardi 1er décembre", "mardi 1er décembre à 9 h 30"),
    "en": ("Tuesday 1 December", "Tuesday 1 December at 9:30 AM"),
    "es": ("martes 1 de diciembre", "martes 1 de diciembre a las 9:30"),
    "pt": ("terça-feira, 1 de dezembro", "terça-feira, 1 de dezembro às 9h30"),
    "ar": ("الثلاثاء 1 ديسمبر", "الثلاثاء 1 ديسمبر على الساعة 9:30"),
    "uk": ("вівторок, 1 грудня", "вівторок, 1 грудня, 9:30"),
    "tr": ("1 Aralık Salı", "1 Aralık Salı, saat 09:30"),
    "ro": ("marți, 1 decembrie", "marți, 1 decembrie, ora 9:30"),
}


@pytest.mark.parametrize("language", DAYS)
def test_days_and_hours(phrases, language):
    day = date(2026, 12, 1)
    shown = phrases[language].show(day), phrases[language].show(datetime.combine(day, time(9, 30)))
    assert tuple(map(plain, shown)) == DAYS[language]


def test_lists(phrases):
    said = {code: says.show(["a", "b", "c"]) for code, says in phrases.items()}
    assert said["fr"] == said["fr-x-falc"] == "a, b et c"
    assert said["en"] == "a, b, and c"
    assert said["uk"] == "a, b і c"
    assert said["tr"] == "a, b ve c"
    assert phrases["ro"].either(["a", "b"]) == "a sau b"


def test_turkish_letters():
    assert uncapitalised("İş", "tr") == "iş"
    assert uncapitalised("Işık", "tr") == "ışık"
    assert capitalised("ilk", "tr") == "İlk"
    assert uncapitalised("Identity", "en") == "identity"
    assert capitalised("à demain", "fr-x-falc") == "À demain"


def test_a_telephone_number_keeps_its_order_in_arabic(phrases):
    assert phrases["ar"].say("office.phone", phone="03 53 01 00 02").endswith("\u206803 53 01 00 02\u2069")
    assert phrases["fr"].say("office.phone", phone="03 53 01 00 02") == "Téléphone : 03 53 01 00 02"
    assert together("الخميس", "ar") == "الخميس"
    assert together("12 rue Haute", "ar") == "\u206812 rue Haute\u2069"


def test_easy_french_is_a_language_of_its_own(phrases):
    assert list(phrases)[:2] == ["fr", "fr-x-falc"]
    assert phrases["fr-x-falc"].name == "Français facile"
    assert locale_of("fr-x-falc").language == "fr"
    assert [says.name for says in phrases.values()][2:] == [
        "العربية", "English", "Español", "Português", "Română", "Türkçe", "Українська",
    ]  # fmt: skip


def test_the_file_for_ones_own_calendar_is_in_ones_language(phrases):
    """What the partner reads stays French."""
    words = Words.read(ROOT / "content")
    turkish = words.for_the_person(phrases["tr"].translate)
    assert "{reference}" in turkish.summary
    assert turkish.summary != words.summary
    assert turkish.description != words.description
    assert (turkish.kinds, turkish.details) == (words.kinds, words.details)
