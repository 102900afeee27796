"""A small vocabulary for conversations in tests: a person who presses and writes, and twins of the outer parts."""

import asyncio
import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from bot import texts
from bot.conversation import effects, events
from bot.conversation.messages import File
from bot.conversation.ports import Appointment, Slot, Slots, Wish
from bot.conversation.world import World
from bot.dialogue import Media, Person, Press, Text
from bot.eligibility import library
from bot.offices import helplines
from bot.offices.directory import Directory
from bot.offices.territory import Territory

DATA = Path(__file__).parents[1]
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 21, 10, tzinfo=PARIS)


NO_WISH = Wish()


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at

    def pass_by(self, **time):
        self.at += timedelta(**time)


class RealWorlds:
    """The rules and the content of this repository."""

    def __init__(self):
        territory = Territory.read(DATA / "content")
        self.library = library.read(DATA / "rules")
        self.directory = Directory.read(DATA / "content", territory, NOW.date)
        self.texts = texts.read(DATA)
        self.helplines = helplines.read(DATA / "content")

    def on(self, day, now):
        return World(
            rules=self.library.on(day),
            directory=self.directory,
            phrases=self.texts.phrases,
            now=now,
            topics=self.texts.topics,
            anyone=self.texts.anyone,
            helplines=self.helplines,
        )


class PlainReader:
    """Understands a commune's code, a number and a handful of words."""

    words: ClassVar = {"recommencer": "restart", "effacer": "erase", "pourquoi": "why", "retour": "back"}

    def read(self, text, language, prompt):
        if text.startswith("commune "):
            return events.Places((text.removeprefix("commune "),))
        if text.isdigit():
            return events.Number(Decimal(text))
        if text == "il me frappe":
            return events.InDanger("crisis_violence")
        if text in self.words:
            return events.Asked(self.words[text])
        return events.Puzzled("not_understood")

    def in_its_language(self, text, said):
        return said

    async def hear(self, text, language, prompt):
        return self.read(text, language, prompt)


class RememberedBookings:
    """The partners' calendars in a list: three free slots a day from the day after tomorrow, at ten o'clock."""

    def __init__(self):
        self.booked = {}
        self.cancelled = []
        self.told = []
        self.asked = 0
        self.wait = asyncio.Event()
        self.wait.set()

    async def free(self, office, right, skip=0, kind=""):
        self.asked += 1
        await self.wait.wait()
        start = (NOW + timedelta(days=2)).replace(hour=10)
        free = [
            Slot(office, at := start + timedelta(hours=n), at + timedelta(minutes=30))
            for n in range(skip, skip + 3)
        ]
        return Slots(office, tuple(free), more=True)

    async def book(self, slot, right, language, wish=NO_WISH):
        await self.wait.wait()
        made = Appointment(f"K7QM-{len(self.booked):04}", slot, right)
        self.booked[made.reference] = made
        return events.Booked(made)

    async def cancel(self, reference):
        self.cancelled.append(reference)
        del self.booked[reference]
        return events.Cancelled(reference)

    async def move(self, reference, slot, right, language, wish=NO_WISH, held=""):
        await self.wait.wait()
        made = dataclasses.replace(self.booked[reference], slot=slot)
        self.booked[reference] = made
        return events.Booked(made)

    async def find(self, reference):
        return self.booked.get(reference)

    async def tell(self, reference, told):
        self.told.append((reference, told))
        return reference in self.booked


class RememberedCare:
    """What became of appointments and what was arranged around them, in lists."""

    def __init__(self):
        self.arranged, self.happened, self.told_of = [], [], []

    def can_reach(self, person):
        return person.channel == "telegram"

    async def news(self, state, now):
        known = {made.reference for made in state.appointments if not made.care.off}
        return [event for event in self.happened if event.reference in known]

    async def told(self, news):
        self.told_of += news
        self.happened = [event for event in self.happened if event not in news]

    async def follow(self, before, after):
        pass

    async def arrange(self, effect, person):
        self.arranged.append((effect, person))
        match effect:
            case effects.Remind(made, before):
                return events.RemindersSet(made.reference, before)
            case effects.Wait(made, on):
                return events.Waits(made.reference, on)
            case effects.PassEarlier(reference):
                return events.Waits(reference, True)
            case effects.TakeEarlier(made):
                return events.EarlierGone(made.reference)


def plain_file(made, office, language="fr"):
    return File("visit.ics", "text/calendar", f"{made.reference} {office.name}".encode())


def plain_card(blocks, language):
    return File("card.html", "text/html", "".join(block.text for block in blocks).encode())


class Notes:
    """A journal in a list."""

    def __init__(self):
        self.noted = []

    async def note(self, who, did, how_many=1):
        self.noted.append((who, did, how_many))


@dataclasses.dataclass
class Talker:
    """One person in front of the assistant; `seen` is the last reply."""

    talks: object
    person: Person
    seen: object = None

    async def show(self):
        self.seen = await self.talks.show(self.person)
        return said(self.seen)

    async def write(self, text, **how):
        return await self._turn(Text(text), **how)

    async def send_a_picture(self):
        return await self._turn(Media())

    async def press(self, label, **how):
        """Press the first button with these words in its label."""
        if self.seen is None:
            await self.show()
        action = next((button.action for button in self.buttons() if label in button.label), None)
        assert action is not None, f"no button {label!r} among {[button.label for button in self.buttons()]}"
        return await self._turn(Press(self.seen.prompt.id, action), **how)

    def buttons(self):
        prompt = self.seen.prompt
        return [*prompt.buttons, *prompt.standing, *prompt.menu]

    async def _turn(self, incoming, **how):
        self.seen = await self.talks.turn(self.person, incoming, **how)
        return said(self.seen)


def said(reply):
    """All that a person reads, one paragraph a line."""
    messages = [*reply.notices, reply.prompt]
    return "\n".join(block.text for message in messages for block in message.blocks)
