"""Many people who talk with the bot at once, and what each of them must have seen.

A person answers what they see, by a button or in words; sometimes twice before the bot answers, and those two
messages are delivered in the wrong order.
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.channels.telegram.reading import Talk, read
from bot.channels.telegram.rendering import bubbles
from bot.memories import _digest
from bot.storage.tables import deliveries
from tests.botapi.markup import read_html
from tests.botapi.world import Room

WORDS = (
    "oui",
    "non",
    "je ne sais pas",
    "Joigny",
    "2",
    "logement",
    "pourquoi",
    "retour",
    "bonjour",
    "résultats",
)


@dataclass(eq=False)
class Sender:
    """One person: `acts` is all that they sent, in their order."""

    world: object
    room: Room
    chance: random.Random
    pause: float
    acts: list[dict] = field(default_factory=list)
    swapped: int = 0

    def __post_init__(self):
        self.me = {"id": self.room.id, "is_bot": False, "first_name": "Passant", "language_code": "fr"}

    async def live(self, delivery, count, out_of_order):
        """Send so many messages, each after what came before was answered."""
        while len(self.acts) < count:
            if len(self.acts) + 1 < count and self.chance.random() < out_of_order / 2:
                first, second = self.act(), self.act()
                self.swapped += 2
                await asyncio.gather(delivery.deliver(second), delivery.deliver(first))
            else:
                await delivery.deliver(self.act())
            await asyncio.sleep(self.pause * self.chance.uniform(0.8, 1.2))

    def act(self):
        """The next thing that this person does, as Telegram tells of it."""
        update = self._press() if self.acts and self.chance.random() < 0.7 else self._write()
        self.acts.append(update)
        return update

    def _write(self):
        text = "/start" if not self.acts else self.chance.choice(WORDS)
        message = self.world.message(self.room, self.me, {"text": text})
        return self.world.update("message", copy.deepcopy(message))

    def _press(self):
        """A button of the newest message that has some, and now and then one of an older."""
        shown = [message for message in self.room.messages.values() if message.get("reply_markup")]
        if not shown:
            return self._write()
        message = shown[-1] if self.chance.random() < 0.95 else self.chance.choice(shown)
        rows = message["reply_markup"]["inline_keyboard"]
        every = [button["callback_data"] for row in rows for button in row]
        data = self.chance.choice([one for one in every if ":@" not in one] or [""])
        if not data:
            return self._write()
        query = self.world.query(self.me, message, data)
        return self.world.update("callback_query", copy.deepcopy(query))


@dataclass
class Verdict:
    """What was found wrong, and the counts beside it."""

    updates: int = 0
    states_wrong: int = 0
    never_taken: int = 0
    never_said: int = 0
    said_again: int = 0
    stood_there: int = 0  # the answer was what the pressed message showed already
    late: int = 0  # taken after one that the person sent later
    examples: list[str] = field(default_factory=list)


async def order(database, senders):
    """Each person's messages in the order in which they were taken; the unique rows of `deliveries` tell."""
    async with database.reading() as tx:
        rows = {row.id: row.taken_at for row in await tx.execute(select(deliveries))}
    taken = {}
    for sender in senders:
        at = {act["update_id"]: rows.get(_digest("telegram", str(act["update_id"]))) for act in sender.acts}
        known = [act for act in sender.acts if at[act["update_id"]]]
        taken[sender] = sorted(known, key=lambda act: at[act["update_id"]])
    return taken


async def judged(database, memories, oracle, senders, wording, understood):
    """Replay each person's messages one by one on `oracle`, and compare what is kept and what was shown."""
    verdict = Verdict()
    taken = await order(database, senders)
    for sender, acts in taken.items():
        verdict.updates += len(sender.acts)
        verdict.never_taken += len(sender.acts) - len(acts)
        verdict.late += sum(acts[at]["update_id"] > acts[at + 1]["update_id"] for at in range(len(acts) - 1))
        expected = []
        for act in acts:
            talk = read(understood(act), wording)
            assert isinstance(talk, Talk), act
            async with oracle.exchange(talk.person, str(act["update_id"])) as exchange:
                expected.append(_last(await exchange.take(talk.incoming), wording))
                exchange.said()
        if acts:
            kept, right = [await each.look(talk.person) for each in (memories, oracle.memories)]
            if kept.state != right.state:
                verdict.states_wrong += 1
                verdict.examples.append(f"{sender.room.id}: {kept.state} is not {right.state}")
            _compare(verdict, sender.room, expected)
    return verdict


def _last(reply, wording):
    """The message that carries the buttons, as the chat shows it."""
    bubble = bubbles(reply, wording)[-1]
    rows = bubble.keyboard.inline_keyboard if bubble.keyboard else ()
    return read_html(bubble.html)[0].strip(), tuple(button.callback_data for row in rows for button in row)


def _compare(verdict, room, expected):
    """Every answer was shown, in order; what was shown more often than that was said again."""
    shown = [(heard.text, heard.buttons, heard.how) for heard in room.heard if heard.buttons]
    position = 0
    for text, buttons in expected:
        if not buttons:
            continue
        found = next((at for at in range(position, len(shown)) if shown[at][:2] == (text, buttons)), None)
        if found is None:
            verdict.never_said += 1
            verdict.examples.append(f"{room.id} never saw {text[:60]!r}")
        else:
            position = found + 1
            verdict.stood_there += shown[found][2] == "unchanged"
    told = Counter(one[:2] for one in shown if one[2] != "unchanged")
    verdict.said_again += sum((told - Counter(expected)).values())
