"""What is remembered of a person between two turns: opened for one turn, sealed again after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, Protocol

from bot.conversation.state import State, begin, pack, unpack
from bot.dialogue import Person
from bot.privacy.journal import Did, Who
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.sealing import Broken, Seals
from bot.storage.conversations import Ask, Box, ConversationStore, Kept, Taken, nothing
from bot.storage.lines import Line

MARK: Final = 12
"""Bytes that stand for a channel's id of a message: enough never to take one for another."""


class Notes(Protocol):
    """The journal, as far as it is written to here."""

    async def note(self, who: Who, did: Did, how_many: int = 1) -> None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A state and the mark of the message that led to it. `lost`: something was kept that cannot be opened
    any more (the key is gone, or the program's idea of a state has changed), so this is a new one.
    """

    state: State
    mark: bytes = bytes(MARK)
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """`known`: this message was taken before. `owed`: the message whose answer is not known to have been sent."""

    known: bool = False
    owed: bytes = b""


@dataclass(slots=True)
class Memory:
    """One person's memory for the length of one turn."""

    seen: Seen
    _box: Box = field(repr=False)
    _pseudonym: str = field(repr=False)
    _of: Memories = field(repr=False)
    _taken: Taken | None = None
    """The message of this turn, where its channel has a name for it."""

    @property
    def line(self) -> Line:
        """What turns tell each other beside the conversation."""
        return self._box.line

    @property
    def kept(self) -> bool:
        """Whether there is a conversation."""
        return self._box.kept is not None

    @property
    def delivery(self) -> bytes:
        """What stands for the message of this turn."""
        return self._taken.id if self._taken else b""

    @property
    def answered(self) -> Answered:
        """What had become of the message of this turn, and of the one before it, when the turn began."""
        if self._taken is None:
            return Answered()
        mine, before, owed = self._taken.id, self.seen.mark, self._box.owed
        last = before if self._box.kept else mine  # an erased conversation owes at most its farewell
        return Answered(known=mine in owed, owed=last if owed.get(last) else b"")

    async def keep(self, state: State) -> None:
        """With the message of this turn. Raises `bot.storage.conversations.Overtaken`."""
        await self._save(self.delivery or bytes(MARK), state, self._taken)

    async def note(self) -> None:
        """The message of this turn was taken and changed nothing."""
        if self._taken:
            await self._box.note(self._taken)

    async def keep_on(self, state: State) -> None:
        """As `keep`, after something that the person did not send: what they sent last stays known."""
        await self._save(self.seen.mark, state)

    async def _save(self, mark: bytes, state: State, taken: Taken | None = None) -> None:
        sealed = self._of.seals.seal(mark + pack(state), self._pseudonym)
        await self._box.save(sealed, self._of.now() + self._of.term, taken)

    async def erase(self) -> None:
        await self._box.forget(self._taken)
        await self._of.journal.note("person", "conversation_erased")


@dataclass(frozen=True, kw_only=True)
class Memories:
    """`now` gives the time in the zone whose calendar day decides which rules hold; `term` is how long a
    conversation is kept after its last turn.
    """

    store: ConversationStore
    pseudonyms: Pseudonyms
    seals: Seals
    journal: Notes
    now: Callable[[], datetime]
    term: timedelta

    @asynccontextmanager
    async def turn(self, person: Person, delivery: str = "", *, sends: bool = False) -> AsyncIterator[Memory]:
        """One turn of one person at a time, over all processes. `sends`: the answer is to be sent, and counts as
        sent only when the line says so. Raises what the store raises.
        """
        pseudonym, former = self._names(person)
        taken = Taken(_digest(person.channel, delivery), sends) if delivery else None
        async with self.store.turn(pseudonym, former, self._asking(taken)) as box:
            box.line.forget = not sends  # a page tells the next one nothing
            yield Memory(self._seen(box.kept), box, pseudonym, self, taken)

    def _asking(self, taken: Taken | None) -> Ask:
        """After the message of the turn, and the one before it."""
        return (lambda kept: {taken.id, self._seen(kept).mark}) if taken else nothing

    async def look(self, person: Person) -> Seen:
        """What is remembered, without taking a turn."""
        return self._seen(await self.store.look(*self._names(person)))

    def nothing(self, *, lost: bool = False) -> Seen:
        """A conversation that begins now."""
        state = begin(self.now().date())
        return Seen(state.noting("lost") if lost else state, lost=lost)

    def _names(self, person: Person) -> tuple[str, tuple[str, ...]]:
        names = self.pseudonyms
        return names.of(person.channel, person.id), names.former(person.channel, person.id)

    def _seen(self, kept: Kept | None) -> Seen:
        if kept is None:
            return self.nothing()
        try:
            content = self.seals.open(kept.sealed, kept.pseudonym)
            return Seen(unpack(content[MARK:]), content[:MARK])
        except (Broken, ValueError):
            return self.nothing(lost=True)


def _digest(channel: str, delivery: str) -> bytes:
    """What a channel calls a message may be long, or written by anybody."""
    return blake2b(f"{channel}:{delivery}".encode(), digest_size=MARK).digest()
