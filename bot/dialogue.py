"""One turn: from what a channel received to what it shall show. The port of every channel.

Text goes in here and nowhere further: it is read into a meaning (`bot.understanding`) and dropped.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from bot.conversation.messages import Reply
from bot.storage.lines import Line


@dataclass(frozen=True, slots=True)
class Person:
    """Who writes, as the channel knows them. Never stored: only the pseudonym made of both is."""

    channel: str  # "telegram", "web", "terminal"
    id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the prompt with this id."""

    prompt: str
    action: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Media:
    """A sticker, photo, voice message or anything else that is not text."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where the person is, shown by their device: turned into communes at once, and dropped."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


Incoming: TypeAlias = Press | Text | Media | Located


class Unreachable(Exception):  # noqa: N818 - a state of the other side
    """The person blocked us or is gone: nothing can be written to them any more."""


class Sends(Protocol):
    """A channel that can write to a person first."""

    async def send(self, person: Person, reply: Reply, line: Line) -> None:
        """Returns once it is sent. Raises `Unreachable`, or `NotNow`. `line`: as in `Exchange`."""
        ...


class NotNow(Exception):  # noqa: N818 - a state of ours
    """The message cannot be taken now (the database is away, a turn lasts): it is to be delivered again."""


class Exchange(Protocol):
    """One message of a person and what is said upon it. Nothing else of this person is taken meanwhile, on any
    process; what was decided and not said is known to the next exchange.
    """

    @property
    def line(self) -> Line:
        """What exchanges of this person tell each other; the channel writes into it."""
        ...

    @property
    def known(self) -> bool:
        """Whether this message was taken before."""
        ...

    @property
    def owed(self) -> Reply | None:
        """What was decided before and is not known to have been said: to be said first."""
        ...

    async def take(self, incoming: Incoming | None) -> Reply:
        """What to say; then it is owed. None: the person only looks. Raises `NotNow`."""
        ...

    def said(self) -> None:
        """What was owed reached the person."""
        ...


class Talks(Protocol):
    """What a channel needs of the assistant."""

    def exchange(self, person: Person, delivery: str) -> AbstractAsyncContextManager[Exchange]:
        """For channels that are handed messages and send the answers, as `turn` is for those that are asked for
        them. Raises `NotNow`.
        """
        ...

    def first_aid(self, person: Person, incoming: Incoming) -> Reply | None:
        """What must be said at once to somebody in danger, even if nothing else can be."""
        ...

    async def turn(self, person: Person, incoming: Incoming, *, delivery: str = "") -> Reply:
        """Take one message and say what to show. Never raises for anything a person sends.

        `delivery` is the channel's own id of this message, where it has one: a message that was already
        taken (the process died before the reply went out, the channel delivers again) changes nothing a
        second time; the reply is that of `show`.
        """
        ...

    async def forget(self, person: Person) -> None:
        """Erase all that is stored of somebody who can no longer be reached (they blocked the bot)."""
        ...

    async def show(self, person: Person) -> Reply:
        """The last turn's reply again, notices and files included, without changing or storing anything (a
        page load, a reload, a reconnect). A web page without scripts posts, is redirected and reads its
        answer here, on any process: so what `turn` said must follow from the state. For somebody new: the
        greeting, whose prompt id is the same for every new person.
        """
        ...
