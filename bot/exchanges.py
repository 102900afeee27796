"""A message and all that is said upon it, held together until it is said, whatever dies in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.conversation.messages import Reply
from bot.dialogue import Incoming, NotNow, Person
from bot.memories import Answered, Memory
from bot.storage.conversations import Overtaken
from bot.storage.database import Away
from bot.storage.lines import Busy, Line
from bot.storage.transactions import to_the_end

PASSING: Final = (Away, Busy, Overtaken, OperationalError, InterfaceError, NoConnection)
"""What is no fault of the turn: the same message will go through later."""


class Takes(Protocol):
    """The turns themselves (`bot.turns.Dialogue`)."""

    async def taken(self, person: Person, incoming: Incoming | None, memory: Memory) -> Reply:
        """A turn, with its apology if it fails; None: nothing changes. Raises one of `PASSING`."""
        ...

    def again(self, person: Person, memory: Memory) -> Reply:
        """What the last turn said."""
        ...


@dataclass(slots=True)
class Exchange:
    """Fulfils `bot.dialogue.Exchange`."""

    _turns: Takes
    _person: Person
    _memory: Memory
    _answered: Answered

    @property
    def line(self) -> Line:
        return self._memory.line

    @property
    def known(self) -> bool:
        return self._answered.known

    @property
    def owed(self) -> Reply | None:
        return self._turns.again(self._person, self._memory) if self._answered.owed else None

    async def take(self, incoming: Incoming | None) -> Reply:
        """A turn that has begun is finished, even when whoever waits for it is cancelled."""
        with not_now():
            reply = await to_the_end(self._turns.taken(self._person, incoming, self._memory))
        self._answered = Answered(known=True, owed=self._memory.delivery)
        self.line.forget = reply.erased
        return reply

    def said(self) -> None:
        self.line.said.append(self._answered.owed)
        self._answered = Answered(self.known)


@contextmanager
def not_now() -> Iterator[None]:
    """What passes is told as `NotNow`."""
    try:
        yield
    except PASSING as trouble:
        raise NotNow from trouble
