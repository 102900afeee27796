"""From hello to an appointment on a phone: the real program, rules, offices and a real Radicale, as `make demo`
starts them. CLAIRDROIT_PICTURES=1 renews the picture of the README."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import caldav
import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.web.conftest import ROOT
from tests.web.phone import Phone, wait

pytestmark = [pytest.mark.browser, pytest.mark.slow]

README_PICTURE = ROOT / "docs" / "img" / "phone.png"

# Nadia, 34, rents her home and brings up two children on a part-time wage. What a question's words call for;
# whatever else is asked, the answer is no.
NADIA = {
    "adresse stable": "Oui",
    "Où habitez-vous": "Je paie un loyer (logement, foyer, résidence)",
    "Quel âge": "34",
    "enfants": "2",
    "loyer par mois": "500",
    "Quelle est votre situation en France": "Nationalité française",
    "ressources": "900",
}
TICKED = (
    "Loyer, factures ou crédits que je ne peux plus payer",
    "Je paie un loyer", "J'ai 31 ans ou plus", "J'ai un ou plusieurs enfants à charge",
)  # fmt: skip
MOST_QUESTIONS = 20


@dataclass(frozen=True)
class Demo:
    web: str
    calendars: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    command = [
        sys.executable,
        "-m",
        "bot.demo",
        "--folder",
        str(folder),
        "--port",
        "0",
        "--calendars-port",
        "0",
    ]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told = ""
    while "Ctrl-C" not in told and running.poll() is None:
        told += running.stdout.readline()
    addresses = re.findall(r"http://\S+", told)
    assert len(addresses) == 2, told
    yield Demo(*addresses)
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 0
    running.stdout.close()


def choices(phone: Phone) -> list[str]:
    return [each.text for each in phone.driver.find_elements(By.CSS_SELECTOR, ".choice")]


def answer_as(phone: Phone, person: dict[str, str]) -> int:
    """Answer until the results are there; the number of questions."""
    for number in range(MOST_QUESTIONS):
        if "Prendre rendez-vous" in phone.labels():
            return number
        said = next((said for asked, said in person.items() if asked in phone.newest), "Non")
        offered = choices(phone)
        if said in offered:
            phone.press(said)
        elif boxes := phone.driver.find_elements(By.CSS_SELECTOR, ".tick"):
            for label in {box.text for box in boxes}.intersection(TICKED):
                phone.tap(label)
            phone.press("Continuer")
        else:
            phone.write(said)
        phone.assert_fits()
    raise AssertionError(f"still no result after {MOST_QUESTIONS} questions:\n{phone.words}")


def book(phone: Phone) -> str:
    """Take the first slot offered at Joigny; the reference on the card."""
    phone.press("Prendre rendez-vous")
    if "Pour quelle aide" in phone.newest:
        phone.press(choices(phone)[0])
    phone.write("Joigny")
    slot = next(label for label in choices(phone) if re.search(r"\d h", label))
    phone.press(slot)
    assert "C'est réservé." in phone.newest and slot in phone.newest
    return phone.driver.find_element(By.CSS_SELECTOR, ".code").text


def events(calendars: str) -> list[str]:
    """Every event of every partner, read back by another client than ours."""
    wanted = '<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'
    asked = {"content": wanted, "headers": {"Depth": "1"}, "timeout": 60, "trust_env": False}
    listed = httpx.request("PROPFIND", calendars, **asked)
    folders = set(re.findall(r"<href>(/partners/[^<]+/)</href>", listed.text))
    assert folders, listed.text
    with caldav.DAVClient(calendars, username="x", password="x") as client:
        found = [client.calendar(url=str(httpx.URL(calendars).join(folder))).events() for folder in folders]
        return [event.data for calendar in found for event in calendar]


@pytest.mark.parametrize("which", ["browser", "plain_browser"])
def test_from_hello_to_an_appointment_and_to_nothing_left(
    which: str, demo: Demo, request: pytest.FixtureRequest
) -> None:
    driver: Chrome = request.getfixturevalue(which)
    phone = Phone(driver, demo.web)
    phone.assert_fits()
    phone.press("Commencer")
    phone.press("Logement et loyer")
    assert 1 <= answer_as(phone, NADIA) <= 12
    assert "Vous y avez probablement droit" in phone.newest
    phone.picture(f"results-{which}")
    if which == "browser" and os.environ.get("CLAIRDROIT_PICTURES"):
        wait(lambda: driver.execute_script("return document.getAnimations().length") == 0, "the page to rest")
        phone.picture(README_PICTURE)

    reference = book(phone)
    phone.picture(f"booked-{which}")
    phone.assert_fits()
    mine = [event for event in events(demo.calendars) if reference in event]
    assert len(mine) == 1
    assert not re.search("enfant|loyer|logement|ressources|34 ans|ATTENDEE|ORGANIZER", mine[0])

    phone.tap("Menu")
    phone.press("Tout effacer")
    phone.press("Oui, tout effacer")
    assert "Tout est effacé" in phone.newest and driver.get_cookies() == []
    driver.get(demo.web)
    assert "Bonjour" in phone.newest and reference not in phone.words
    assert any(reference in event for event in events(demo.calendars))  # the chair stays theirs


def test_danger_in_the_middle_of_a_question_keeps_the_question(browser: Chrome, demo: Demo) -> None:
    phone = Phone(browser, demo.web)
    phone.press("Commencer")
    phone.press("Logement et loyer")
    asked = phone.newest.splitlines()[0]
    phone.write("mon mari me frappe")
    urgent = browser.find_element(By.CSS_SELECTOR, "[role=alert]")
    assert urgent.find_elements(By.CSS_SELECTOR, 'a[href="tel:3919"]')
    assert asked in phone.newest
    browser.refresh()
    assert "3919" in phone.newest and asked in phone.newest
    phone.picture("danger-real")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_real_screens_can_be_read_and_are_named(scheme: str, browser: Chrome, demo: Demo) -> None:
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    phone = Phone(browser, demo.web)
    phone.assert_accessible()
    phone.assert_fits_with_large_text()
    phone.press("Commencer")
    phone.assert_accessible()
    phone.assert_fits_with_large_text()
    phone.press("Logement et loyer")
    answer_as(phone, NADIA)
    phone.assert_accessible()
    phone.assert_fits_with_large_text()
    phone.press(choices(phone)[1])
    phone.assert_accessible()
    phone.assert_fits_with_large_text()
    phone.write("mon mari me frappe")
    phone.assert_accessible()
    phone.assert_fits_with_large_text()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
