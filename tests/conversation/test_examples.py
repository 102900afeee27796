"""The examples, played by the command line against a real Radicale and read back by another CalDAV client."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import caldav
import pytest

from bot.demo.radicale import radicale
from bot.demo.seed import seed, words
from bot.knowledge import Knowledge
from tests.conversation.vocabulary import PARIS

ROOT = Path(__file__).parents[2]
NOW = datetime.now(PARIS)
SCRIPTS = sorted((ROOT / "examples").glob("*.script"))
CODE = re.compile(r"Votre code à montrer sur place :\n\s+([A-Z0-9]{4}-[A-Z0-9]{4})\n")
TOO_SLOW = "Je n'arrive pas à lire l'agenda"
# What the partner may see of a booking: when, where to find it again, and that it is one.
ALLOWED = {
    "BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "STATUS", "TRANSP",
    "CLASS", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME",
    "RRULE", "RDATE", "X-LIC-LOCATION", "CATEGORIES",
}  # fmt: skip


@pytest.fixture(scope="module")
def partners(tmp_path_factory):
    """The demonstration's calendars with their busy weeks."""
    with radicale(tmp_path_factory.mktemp("partners")) as url:
        calendars = f"{url}partners/"
        desks = list(Knowledge(ROOT, lambda: NOW).desks.values())
        asyncio.run(seed(calendars, desks, words(ROOT / "content"), NOW.date()))
        yield calendars


def played(script: Path, calendars: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAIRDROIT_")}
    done = subprocess.run(
        [Path(sys.executable).with_name("clairdroit"), "chat", "--script", str(script)],
        env={**kept, "CLAIRDROIT_CALENDARS": calendars, "PYTHONIOENCODING": "utf-8"},
        capture_output=True, check=False, timeout=40, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert not done.stderr, done.stderr.decode()
    return done.stdout.decode()


def events(calendars: str, shown: str) -> list[str]:
    """Every event of the office where the appointment is, as text."""
    known = Knowledge(ROOT, lambda: NOW)
    directory = known.on(NOW.date(), NOW).directory
    told = shown[shown.index("C'est réservé.") :]
    desk = next(d for name, d in known.desks.items() if (o := directory.office(name)) and o.name in told)
    with caldav.DAVClient(calendars, username="x", password="x") as client:
        addresses = [urljoin(calendars, name) for name in desk.calendars]
        return [event.data for url in addresses for event in client.calendar(url=url).events()]


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_ends_in_an_appointment_that_the_partner_sees(partners: str, script: Path) -> None:
    shown = played(script, partners)
    if TOO_SLOW in shown:  # two cores for all tests: a calendar that answers late is honestly left out
        shown = played(script, partners)
    assert "C'est réservé." in shown, shown[-3000:]
    found = CODE.search(shown)
    assert found, shown[-2000:]
    [booked] = [event for event in events(partners, shown) if found[1] in event]
    unfolded = booked.replace("\r\n ", "").replace("\n ", "")
    names = {re.split(r"[;:]", line)[0] for line in unfolded.splitlines() if line.strip()}
    assert names <= ALLOWED, names - ALLOWED
    said = [line for line in script.read_text("utf-8").splitlines() if len(line) > 3 and line != "Joigny"]
    assert not [line for line in said if line.lstrip("# ").lower() in unfolded.lower()]
