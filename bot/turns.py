"""Carrying one turn through every part: text to meaning, meaning to effects, outcomes to a reply."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Protocol

from bot.appointments.amending import Told as Telling
from bot.conversation.effects import (
    Book,
    Cancel,
    Effect,
    Erase,
    Find,
    FindSlots,
    Move,
    PassEarlier,
    Remind,
    TakeEarlier,
    Tell,
    Wait,
)
from bot.conversation.events import (
    Booked,
    BookingFailed,
    CancelFailed,
    Cancelled,
    Erased,
    Found,
    InDanger,
    NotTold,
    Outcome,
    Places,
    Pressed,
    Puzzled,
    Reminded,
    Said,
    SlotsFound,
    SlotTaken,
    Told,
)
from bot.conversation.messages import Block, File, Prompt, Reply
from bot.conversation.ports import Appointment, Office, Slot, Slots, Wish
from bot.conversation.state import Look, State
from bot.conversation.steps import Turn, show, sorry, step
from bot.conversation.world import World
from bot.dialogue import Incoming, Located, Media, Person, Press, Text
from bot.exchanges import PASSING, Exchange, not_now
from bot.failures import described
from bot.guesses import Guesses
from bot.memories import Memories, Memory
from bot.storage.lines import Line

log = logging.getLogger(__name__)
_WITH_FILES: Final = frozenset({"booked", "moved", "partner_moved", "moved_elsewhere", "code_found"})
"""What is said when a person has a new time in hand."""


class Reads(Protocol):
    """Words and positions to a meaning; they go no further."""

    def read(self, text: str, language: str, prompt: Prompt) -> Said:
        """At once, whatever else fails."""
        ...

    def in_its_language(self, text: str, said: Said) -> Said:
        """As `Spoken`, where the words are free and their language is clear."""
        ...

    async def hear(self, text: str, language: str, prompt: Prompt) -> Said:
        """As `read`, where there is time to ask an engine of topics."""
        ...

    def near(self, latitude: float, longitude: float) -> tuple[str, ...]:
        """The INSEE codes of the communes around."""
        ...


class Bookings(Protocol):
    """The partners' calendars. None of these raises because a calendar is out of reach."""

    async def free(self, office: str, right: str, skip: int = 0, kind: str = "") -> Slots: ...

    async def book(
        self, slot: Slot, right: str, language: str, wish: Wish = ...
    ) -> Booked | SlotTaken | BookingFailed: ...

    async def move(
        self, reference: str, slot: Slot, right: str, language: str, wish: Wish = ...
    ) -> Booked | SlotTaken | BookingFailed: ...

    async def cancel(self, reference: str) -> Cancelled | CancelFailed: ...

    async def find(self, reference: str) -> Appointment | None: ...

    async def tell(self, reference: str, told: Telling) -> bool: ...


class Cares(Protocol):
    """What follows a booking (`bot.aftercare.care.Aftercare`)."""

    def can_reach(self, person: Person) -> bool: ...

    async def news(self, state: State, now: datetime) -> list[Outcome]: ...

    async def told(self, news: Collection[Outcome]) -> None: ...

    async def follow(self, before: State, after: State) -> None: ...

    async def arrange(self, effect: Remind | Wait | TakeEarlier | PassEarlier, person: Person) -> Outcome: ...


