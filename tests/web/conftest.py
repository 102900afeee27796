"""A real server on a free port of loopback and a real Chromium the size of a phone."""

from __future__ import annotations

import shutil
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from starlette.types import ASGIApp

from bot.channels.web import web_app
from tests.web.scripted import ScriptedTalks

ROOT = Path(__file__).parents[2]
CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --hide-scrollbars --disable-dev-shm-usage --lang=fr
""".split()  # noqa: SIM905 - one long list reads worse
PHONE = {"width": 360, "height": 740, "pixelRatio": 2.0}


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The app under uvicorn on 127.0.0.1; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def chromium(*flags: str, scripts: bool = True) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, *flags):
        options.add_argument(flag)
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": PHONE})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:  # as somebody sets it in their browser; the page's scripts rest, the test's own still run
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=Service(str(DRIVER)))


def _need_chromium() -> None:
    if not CHROMIUM.exists() or not DRIVER.exists() or shutil.which("chromium") is None:
        warnings.warn(
            "NO CHROMIUM: the web page was not looked at; apt-get install chromium chromium-driver",
            stacklevel=1,
        )
        pytest.skip("chromium or chromedriver is missing: the web page was NOT tested in a browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    _need_chromium()
    driver = chromium()
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def plain_browser() -> Iterator[webdriver.Chrome]:
    """The same with scripts off."""
    _need_chromium()
    driver = chromium(scripts=False)
    yield driver
    driver.quit()


@pytest.fixture
def talks() -> ScriptedTalks:
    return ScriptedTalks()


@pytest.fixture
def site(talks: ScriptedTalks) -> Iterator[str]:
    with serving(web_app(talks, ROOT)) as address:
        yield address
