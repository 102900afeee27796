"""A few words to write conversations with. Whatever is done, the reply is rendered and held against the laws
that every prompt obeys."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from zoneinfo import ZoneInfo

from bot.channels.terminal import meant, rendered
from bot.conversation import effects, events
from bot.conversation.messages import Button, Message, Reply
from bot.conversation.ports import Appointment, Care, Slot, Slots
from bot.conversation.state import State, begin, pack, unpack
from bot.conversation.steps import Turn, show, step
from bot.conversation.world import World
from bot.dialogue import Press
from bot.folding import fold

TODAY = date(2026, 11, 21)
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=PARIS)
_SENTENCE = re.compile(r"(?<=[.?!;:])\s+|\n")


@dataclass
class Partner:
    """A partner's calendar as the conversation sees it: three slots a day at 9:30, 11:00 and 14:00."""

    readable: bool = True
    writable: bool = True
    taken: set[datetime] = field(default_factory=set)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    steal_next: bool = False
    kinds: tuple[str, ...] = ("desk",)

    def outcome(self, effect: effects.Effect) -> events.Outcome:  # noqa: C901 - one line for each effect
        match effect:
            case effects.FindSlots(office, _, skip, kind):
                return events.SlotsFound(self.slots(office, skip, kind))
            case effects.Book(slot, right, _, kind):
                return self.book(slot, right, kind)
            case effects.Move(made, slot):
                return self.move(made, slot)
            case effects.Find(reference):
                return events.Found(self.appointments.get(reference))
            case effects.Tell(reference, late, accompanied, topic):
                if not self.writable:
                    return events.NotTold(reference)
                return events.Told(reference, late, accompanied, topic)
            case effects.Remind(made, before):
                return events.RemindersSet(made.reference, before)
            case effects.Wait(made, on):
                return events.Waits(made.reference, on)
            case effects.PassEarlier(reference):
                return events.Waits(reference, True)
            case effects.TakeEarlier(made):
                return (
                    self.move(made, made.care.earlier.slot)
                    if self.writable
                    else events.EarlierGone(made.reference)
                )
            case effects.Cancel(reference):
                known = self.appointments.pop(reference, None)
                return (
                    events.Cancelled(reference) if known and self.writable else events.CancelFailed(reference)
                )
            case effects.Erase():
                return events.Erased()

    def slots(self, office: str, skip: int, kind: str = "") -> Slots:
        kind = kind or self.kinds[0]
        if not self.readable:
            return Slots(office, (), more=False, readable=False, kind=kind, kinds=self.kinds)
        monday = datetime(2026, 11, 23, tzinfo=PARIS)
        hours = (timedelta(hours=9, minutes=30), timedelta(hours=11), timedelta(hours=14))
        times = [monday + timedelta(days=day) + hour for day in range(3) for hour in hours]
        free = [Slot(office, at, at + timedelta(minutes=30)) for at in times if at not in self.taken]
        return Slots(office, tuple(free[skip : skip + 3]), len(free) > skip + 3, True, kind, self.kinds)

    def move(self, made: Appointment, slot: Slot) -> events.Outcome:
        if not self.writable or made.reference not in self.appointments:
            return events.BookingFailed()
        self.taken.discard(made.slot.starts)
        self.taken.add(slot.starts)
        self.appointments[made.reference] = replace(made, slot=slot, care=Care(kind=made.care.kind))
        return events.Booked(self.appointments[made.reference])

    def book(self, slot: Slot, right: str, kind: str = "") -> events.Outcome:
        if not self.writable:
            return events.BookingFailed()
        if self.steal_next:
            self.steal_next = False
            self.taken.add(slot.starts)
            return events.SlotTaken(self.slots(slot.office, 0))
        self.taken.add(slot.starts)
        appointment = Appointment(
            f"K7QM-{len(self.appointments) + 1}TXR", slot, right, Care(kind=kind or self.kinds[0])
        )
        self.appointments[appointment.reference] = appointment
        return events.Booked(appointment)


