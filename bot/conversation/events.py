"""What can happen to a conversation: a meaning, never a text. Free words are read outside and dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from bot.conversation.ports import Appointment, Earlier, Slots

Command = Literal[
    "start", "restart", "back", "why", "dont_know", "decline", "human", "erase", "stop", "results", "book",
    "cancel", "reschedule", "late", "appointments", "language", "summary",
]  # fmt: skip
Crisis = Literal["crisis_violence", "crisis_suicide", "crisis_child", "crisis_medical", "crisis_shelter"]
Puzzle = Literal[
    "empty", "too_long", "unreadable", "not_text", "not_a_number", "negative", "out_of_range", "vague",
    "unknown_place", "not_understood",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: `prompt` is the id of the prompt it stood under."""

    prompt: str
    action: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish that is open at any moment, by button or by word."""

    command: Command
    detail: str = ""  # the language code after "language"


@dataclass(frozen=True, slots=True)
class Number:
    """A number typed as the answer to the question at hand, in its unit (euros, years, persons)."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Chosen:
    """Words that name one of the choices at hand: `action` is that button's."""

    action: str


@dataclass(frozen=True, slots=True)
class Places:
    """A commune was typed: the INSEE codes it may mean, the likeliest first (one: it is settled)."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """The code of an appointment, as it was given out."""

    reference: str


@dataclass(frozen=True, slots=True)
class Topics:
    """Words that name what brings the person."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Words that may name one of these topics, the likeliest first."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InDanger:
    kind: Crisis


@dataclass(frozen=True, slots=True)
class PerhapsInDanger:
    """Words that may tell of danger, and what they mean otherwise: the person is asked, not alarmed."""

    kind: Crisis
    said: Topics | Doubtful | Puzzled


@dataclass(frozen=True, slots=True)
class Spoken:
    """The first free words whose language is clear: that language's code (BCP 47), and what they mean."""

    language: str
    said: Said


@dataclass(frozen=True, slots=True)
class Puzzled:
    """What was sent could not be read as an answer here; `why` picks the sentence that says what to do."""

    why: Puzzle


# --- outcomes of effects, fed back by the shell -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SlotsFound:
    slots: Slots


@dataclass(frozen=True, slots=True)
class Booked:
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """Somebody was quicker; `slots` are the next free ones."""

    slots: Slots


@dataclass(frozen=True, slots=True)
class BookingFailed:
    """The partner's calendar could not be written or read back: nothing is booked."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    reference: str


@dataclass(frozen=True, slots=True)
class CancelFailed:
    reference: str


@dataclass(frozen=True, slots=True)
class Found:
    """The appointment of a code; None when there is none, or too many wrong codes were tried."""

    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class Told:
    """The partner's calendar says it now; None was left as it is."""

    reference: str
    late: bool | None = None
    accompanied: bool | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class NotTold:
    reference: str


@dataclass(frozen=True, slots=True)
class RemindersSet:
    """They will be written `before` the visit; none: nothing is kept to write to the person."""

    reference: str
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """Whether an earlier slot is looked for, and the one that is kept for the person now."""

    reference: str
    waits: bool
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class EarlierGone:
    """The offered slot could not be had any more; the appointment is as it was."""

    reference: str


@dataclass(frozen=True, slots=True)
class NowCancelled:
    """The visit is no more: by the partner, or by who has its code."""

    reference: str
    by_partner: bool


@dataclass(frozen=True, slots=True)
class NowMoved:
    """The visit is at this time now."""

    reference: str
    starts: datetime
    ends: datetime
    by_partner: bool


@dataclass(frozen=True, slots=True)
class Reminded:
    """The time for a reminder has come: `which` of `moments.BEFORE`."""

    reference: str
    which: str


@dataclass(frozen=True, slots=True)
class Erased:
    """Everything stored of this person is gone."""


Outcome: TypeAlias = (
    SlotsFound | Booked | SlotTaken | BookingFailed | Cancelled | CancelFailed | Erased
    | Found | Told | NotTold | RemindersSet | Waits | EarlierGone
    | NowCancelled | NowMoved | Reminded
)  # fmt: skip
Said: TypeAlias = (
    Pressed | Asked | Number | Chosen | Places | Code | Topics | Doubtful | InDanger | PerhapsInDanger | Puzzled
    | Spoken
)  # fmt: skip
Event: TypeAlias = Said | Outcome
