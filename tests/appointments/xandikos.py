"""A real Xandikos on loopback: another CalDAV server, written by other people, on git."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count

import httpx
import pytest

from tests.appointments.radicale import PartnerCalendar
from tests.ports import free_port

_numbers = count(1)


@contextmanager
def xandikos(folder):
    """Gives the address of the folder in which calendars can be made."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "xandikos",
        "serve",
        "-d",
        str(folder),
        "-l",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    command += ["--defaults", "--current-user-principal", "/partner/", "--state-dir", str(folder / ".state")]
    with (folder / "xandikos.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/partner/calendars/"
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url, process):
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(url, trust_env=False).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError("Xandikos did not start")


@pytest.fixture(scope="session")
def xandikos_url(tmp_path_factory):
    with xandikos(tmp_path_factory.mktemp("xandikos")) as url:
        yield url


@pytest.fixture
def xandikos_calendar(xandikos_url):
    made = PartnerCalendar(f"{xandikos_url}calendar-{next(_numbers)}/")
    made.make()
    return made
