"""What a conversation wants done outside: values, carried out by the shell, answered by an outcome event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation.ports import Appointment, Slot


@dataclass(frozen=True, slots=True)
class FindSlots:
    """Free slots of an office for a visit about a right; `skip` leaves out the first ones ("more"). `kind`: how the
    person wishes to be received, empty for the office's usual way.
    """

    office: str
    right: str
    skip: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    slot: Slot
    right: str
    language: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Another time for what is booked: the new one, or all stays as it was."""

    appointment: Appointment
    slot: Slot
    language: str


@dataclass(frozen=True, slots=True)
class Cancel:
    reference: str


@dataclass(frozen=True, slots=True)
class Find:
    """The appointment of a code that was typed."""

    reference: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Let the partner read this in the event; None leaves it as it is."""

    reference: str
    late: bool | None = None
    accompanied: bool | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Remind:
    """Keep the chat reachable until the visit and write `before` it: of `moments.BEFORE`; none: do not write."""

    appointment: Appointment
    before: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Look for an earlier slot, or no longer."""

    appointment: Appointment
    on: bool
    language: str


@dataclass(frozen=True, slots=True)
class TakeEarlier:
    """The earlier slot that was offered, in place of the one that is booked."""

    appointment: Appointment
    language: str


@dataclass(frozen=True, slots=True)
class PassEarlier:
    """Leave the offered slot to the next one who waits."""

    reference: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget this person: conversation, appointments' link to them, everything."""


Effect: TypeAlias = (
    FindSlots | Book | Move | Cancel | Find | Tell | Remind | Wait | TakeEarlier | PassEarlier | Erase
)
