"""A real Radicale on loopback, one for each test process, and fresh calendars in it.

Import the fixtures into a conftest: ``from tests.appointments.radicale import calendar, radicale_url``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count

import caldav
import httpx
import pytest

from bot.demo.radicale import CONFIG, radicale

_numbers = count(1)
_http = httpx.Client(trust_env=False)  # one: each new one reads the machine's certificates again


@dataclass(frozen=True)
class PartnerCalendar:
    """A calendar as the partner's own program sees it, through the independent `caldav` library."""

    url: str
    user: str = ""
    password: str = ""

    @property
    def _auth(self):
        return (self.user, self.password) if self.user else None

    def add(self, text: str) -> None:
        """Write one event (the lines between BEGIN:VEVENT and END:VEVENT) or a whole VCALENDAR."""
        if not text.startswith("BEGIN:VCALENDAR"):
            text = vcalendar(text)
        uid = next(line.partition(":")[2] for line in text.splitlines() if line.startswith("UID:"))
        answer = _http.put(
            f"{self.url}{uid}.ics", content=text, headers={"Content-Type": "text/calendar"}, auth=self._auth
        )
        assert answer.is_success, answer.text

    def events(self) -> list[str]:
        """The text of every event, read back by another client than ours."""
        client = _another_client(self.url, self.user or "x", self.password or "x")
        return sorted(event.data for event in client.calendar(url=self.url).events())

    def make(self) -> None:
        _http.request("MKCALENDAR", self.url, auth=self._auth).raise_for_status()

    def delete_all(self) -> None:
        _http.delete(self.url, auth=self._auth).raise_for_status()
        self.make()


@cache
def _another_client(url: str, user: str, password: str) -> caldav.DAVClient:
    return caldav.DAVClient(url, username=user, password=password)


def vcalendar(*events: str) -> str:
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a partner//EN"]
    for event in events:
        parts += ["BEGIN:VEVENT", "DTSTAMP:20261101T000000Z", *event.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""])


@pytest.fixture(scope="session")
def radicale_url(tmp_path_factory):
    """It forgets after a minute what was deleted, else each write of a long race reads thousands of such notes."""
    forgetful = CONFIG.replace("[storage]\n", "[storage]\nmax_sync_token_age = 60\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.demo.radicale.CONFIG", forgetful)
        with radicale(tmp_path_factory.mktemp("radicale")) as url:
            _http.request("MKCOL", f"{url}partner/").raise_for_status()
            yield url


@pytest.fixture
def calendar(radicale_url):
    made = PartnerCalendar(f"{radicale_url}partner/calendar-{next(_numbers)}/")
    made.make()
    return made
