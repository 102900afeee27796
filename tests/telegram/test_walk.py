"""From hello to an appointment over Telegram: the real assistant, real calendars, the three example people."""

import asyncio
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlalchemy import text

from bot.app import build
from bot.demo.seed import seed, words
from bot.folding import fold
from bot.settings import Settings, new_key
from tests.appointments.radicale import PartnerCalendar, radicale_url

__all__ = ["radicale_url"]

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("*.script"))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def calendars(radicale_url):
    """Where the partners' calendars lie, seeded as in the demonstration."""
    home = f"{radicale_url}walk/"
    asyncio.run(_seeded(home))
    return home


async def _seeded(home):
    async with build(_settings(home, "sqlite+aiosqlite:///:memory:"), lambda: MONDAY) as app:
        await seed(
            home, list(app.knowledge.desks.values()), words(app.settings.data / "content"), MONDAY.date()
        )


def _settings(calendars, database):
    return Settings.from_environment(
        {
            "CLAIRDROIT_KEY": new_key(),
            "CLAIRDROIT_DATABASE_URL": database,
            "CLAIRDROIT_CALENDARS": calendars,
            "CLAIRDROIT_DATA": str(ROOT),
        }
    )


@pytest.fixture
async def assistant(calendars, tmp_path):
    async with build(
        _settings(calendars, f"sqlite+aiosqlite:///{tmp_path}/walk.sqlite"), lambda: MONDAY
    ) as app:
        yield app


async def play(chat, script):
    """Each line is a button's letter, a button's label, or words; as `clairdroit chat --script` has it."""
    await chat.send("/start")
    for line in _lines(script):
        buttons = chat.last.buttons
        named = next((label for label in buttons if fold(label) == fold(line)), None)
        if len(line) == 1 and line.isalpha():
            named = buttons["abcdefghijkl".index(line)]
        before = chat.sees()
        await (chat.press(named) if named else chat.send(line))
        assert chat.sees() != before, f"no answer to {line!r}"


@pytest.fixture
def events(assistant, calendars):
    """Every event of every partner, read by another client than ours."""
    names = {name for desk in assistant.knowledge.desks.values() for name in desk.calendars}
    return lambda: {event for name in names for event in PartnerCalendar(urljoin(calendars, name)).events()}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
async def test_each_example_ends_in_an_appointment(script, api, assistant, events, running):
    chat, before = api.chat(), events()
    async with running(api, assistant.dialogue):
        await play(chat, script)
    [written] = events() - before
    [event] = icalendar.Calendar.from_ical(written).events
    [file, sheet] = [shown for shown in chat.screen if shown.file]
    assert any(code in sheet.file.decode() for code in _codes(chat)), "what can be printed or shown"
    [kept] = icalendar.Calendar.from_ical(file.file).events
    assert kept.start == event.start > MONDAY
    assert file.file_name.endswith(".ics")
    assert any(code in written for code in _codes(chat)), "the desk finds the person by the code"
    assert str(chat.id) not in written
    assert not {"ATTENDEE", "ORGANIZER", "CONTACT"} & set(event)
    answers = {line for line in _lines(script) if len(line) > len("89300")}
    assert not [line for line in answers if line in written]


async def test_an_update_delivered_again_changes_nothing(api, assistant, running):
    chat = api.chat()
    async with running(api, assistant.dialogue):
        await chat.send("/start")
        [asked] = await chat.press("Commencer")
        topic = api.world.message(api.world.rooms[chat.id], chat.me, {"text": "logement"})
        update = api.world.update("message", topic)
        await api.world.stir()
        await api.quiet()
        answered = chat.last
        api.world.pending[update["update_id"]] = update
        await api.world.stir()
        await api.quiet()
    assert answered.text != asked.text
    assert chat.last == answered


async def test_who_blocks_the_bot_leaves_nothing_behind(api, assistant, running):
    chat = api.chat()
    async with running(api, assistant.dialogue):
        await chat.send("/start")
        await chat.press("Commencer")
        assert await _rows(assistant) == 1
        await chat.block()
        assert await _rows(assistant) == 0


async def _rows(assistant):
    async with assistant.database.reading() as tx:
        return (await tx.execute(text("SELECT count(*) FROM conversations"))).scalar_one()


def _lines(script):
    lines = script.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _codes(chat):
    """The codes shown, such as K7QM-4TXR."""
    return re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", chat.sees())