@dataclass
class Chat:
    """One person's conversation. `press`, `say` and `happens` return all that is then shown, as text."""

    world: World
    partner: Partner = field(default_factory=Partner)
    state: State = field(default_factory=lambda: begin(TODAY))
    erased: bool = False

    def __post_init__(self) -> None:
        self.reply: Reply = show(self.state, self.world)

    @property
    def labels(self) -> list[str]:
        return [plain(button.label) for button in self.reply.prompt.buttons]

    @property
    def every_button(self) -> list[Button]:
        prompt = self.reply.prompt
        return [*prompt.buttons, *prompt.standing, *prompt.menu]

    def press(self, label: str) -> str:
        named = [b for b in self.every_button if fold(b.label) == fold(label)]
        assert named, f"no button {label!r} among {[b.label for b in self.every_button]}"
        return self.happens(events.Pressed(self.reply.prompt.id, named[0].action))

    def say(self, words: str) -> str:
        """A line of a script: a button's letter or label, a number, or a commune's postal code or name."""
        incoming = meant(words, self.reply.prompt)
        if isinstance(incoming, Press):
            return self.happens(events.Pressed(incoming.prompt, incoming.action))
        return self.happens(self._read(words))

    def correct(self, label: str) -> str:
        given = next(each for each in self.reply.trail if each.label == label)
        return self.happens(events.Pressed(self.reply.prompt.id, given.action))

    def happens(self, event: events.Event) -> str:
        before = self.state
        turn = step(self.state, event, self.world)
        waiting = deque(turn.effects)
        while waiting:
            turn = step(turn.state, self.partner.outcome(waiting.popleft()), self.world)
            waiting.extend(turn.effects)
        self._keep(turn, before)
        return self.text

    @property
    def text(self) -> str:
        return plain(rendered(self.reply, self.world.phrases[self.reply.language]))

    @property
    def prompt(self) -> str:
        """What stands open, without what was said before it."""
        return plain(rendered(replace(self.reply, notices=()), self.world.phrases[self.reply.language]))

    def _keep(self, turn: Turn, before: State) -> None:
        self.erased = turn.reply.erased
        self.state, self.reply = turn.state, turn.reply
        assert unpack(pack(turn.state)) == turn.state
        assert show(turn.state, self.world) == turn.reply, "a reload shows something else"
        hold_laws(turn.reply)
        assert self.text

    def _read(self, words: str) -> events.Said:
        if self.reply.prompt.wants == "place":
            codes = self.world.directory.territory.search(words)  # type: ignore[attr-defined]
            return events.Places(tuple(codes)) if codes else events.Puzzled("unknown_place")
        figures = words.replace("€", "").replace(" ", "").replace(",", ".")
        if self.reply.prompt.wants == "number" and figures.replace(".", "").isdigit():
            return events.Number(Decimal(figures))
        return events.Puzzled("not_understood")


def plain(text: str) -> str:
    """With ordinary spaces where typography has others."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def hold_laws(reply: Reply) -> None:
    """Five choices, short labels, opaque actions, short sentences, Telegram's limits."""
    prompt = reply.prompt
    assert len(prompt.buttons) <= 5
    assert sum(button.main for button in chain(prompt.buttons, prompt.standing, prompt.menu)) <= 1
    assert prompt.blocks
    rows = [prompt.buttons, prompt.standing, prompt.menu]
    for button in chain(*rows):
        assert 0 < len(button.label) <= 64
        assert button.action.isascii() and 0 < len(button.action) <= 40
        assert len(f"{prompt.id} {button.action}".encode()) <= 64
    for row in rows:
        assert len({button.action for button in row}) == len(row)
        assert len({button.label for button in row}) == len(row)
    assert all(given.action.isascii() and len(given.action) <= 40 for given in reply.trail)
    for message in (*reply.notices, prompt):
        assert sum(len(block.text) + 1 for block in message.blocks) <= 4096
        assert not unfilled(message), unfilled(message)


def unfilled(message: Message) -> list[str]:
    """Sentences with a placeholder left, or a key shown in place of its sentence."""
    odd = re.compile(r"\{\w+\}|^[a-z_]+(\.[a-z_]+)+$")
    return [block.text for block in message.blocks if odd.search(block.text)]


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part.strip()]
