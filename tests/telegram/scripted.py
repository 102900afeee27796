"""A dialogue of two questions, to try a channel on: who it was told things by, and what it then says."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.conversation.messages import Block, Button, File, Given, Message, Prompt, Reply
from bot.dialogue import Media, Person, Press, Text
from bot.storage.lines import Line

STANDING = (Button("Je ne sais pas", "dont_know"), Button("Pourquoi ?", "why"), Button("Retour", "back"))


def says(text: str) -> Message:
    return Message((Block("text", text),))


HOUSING = Prompt(
    (Block("title", "Logement"), Block("text", "Payez-vous un loyer ?")),
    id="q1",
    buttons=(Button("Oui", "yes"), Button("Non", "no")),
    standing=STANDING,
)
CHILDREN = Prompt(
    (Block("text", "Qu'est-ce qui est vrai pour vous ?"),),
    id="q2",
    buttons=(Button("J'ai un enfant", "tick:child", ticked=False), Button("Continuer", "done")),
    standing=STANDING,
)
RESULT = Prompt((Block("text", "Votre rendez-vous est pris."), Block("code", "K7M-4QX")), id="q3")


class Held:
    def __init__(self, name):
        self.lock = asyncio.Lock()
        self.line = Line(name)


class Exchange:
    """Implements `bot.dialogue.Exchange`."""

    def __init__(self, talks, person, delivery):
        self.talks, self.person, self.delivery = talks, person, delivery
        self.line = talks.lines[person.id].line
        self.known = delivery in talks.deliveries

    @property
    def owed(self):
        return self.talks.taken[self.person.id][1] if self.talks.owed.get(self.person.id) else None

    async def take(self, incoming):
        reply = (
            await self.talks.turn(self.person, incoming, delivery=self.delivery)
            if incoming
            else await self.talks.show(self.person)
        )
        self.talks.deliveries.add(self.delivery)
        self.talks.owed[self.person.id] = self.delivery
        self.talks.taken.setdefault(self.person.id, ("", reply))
        return reply

    def said(self):
        self.talks.owed.pop(self.person.id, None)


class Scripted:
    """Implements `bot.dialogue.Talks`. `pause` holds every turn until it is set; `broken` makes turns fail."""

    def __init__(self) -> None:
        self.begun = 0
        self.turns: list[tuple[Person, object]] = []
        self.forgotten: list[Person] = []
        self.at: dict[str, Prompt] = {}
        self.deliveries: set[str] = set()
        self.taken: dict[str, tuple[str, Reply]] = {}
        self.owed: dict[str, str] = {}  # by person: the delivery whose answer was not said
        self.lines: dict[str, Held] = {}
        self.open = asyncio.Event()
        self.open.set()
        self.broken: Exception | None = None

    async def turn(self, person, incoming, *, delivery=""):
        self.begun += 1
        await self.open.wait()
        if self.broken:
            raise self.broken
        last, reply = self.taken.get(person.id, ("", None))
        if reply and last == delivery:
            return reply
        self.turns.append((person, incoming))
        reply = self._answer(person.id, incoming)
        self.at[person.id] = reply.prompt
        self.taken[person.id] = (delivery, reply)
        return reply

    @asynccontextmanager
    async def exchange(self, person, delivery):
        async with self.lines.setdefault(person.id, Held(person.id)).lock:
            yield Exchange(self, person, delivery)

    def first_aid(self, person, incoming):
        return None

    async def show(self, person):
        return self.taken[person.id][1] if person.id in self.taken else Reply(HOUSING)

    async def forget(self, person):
        self.forgotten.append(person)

    def texts(self):
        return [incoming.text for _, incoming in self.turns if isinstance(incoming, Text)]

    def _answer(self, who, incoming):
        at = self.at.get(who, HOUSING)
        match incoming:
            case Media():
                return Reply(at, (says("Je ne lis que le texte."),))
            case Text("stop"):
                return Reply(Prompt((Block("text", "Au revoir."),), id="end"), erased=True)
            case Text("tout"):
                return Reply(
                    at, tuple(says(f"Droit {n}. " + "Voici comment le demander. " * 60) for n in range(8))
                )
            case Press(prompt, _) if prompt != at.id:
                return Reply(at, (says("Ce bouton est ancien."),), stale=True)
            case Press(_, "why"):
                return Reply(at, (says("Pour savoir si une aide au logement est possible."),))
            case Press(_, "tick:child"):
                ticked = not at.buttons[0].ticked
                boxes = (replace(at.buttons[0], ticked=ticked), *at.buttons[1:])
                return Reply(replace(at, id="q2ticked" if ticked else "q2", buttons=boxes))
            case Press(_, "done"):
                return Reply(
                    RESULT, files=(File("rendez-vous.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n"),)
                )
            case Press(_, "fix:rent"):
                return Reply(replace(HOUSING, id="q4"))
            case Press("q1", _):
                return Reply(CHILDREN, trail=(Given("Vous payez un loyer", "Oui", "fix:rent"),))
        return Reply(at)
