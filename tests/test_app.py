"""The whole program, wired as it runs: real rules, content, database, Radicale, web server and signals."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.app import build
from bot.dialogue import Person
from bot.settings import Settings, new_key
from tests.appointments.radicale import radicale_url
from tests.botapi import TOKEN, BotApi
from tests.talking import DATA, NOW, Talker

__all__ = ["radicale_url"]
CLAIRDROIT = Path(sys.executable).with_name("clairdroit")


@pytest.fixture
def environment(tmp_path):
    """What an operator would set, with a home of its own."""
    return {
        "CLAIRDROIT_KEY": new_key(),
        "CLAIRDROIT_HOME": str(tmp_path / "home"),
        "CLAIRDROIT_PORT": "0",
        "PATH": os.environ["PATH"],
    }


@pytest.fixture
def calendars(radicale_url, tmp_path):
    """An address of one's own below which `make_calendars` makes the offices' calendars."""
    return f"{radicale_url}{tmp_path.name}/"


async def make_calendars(app):
    async with httpx.AsyncClient() as client:
        await client.request("MKCOL", app.settings.calendars + "/")
        for desk in app.knowledge.desks.values():
            for name in desk.calendars:
                (await client.request("MKCALENDAR", app.settings.calendars + "/" + name)).raise_for_status()


async def in_calendar(address):
    async with httpx.AsyncClient() as client:
        return (await client.get(address)).raise_for_status().text


@asynccontextmanager
async def serving(environment):
    """``clairdroit serve`` as a process of its own; gives it and the address that it tells."""
    process = await asyncio.create_subprocess_exec(
        CLAIRDROIT,
        "serve",
        env=environment,
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            told = (await process.stdout.readline()).decode()
        assert told, (await process.stderr.read()).decode()
        yield process, told.strip().rpartition(" ")[2]
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def command(environment, *arguments):
    """Run ``clairdroit …``; its status, output and errors."""
    process = await asyncio.create_subprocess_exec(
        CLAIRDROIT,
        *arguments,
        env=environment,
        cwd="/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_the_first_walk_from_hello_to_an_appointment_in_the_partners_calendar(environment, calendars):
    settings = Settings.from_environment(environment | {"CLAIRDROIT_CALENDARS": calendars})
    async with build(settings, lambda: NOW) as app:
        await make_calendars(app)
        zoe = Talker(app.dialogue, Person("terminal", "zoe"))
        await zoe.press("Parler à une personne")
        await zoe.write("joigny")
        slot = zoe.seen.prompt.buttons[0].label
        booked = await zoe.press(slot)
        (appointment,) = sqlite3.connect(Path(environment["CLAIRDROIT_HOME"]) / "clairdroit.sqlite").execute(
            "SELECT reference, calendar, uid, state FROM appointments"
        )
        reference, calendar, uid, state = appointment
        event = await in_calendar(f"{calendars}{calendar}/{uid}.ics")
        assert state == "confirmed"
        assert reference in booked
        assert reference in event
        assert "zoe" not in event
        (file,) = zoe.seen.files
        assert reference.encode() in file.content


async def test_without_calendars_the_offices_phone_and_hours_are_shown(environment):
    async with build(Settings.from_environment(environment), lambda: NOW) as app:
        zoe = Talker(app.dialogue, Person("terminal", "zoe"))
        await zoe.press("Parler à une personne")
        assert "03 53 01" in await zoe.write("89300 Joigny")
        assert zoe.seen.files == ()


async def test_what_was_said_is_there_after_a_restart(environment):
    settings = Settings.from_environment(environment)
    async with build(settings) as app:
        zoe = Talker(app.dialogue, Person("telegram", "1"))
        await zoe.press("Commencer")
    async with build(settings) as app:
        again = Talker(app.dialogue, Person("telegram", "1"))
        await again.show()
        assert again.seen == zoe.seen


@pytest.mark.slow
async def test_serve_answers_at_the_address_it_tells_and_stops_when_told(environment):
    async with serving(environment) as (process, address), httpx.AsyncClient(base_url=address) as browser:
        page = await browser.get("/")
        assert "Bonjour" in page.text
        kept = Path(environment["CLAIRDROIT_HOME"]) / "clairdroit.sqlite"
        assert kept.stat().st_mode & 0o077 == 0, "nobody else may read it"
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await process.wait() == 0


@pytest.mark.slow
async def test_serve_talks_on_telegram_where_a_token_is_set(environment):
    async with BotApi() as api:
        own = {"CLAIRDROIT_TELEGRAM_TOKEN": TOKEN, "CLAIRDROIT_TELEGRAM_API_URL": api.url}
        async with serving(environment | own | {"CLAIRDROIT_LOG_LEVEL": "DEBUG"}) as (process, _):
            chat = api.chat()
            await chat.send("/start")
            assert "Bonjour" in chat.sees()
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(15):
                logs = (await process.communicate())[1].decode()
        assert process.returncode == 0
        assert TOKEN not in logs
        assert TOKEN.partition(":")[2] not in logs


@pytest.mark.slow
async def test_a_token_that_telegram_refuses_stops_the_start_with_a_sentence(environment):
    async with BotApi() as api:
        own = {"CLAIRDROIT_TELEGRAM_TOKEN": "1:wrong", "CLAIRDROIT_TELEGRAM_API_URL": api.url}
        status, _, told = await command(environment | own, "serve")
    assert status == 1
    assert "CLAIRDROIT_TELEGRAM_TOKEN" in told
    assert "1:wrong" not in told
    assert "Traceback" not in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"CLAIRDROIT_KEY": ""}, "`clairdroit key`"),
        ({"CLAIRDROIT_PORT": "many"}, "CLAIRDROIT_PORT"),
        ({"CLAIRDROIT_HOST": "203.0.113.1"}, "address"),
        ({"CLAIRDROIT_DATABASE_URL": "sqlite+aiosqlite:////proc/none/x.sqlite"}, "/proc/none"),
    ],
)
async def test_what_keeps_it_from_starting_is_told_in_a_sentence(environment, change, told):
    status, _, errors = await command(environment | change, "serve")
    assert status == 1
    assert told in errors
    assert "Traceback" not in errors


@pytest.mark.slow
async def test_a_broken_rule_file_stops_the_start_with_its_place_and_cause(environment, tmp_path):
    for folder in ("content", "locales"):
        (tmp_path / folder).symlink_to(DATA / folder)
    right = tmp_path / "rules" / "rights" / "rsa" / "2026-04-01.yml"
    right.parent.mkdir(parents=True)
    right.write_text("name: RSA\nconditions: [\n")
    status, _, told = await command(environment | {"CLAIRDROIT_DATA": str(tmp_path)}, "serve")
    assert status == 1
    assert "rights/rsa/2026-04-01.yml:" in told
    assert "Traceback" not in told
    assert not (tmp_path / "home").exists(), "nothing was made"


@pytest.mark.slow
async def test_the_operators_commands(environment):
    status, key, _ = await command(environment, "key")
    assert (status, len(key.strip())) == (0, 44)
    assert (await command(environment, "migrate"))[0] == 0
    status, inventory, _ = await command(environment, "privacy", "inventory")
    assert status == 0
    assert "Base légale" in inventory
    status, purged, _ = await command(environment, "privacy", "purge")
    assert (status, purged.splitlines()[0]) == (0, "conversations_expired\t0")
    assert await command(environment, "privacy", "journal") == (0, "", "")
    status, journal, _ = await command(environment, "privacy", "journal")
    assert status == 0
    assert journal.strip().endswith("operator\tjournal_read\t0")
