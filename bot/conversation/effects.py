"""What a conversation wants done outside: values, carried out by the shell, answered by an outcome event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation.ports import Slot


@dataclass(frozen=True, slots=True)
class FindSlots:
    """Free slots of an office for a visit about a right; `skip` leaves out the first ones ("more")."""

    office: str
    right: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    slot: Slot
    right: str
    language: str


@dataclass(frozen=True, slots=True)
class Cancel:
    reference: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget this person: conversation, appointments' link to them, everything."""


Effect: TypeAlias = FindSlots | Book | Cancel | Erase
