"""Telegram is written to first: a reminder with its buttons, and silence to who blocked the bot."""

from __future__ import annotations

import pytest

from bot.app import build
from bot.channels.telegram import Manner, Telegram
from bot.settings import Settings, new_key
from tests.appointments.radicale import radicale_url
from tests.botapi import TOKEN
from tests.talking import DATA, NOW, Clock
from tests.test_app import make_calendars

__all__ = ["radicale_url"]
pytestmark = pytest.mark.slow


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def assistant(radicale_url, tmp_path, clock):
    environment = {
        "CLAIRDROIT_KEY": new_key(),
        "CLAIRDROIT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/reminders.sqlite",
        "CLAIRDROIT_CALENDARS": f"{radicale_url}{tmp_path.name}/",
        "CLAIRDROIT_DATA": str(DATA),
    }
    async with build(Settings.from_environment(environment), clock) as app:
        await make_calendars(app)
        yield app


@pytest.fixture
async def chat(api, assistant, running, wording):
    """Somebody with a visit, who asked to be reminded two hours before."""
    assistant.outreach.channels["telegram"] = sender = Telegram(
        assistant.dialogue, wording, TOKEN, api.url, Manner(waits=(0.01, 0.01), gap=0)
    )
    await sender.bot.initialize()
    async with running(api, assistant.dialogue):
        chat = api.chat()
        await chat.send("/start")
        await chat.press("Parler à une personne")
        await chat.send("joigny")
        await chat.press(next(label for label in chat.last.buttons if "novembre" in label))
        await chat.press("Me le rappeler")
        await chat.press("Deux heures avant")
        yield chat
    await sender.close()


async def test_a_reminder_arrives_and_its_buttons_are_the_ones_that_count(chat, assistant, clock):
    clock.at = NOW.replace(day=23, hour=8)
    await assistant.outreach.look()
    assert "Rappel : votre rendez-vous est bientôt" in chat.sees()
    await chat.press("Je serai en retard")
    assert "Le lieu le voit dans son agenda" in chat.sees()


async def test_who_blocked_the_bot_is_not_asked_again(chat, assistant, clock, api):
    await chat.block(telling=False)
    clock.at = NOW.replace(day=23, hour=8)
    await assistant.outreach.look()
    assert await assistant.outreach.reaches.due() == []
    async with assistant.database.reading() as tx:
        kept = (await tx.exec_driver_sql("SELECT count(*) FROM reaches")).scalar_one()
    assert kept == 0
    api.refused.clear()
