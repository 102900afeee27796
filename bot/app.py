"""The one place where the parts are wired."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.aftercare.care import Aftercare
from bot.aftercare.outreach import Outreach
from bot.aftercare.reaches import Reaches
from bot.aftercare.waiting import Waiting
from bot.appointments.booking import Bookings
from bot.appointments.cache import Cached
from bot.appointments.caldav import Calendars
from bot.appointments.ics import Words, person_file
from bot.appointments.profiles import Profiles
from bot.appointments.store import Appointments
from bot.card import card
from bot.failures import hush
from bot.guesses import Guesses
from bot.hearing import Hearing
from bot.knowledge import Knowledge
from bot.memories import Memories
from bot.privacy.journal import Journal
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.retention import Retention
from bot.privacy.sealing import Seals
from bot.settings import Settings
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.debts import Debt
from bot.storage.lines import Lines
from bot.turns import Dialogue, Reads
from bot.understanding.rasa import Rasa

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Process:
    """Which of several processes this is. `heir_of`: the one in whose place it runs, which has died. `knowledge`:
    what was read before the processes parted, so that they share it.
    """

    id: str = ""
    heir_of: str = ""
    knowledge: Knowledge | None = None


ALONE: Final = Process()


@dataclass(frozen=True, kw_only=True)
class App:
    """The running program, without any channel."""

    settings: Settings
    database: Database
    lines: Lines
    knowledge: Knowledge
    bookings: Bookings
    dialogue: Dialogue
    outreach: Outreach
    retention: Retention


@asynccontextmanager
async def build(
    settings: Settings, now: Callable[[], datetime] | None = None, process: Process = ALONE
) -> AsyncIterator[App]:
    """Read the data folder, open the database and wire everything; close it all at the end.

    Raises what `Knowledge` and `Database` raise: nothing starts on a broken file.
    """
    clock = now or (lambda: datetime.now(settings.zone))
    hush()
    knowledge = process.knowledge or Knowledge(settings.data, clock)
    words = Words.read(settings.data / "content")
    async with AsyncExitStack() as opened:
        database = await opened.enter_async_context(Database(settings.database_url))
        lines = Lines(database, process.id)
        await opened.enter_async_context(lines.living(process.heir_of))
        retention = Retention(database, clock)
        await retention.purge()
        calendars = Calendars(settings.calendars, settings.calendars_user, settings.calendars_password)
        await opened.enter_async_context(calendars)
        desks = knowledge.desks if settings.calendars else {}
        cache, profiles = Cached(database), Profiles(database)
        bookings = Bookings(desks, Appointments(database), calendars, words, clock, cache, profiles)
        await opened.enter_async_context(bookings.sweeping())
        care = _aftercare(settings, database, bookings, clock)

        def spoken(language: str) -> Words:
            phrases = knowledge.phrases.get(language)
            return words.for_the_person(phrases.translate) if phrases else words

        dialogue = Dialogue(
            memories=_memories(settings, database, clock, lines),
            reader=await _reader(settings, knowledge, opened),
            bookings=bookings,
            care=care,
            worlds=knowledge,
            file=lambda made, office, language: person_file(made, office, spoken(language), clock()),
            card=lambda blocks, language: card(blocks, language, words.card_name),
            guesses=Guesses(Debt(database, "guesses")),
        )
        opened.push_async_callback(dialogue.finish)
        yield App(
            settings=settings,
            database=database,
            lines=lines,
            knowledge=knowledge,
            bookings=bookings,
            dialogue=dialogue,
            outreach=Outreach(
                dialogue=dialogue, reaches=care.reaches, waiting=care.waiting, tidings=bookings, now=clock
            ),
            retention=retention,
        )


def web(app: App) -> ASGIApp:
    """The web channel."""
    from bot.channels.web import web_app  # noqa: PLC0415 - the terminal does without it

    return web_app(app.dialogue, app.settings.data)


async def _reader(settings: Settings, knowledge: Knowledge, opened: AsyncExitStack) -> Reads:
    if not settings.rasa:
        return knowledge
    rasa = Rasa(settings.rasa, lambda: knowledge.topics)
    return Hearing(knowledge, await opened.enter_async_context(rasa))


def _aftercare(
    settings: Settings, database: Database, bookings: Bookings, clock: Callable[[], datetime]
) -> Aftercare:
    keys = settings.keys
    kept = database, Seals(keys), Pseudonyms(keys)
    return Aftercare(
        visits=bookings,
        reaches=Reaches(*kept, clock),
        waiting=Waiting(*kept, bookings, clock),
        channels=frozenset({"telegram"}),  # the web page can only be looked at, and so can the terminal
    )


def _memories(
    settings: Settings, database: Database, clock: Callable[[], datetime], lines: Lines
) -> Memories:
    return Memories(
        store=Conversations(database, clock, lines),
        pseudonyms=Pseudonyms(settings.keys),
        seals=Seals(settings.keys),
        journal=Journal(database, clock),
        now=clock,
        term=timedelta(days=settings.state_days),
    )
