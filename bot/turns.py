"""Carrying one turn through every part: text to meaning, meaning to effects, outcomes to a reply."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from bot.conversation.effects import Book, Cancel, Effect, Erase, FindSlots
from bot.conversation.events import (
    Booked,
    BookingFailed,
    CancelFailed,
    Cancelled,
    Erased,
    InDanger,
    Outcome,
    Pressed,
    Puzzled,
    Said,
    SlotsFound,
    SlotTaken,
)
from bot.conversation.messages import File, Prompt, Reply
from bot.conversation.ports import Appointment, Office, Slot, Slots
from bot.conversation.state import Look, State
from bot.conversation.steps import Turn, show, sorry, step
from bot.conversation.world import World
from bot.dialogue import Incoming, Media, Person, Press, Text
from bot.failures import described
from bot.memories import Memories, Memory

log = logging.getLogger(__name__)


class Reads(Protocol):
    """Words to a meaning; the words go no further."""

    def read(self, text: str, language: str, prompt: Prompt) -> Said: ...


class Bookings(Protocol):
    """The partners' calendars. None of these raises because a calendar is out of reach."""

    async def free(self, office: str, right: str, skip: int = 0) -> Slots: ...

    async def book(self, slot: Slot, right: str, language: str) -> Booked | SlotTaken | BookingFailed: ...

    async def cancel(self, reference: str) -> Cancelled | CancelFailed: ...


class Worlds(Protocol):
    """All that the conversation may look at, with the rules of the day that it is pinned to."""

    def on(self, day: date, now: datetime) -> World: ...


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """One assistant for every channel; fulfils `bot.dialogue.Talks`.

    `file` makes the calendar file that a person gets with a new appointment.
    """

    memories: Memories
    reader: Reads
    bookings: Bookings
    worlds: Worlds
    file: Callable[[Appointment, Office], File]
    _running: set[asyncio.Task[Reply]] = field(default_factory=set, init=False, repr=False)

    async def turn(self, person: Person, incoming: Incoming, *, delivery: str = "") -> Reply:
        """A turn that has begun is finished, even when whoever waits for it is cancelled."""
        turn = asyncio.create_task(self._safely(self._turn(person, incoming, delivery), person, incoming))
        self._running.add(turn)
        turn.add_done_callback(self._running.discard)
        return await asyncio.shield(turn)

    async def show(self, person: Person) -> Reply:
        return await self._safely(self._show(person), person, Media())

    async def forget(self, person: Person) -> None:
        async with self.memories.turn(person) as memory:
            await memory.erase()

    async def finish(self) -> None:
        """Wait for the turns that have begun."""
        await asyncio.gather(*self._running)

    async def _show(self, person: Person) -> Reply:
        seen = await self.memories.look(person)
        return self._shown(seen.state)

    async def _turn(self, person: Person, incoming: Incoming, delivery: str) -> Reply:
        async with self.memories.turn(person) as memory:
            seen = memory.seen
            world = self._world(seen.state)
            if seen.follows(delivery):
                return self._shown(seen.state)
            if seen.lost and not isinstance(incoming, Text):  # a button of what is lost
                await memory.keep(seen.state, delivery)
                return self._shown(seen.state)
            taken = step(seen.state, self._meaning(incoming, seen.state, world), world)
            return await self._carry_out(taken, world, memory, delivery)

    def _meaning(self, incoming: Incoming, state: State, world: World) -> Said:
        match incoming:
            case Press(prompt, action):
                return Pressed(prompt, action)
            case Text(text):
                return self.reader.read(text, state.language, show(state, world).prompt)
            case Media():
                return Puzzled("not_text")

    async def _carry_out(self, turn: Turn, world: World, memory: Memory, delivery: str) -> Reply:
        """The effects in order, each outcome fed back; then what came of it is kept, unless it was erased.
        A booking that the person would never hear of is undone.
        """
        todo, booked, erased = deque(turn.effects), list[str](), False
        try:
            while todo:
                outcome = await self._outcome(todo.popleft(), memory)
                booked += [outcome.appointment.reference] if isinstance(outcome, Booked) else []
                erased = erased or isinstance(outcome, Erased)
                turn = step(turn.state, outcome, world)
                todo.extend(turn.effects)
            if memory.seen.lost:
                turn = self._telling_the_loss(turn, world)
            if not erased:
                await memory.keep(turn.state, delivery)
        except Exception:
            for reference in booked:
                await self.bookings.cancel(reference)
            raise
        same_day = turn.state.day == world.rules.day  # else it began anew, under the rules of a new day
        return self._with_file(turn.reply, turn.state, world) if same_day else self._shown(turn.state)

    def _telling_the_loss(self, turn: Turn, world: World) -> Turn:
        state = turn.state.noting("lost")
        return replace(turn, state=state, reply=show(state, world))

    async def _outcome(self, effect: Effect, memory: Memory) -> Outcome:
        match effect:
            case FindSlots(office, right, skip):
                return SlotsFound(await self.bookings.free(office, right, skip))
            case Book(slot, right, language):
                return await self.bookings.book(slot, right, language)
            case Cancel(reference):
                return await self.bookings.cancel(reference)
            case Erase():
                await memory.erase()
                return Erased()

    def _shown(self, state: State) -> Reply:
        world = self._world(state)
        return self._with_file(show(state, world), state, world)

    def _with_file(self, reply: Reply, state: State, world: World) -> Reply:
        """With the file of the appointment that was booked in the last turn."""
        shown = state.log[-1].of if state.log and isinstance(state.log[-1], Look) else ""
        booked = any(note.kind == "booked" for note in state.notes)
        made = next((each for each in state.appointments if booked and each.reference == shown), None)
        office = world.directory.office(made.slot.office) if made else None
        return replace(reply, files=(self.file(made, office),)) if made and office else reply

    def _world(self, state: State) -> World:
        return self.worlds.on(state.day, self.memories.now())

    # --- when something goes wrong ------------------------------------------------------------------------

    async def _safely(self, doing: Coroutine[Any, Any, Reply], person: Person, heard: Incoming) -> Reply:
        """A person never sees an exception, and a log never sees a person."""
        try:
            return await doing
        except Exception as failure:  # noqa: BLE001 - whatever it is
            log.error("a turn failed: %s", described(failure))  # noqa: TRY400 - its message may hold their words
        try:
            return self._apology((await self.memories.look(person)).state, heard)
        except Exception as failure:  # noqa: BLE001
            log.error("nor could its state be shown: %s", described(failure))  # noqa: TRY400
            return self._apology(self.memories.nothing().state, heard)

    def _apology(self, state: State, heard: Incoming) -> Reply:
        """Help in danger is given even when nothing else works."""
        world = self._world(state)
        event = self._in_danger(heard, state, world)
        return show(step(state, event, world).state, world) if event else sorry(state, world)

    def _in_danger(self, heard: Incoming, state: State, world: World) -> InDanger | None:
        try:
            event = self._meaning(heard, state, world)
        except Exception as failure:  # noqa: BLE001
            log.error("nor could it be read: %s", described(failure))  # noqa: TRY400
            return None
        return event if isinstance(event, InDanger) else None
