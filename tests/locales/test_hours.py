"""Opening hours, said as each language says them."""

from datetime import date
from pathlib import Path

import pytest

from bot import texts
from bot.offices.directory import Directory
from bot.offices.territory import Territory

ROOT = Path(__file__).parents[2]
ON = date(2026, 11, 21)
EVERY_WEEK = {
    "fr": "Mercredi : de 13 h 30 à 17 h.",
    "fr-x-falc": "C'est fermé les jours fériés.",
    "en": "Monday, Tuesday, Thursday, and Friday: 9:00 to 12:00 and 13:30 to 17:00.",
    "es": "Miércoles: de 13:30 a 17:00.",
    "pt": "das 9h às 12h e das 13h30 às 17h.",
    "ar": "الأربعاء: من 13:30 إلى 17:00.",
    "uk": "Середа: 13:30–17:00.",
    "tr": "Resmî tatillerde kapalı.",
    "ro": "Luni, marți, joi și vineri: de la 9:00 la 12:00",
}
OF_THE_BUS = {
    "fr": ["Le premier mardi du mois : de 14 h à 17 h.", "Le samedi 5 décembre 2026 : de 10 h"],
    "es": ["El primer martes del mes: de 14:00", "El sábado, 5 de diciembre de 2026: de 10:00"],
    "ar": ["يوم الثلاثاء الأول من الشهر", "\u2068Place du Marché (arrêt fictif), 89300 Joigny\u2069. "],
    "tr": ["Ayın ilk Salı günü: 14:00 – 17:00.", "5 Aralık 2026 Cumartesi: 10:00"],
    "uk": ["Вівторок (1-й раз у місяці): 14:00–17:00."],
}


@pytest.fixture(scope="module")
def directory():
    return Directory.read(ROOT / "content", Territory.read(ROOT / "content"), lambda: ON)


@pytest.fixture(scope="module")
def phrases():
    return texts.read(ROOT).phrases


@pytest.mark.parametrize("language", EVERY_WEEK)
def test_hours_of_every_week(directory, phrases, language):
    assert EVERY_WEEK[language] in directory.hours("ccas-joigny", phrases[language], ON)


@pytest.mark.parametrize("language", OF_THE_BUS)
def test_days_of_a_mobile_office(directory, phrases, language):
    said = directory.hours("bus-jovinien", phrases[language], ON)
    assert [part for part in OF_THE_BUS[language] if part not in said] == [], said
