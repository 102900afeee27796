"""A real DAViCal on loopback: PHP on PostgreSQL, a server of another family, from Debian's packages.

PHP's own web server runs it, five requests at once. `make` installs it; where it cannot, these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.appointments.radicale import PartnerCalendar
from tests.ports import free_port

HOME = Path("/usr/share/davical")
USER, PASSWORD = "admin", "only-for-tests"
_numbers = count(1)


@contextmanager
def davical(postgres, folder):
    """Gives the address of the folder in which calendars can be made."""
    tools = postgres.programs
    env = os.environ | {
        "PGHOST": str(postgres.folder),
        "PGUSER": "postgres",
        "PATH": f"{tools}:{os.environ['PATH']}",
    }
    made = subprocess.run(
        ["sh", HOME / "dba" / "create-database.sh", "davical", PASSWORD],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    port = free_port()
    command = ["php", "-S", f"127.0.0.1:{port}", "-t", HOME / "htdocs"]
    with (folder / "php.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=env | {"PHP_CLI_SERVER_WORKERS": "5"}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}/caldav.php/{USER}/"
        _wait_for(url, process)
        yield url
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _wait_for(url, process):
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.request("OPTIONS", url, auth=(USER, PASSWORD), trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("DAViCal did not start")


@pytest.fixture(scope="session")
def davical_url(postgres, tmp_path_factory):
    if not HOME.is_dir() or shutil.which("php") is None:
        pytest.skip("NO DAVICAL HERE: apt-get install davical php-cli php-pgsql php-xml")
    with davical(postgres, tmp_path_factory.mktemp("davical")) as url:
        yield url


@pytest.fixture
def davical_calendar(davical_url):
    made = PartnerCalendar(f"{davical_url}visits-{next(_numbers)}/", USER, PASSWORD)
    made.make()
    return made