class Worlds(Protocol):
    """All that the conversation may look at, with the rules of the day that it is pinned to."""

    def on(self, day: date, now: datetime) -> World: ...


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """One assistant for every channel; fulfils `bot.dialogue.Talks` and `bot.aftercare.outreach.Nudges`.

    `file` makes the calendar file that a person gets with a new appointment, `card` (of what its page says, in its
    language) the sheet to print or show, where the channel has no page to print. `guesses` limits wrong codes.
    """

    memories: Memories
    reader: Reads
    bookings: Bookings
    care: Cares
    worlds: Worlds
    file: Callable[[Appointment, Office, str], File]
    card: Callable[[Sequence[Block], str], File]
    guesses: Guesses = field(default_factory=Guesses)
    _running: set[asyncio.Task[Reply]] = field(default_factory=set, init=False, repr=False)

    async def turn(self, person: Person, incoming: Incoming, *, delivery: str = "") -> Reply:
        """A turn that has begun is finished, even when whoever waits for it is cancelled."""
        turn = asyncio.create_task(self._safely(self._turn(person, incoming, delivery), person, incoming))
        self._running.add(turn)
        turn.add_done_callback(self._running.discard)
        return await asyncio.shield(turn)

    @asynccontextmanager
    async def exchange(self, person: Person, delivery: str) -> AsyncIterator[Exchange]:
        """As `bot.dialogue.Talks`."""
        with not_now():
            async with self.memories.turn(person, delivery, sends=True) as memory:
                yield Exchange(self, person, memory, memory.answered)

    async def taken(self, person: Person, incoming: Incoming | None, memory: Memory) -> Reply:
        """As `bot.exchanges.Takes`."""
        try:
            if incoming is not None:
                return await self._step(person, incoming, memory)
        except PASSING:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever it is
            log.error("a turn failed: %s", described(failure))  # noqa: TRY400 - its message may hold their words
        await memory.note()
        state = memory.seen.state
        return self._apology(state, incoming, person) if incoming else self._shown(state, person)

    def again(self, person: Person, memory: Memory) -> Reply:
        """As `bot.exchanges.Takes`. Where nothing is kept, the last thing said was the farewell."""
        state = memory.seen.state
        world = self._world(state, person)
        return self._shown(state if memory.kept else step(state, Erased(), world).state, person)

    def first_aid(self, person: Person, incoming: Incoming) -> Reply | None:
        """As `bot.dialogue.Talks`."""
        reply = self._apology(self.memories.nothing().state, incoming, person)
        return reply if any(notice.urgent for notice in reply.notices) else None

    async def show(self, person: Person) -> Reply:
        return await self._safely(self._show(person), person, Media())

    async def forget(self, person: Person) -> None:
        async with self.memories.turn(person) as memory:
            await self._forget(memory)

    async def finish(self) -> None:
        """Wait for the turns that have begun."""
        await asyncio.gather(*self._running)

    async def nudge(
        self, person: Person, otherwise: State, which: str, send: Callable[[Reply, Line], Awaitable[None]]
    ) -> bool:
        """As `bot.aftercare.outreach.Nudges`."""
        code = otherwise.appointments[0].reference
        async with self.memories.turn(person, sends=True) as memory:
            state = replace(memory.seen.state, notes=())
            state = state if state.log or state.appointments else otherwise
            if all(made.reference != code for made in state.appointments):
                return False
            world = self._world(state, person)
            news = await self.care.news(state, world.now)
            after = _taken(state, news, world)
            standing = any(made.reference == code and not made.care.off for made in after.appointments)
            after = _taken(after, [Reminded(code, which)] if which and standing else [], world)
            if after != state:
                await send(self._shown(after, person), memory.line)
                await memory.keep_on(after)
                await self._told(news, state, after)
        return True

    async def _show(self, person: Person) -> Reply:
        """With what became of appointments meanwhile, which only a turn writes down."""
        state = (await self.memories.look(person)).state
        return self._shown(await self._up_to_date(state, person), person)

    async def _turn(self, person: Person, incoming: Incoming, delivery: str) -> Reply:
        async with self.memories.turn(person, delivery) as memory:
            if memory.answered.known:
                return self._shown(await self._up_to_date(memory.seen.state, person), person)
            return await self._step(person, incoming, memory)

    async def _step(self, person: Person, incoming: Incoming, memory: Memory) -> Reply:
        seen = memory.seen
        if seen.lost and not isinstance(incoming, Text):  # a button of what is lost
            await memory.keep(seen.state)
            return self._shown(seen.state, person)
        world = self._world(seen.state, person)
        state, news = await self._as_shown(incoming, seen.state, world)
        taken = step(state, await self._heard(incoming, state, world), world)
        reply = await self._carry_out(taken, world, memory, person)
        await self.care.told(news)
        return reply

    async def _as_shown(
        self, incoming: Incoming, state: State, world: World
    ) -> tuple[State, Sequence[Outcome]]:
        """A button may stand under what `show` made of the state when there was news."""
        if not isinstance(incoming, Press) or incoming.prompt == state.id:
            return state, ()
        news = await self.care.news(state, world.now)
        now_is = _taken(state, news, world)
        return (now_is, news) if now_is.id == incoming.prompt else (state, ())

    async def _up_to_date(self, state: State, person: Person) -> State:
        world = self._world(state, person)
        return _taken(state, await self.care.news(state, world.now), world)

    async def _heard(self, incoming: Incoming, state: State, world: World) -> Said:
        if isinstance(incoming, Text):
            said = await self.reader.hear(incoming.text, state.language, show(state, world).prompt)
            return said if state.spoken else self.reader.in_its_language(incoming.text, said)
        return self._meaning(incoming, state, world)

    def _meaning(self, incoming: Incoming, state: State, world: World) -> Said:
        match incoming:
            case Press(prompt, action):
                return Pressed(prompt, action)
            case Text(text):
                return self.reader.read(text, state.language, show(state, world).prompt)
            case Located(latitude, longitude):
                return self._place(latitude, longitude, show(state, world).prompt)
            case Media():
                return Puzzled("not_text")

    def _place(self, latitude: float, longitude: float, prompt: Prompt) -> Said:
        """A position answers where a place is asked for, and is not looked at elsewhere."""
        if prompt.wants != "place":
            return Puzzled("not_text")
        codes = self.reader.near(latitude, longitude)
        return Places(codes) if codes else Puzzled("unknown_place")

    async def _carry_out(self, turn: Turn, world: World, memory: Memory, person: Person) -> Reply:
        """The effects in order, each outcome fed back; then what came of it is kept, unless it was erased.
        A booking that the person would never hear of is undone; of a move they hear at the next turn.
        """
        todo, booked, erased, news = deque(turn.effects), list[str](), False, list[Outcome]()
        try:
            while todo:
                effect = todo.popleft()
                outcome = await self._outcome(effect, memory, person)
                booked += _newly_booked(effect, outcome)
                erased = erased or isinstance(outcome, Erased)
                turn = step(turn.state, outcome, world)
                todo.extend(turn.effects)
            if memory.seen.lost:
                turn = self._telling_the_loss(turn, world)
            if not erased:
                news = await self.care.news(turn.state, world.now)
                for event in news:
                    turn = step(turn.state, event, world)
                await memory.keep(turn.state)
        except Exception:
            for reference in booked:
                await self.bookings.cancel(reference)
            raise
        await self._told(news, memory.seen.state, turn.state)
        if turn.state.day != memory.seen.state.day:  # other rules hold from here on
            return self._shown(turn.state, person)
        return self._with_files(turn.reply, turn.state, world)

    async def _told(self, news: list[Outcome], before: State, after: State) -> None:
        await self.care.told(news)
        await self.care.follow(before, after)

    def _telling_the_loss(self, turn: Turn, world: World) -> Turn:
        state = turn.state.noting("lost")
        return replace(turn, state=state, reply=show(state, world))

    async def _outcome(self, effect: Effect, memory: Memory, person: Person) -> Outcome:
        match effect:
            case FindSlots(office, right, skip, kind):
                return SlotsFound(await self.bookings.free(office, right, skip, kind))
            case Book(slot, right, language, kind):
                return await self.bookings.book(slot, right, language, Wish(kind))
            case Move(made, slot, language):
                wish = Wish(made.care.kind, made.care.accompanied, made.care.topic)
                return await self.bookings.move(made.reference, slot, made.right, language, wish)
            case Cancel(reference):
                return await self.bookings.cancel(reference)
            case Find(reference):
                return Found(await self.guesses.limited(self.bookings.find, reference))
            case Tell(reference, late, accompanied, topic):
                done = await self.bookings.tell(reference, Telling(late, accompanied, topic))
                return Told(reference, late, accompanied, topic) if done else NotTold(reference)
            case Erase():
                await self._forget(memory)
                return Erased()
            case _:
                return await self.care.arrange(effect, person)

    async def _forget(self, memory: Memory) -> None:
        """What was kept to write to them too; their appointments stay."""
        before = memory.seen.state
        await memory.erase()
        await self.care.follow(before, replace(before, appointments=()))

    def _shown(self, state: State, person: Person) -> Reply:
        world = self._world(state, person)
        return self._with_files(show(state, world), state, world)

    def _with_files(self, reply: Reply, state: State, world: World) -> Reply:
        return replace(reply, files=self._files(reply, state, world))

    def _files(self, reply: Reply, state: State, world: World) -> tuple[File, ...]:
        """Of the appointment that was booked, or got another time, in the last turn."""
        shown = state.log[-1].of if state.log and isinstance(state.log[-1], Look) else ""
        new = any(note.kind in _WITH_FILES for note in state.notes)
        made = next((each for each in state.appointments if new and each.reference == shown), None)
        office = world.directory.office(made.slot.office) if made else None
        if made is None or office is None or made.care.off:
            return ()
        card = (self.card(reply.prompt.blocks, reply.language),) if world.reachable else ()
        return self.file(made, office, reply.language), *card

    def _world(self, state: State, person: Person) -> World:
        world = self.worlds.on(state.day, self.memories.now())
        return replace(world, reachable=True) if self.care.can_reach(person) else world

    # --- when something goes wrong ------------------------------------------------------------------------

    async def _safely(self, doing: Coroutine[Any, Any, Reply], person: Person, heard: Incoming) -> Reply:
        """A person never sees an exception, and a log never sees a person."""
        try:
            return await doing
        except Exception as failure:  # noqa: BLE001 - whatever it is
            log.error("a turn failed: %s", described(failure))  # noqa: TRY400 - its message may hold their words
        try:
            return self._apology((await self.memories.look(person)).state, heard, person)
        except Exception as failure:  # noqa: BLE001
            log.error("nor could its state be shown: %s", described(failure))  # noqa: TRY400
            return self._apology(self.memories.nothing().state, heard, person)

    def _apology(self, state: State, heard: Incoming, person: Person) -> Reply:
        """Help in danger is given even when nothing else works."""
        world = self._world(state, person)
        event = self._in_danger(heard, state, world)
        return show(step(state, event, world).state, world) if event else sorry(state, world)

    def _in_danger(self, heard: Incoming, state: State, world: World) -> InDanger | None:
        try:
            event = self._meaning(heard, state, world)
        except Exception as failure:  # noqa: BLE001
            log.error("nor could it be read: %s", described(failure))  # noqa: TRY400
            return None
        return event if isinstance(event, InDanger) else None


def _taken(state: State, news: Collection[Outcome], world: World) -> State:
    """The state after what happened without the person."""
    for event in news:
        state = step(state, event, world).state
    return state


def _newly_booked(effect: Effect, outcome: Outcome) -> list[str]:
    return [outcome.appointment.reference] if isinstance(effect, Book) and isinstance(outcome, Booked) else []
