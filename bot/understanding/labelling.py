"""One label for a text without a conversation around it: what `clairdroit understand` prints (DESIGN.md §6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.understanding.model import UNKNOWN
from bot.understanding.phrases import sound
from bot.understanding.reader import Reader
from bot.understanding.seen import Seen

WISHES: Final = (
    "book", "cancel", "reschedule", "human", "erase", "stop", "restart", "back", "why", "dont_know",
)  # fmt: skip
HALF: Final = 0.5  # votes for a topic that make it half sure, where no trained model is at hand
FAINT: Final = 0.15  # a share below which no topic is named


class Label(NamedTuple):
    """A label of DESIGN.md §6, and how sure it is: 1 for a listed phrase, below it the model's share."""

    name: str
    confidence: float


def label(reader: Reader, text: str) -> Label:
    """What a text is about, on its own."""
    sounds = sound(text)
    seen = reader.see(text)
    found = next(_certain(reader, sounds), None) or _in_danger(reader, seen, sounds)
    return found or (_guessed(reader, seen) if reader.model.there else _topic(reader, sounds))


def _in_danger(reader: Reader, seen: Seen, sounds: str) -> Label | None:
    """Danger that was learnt, where it is clear enough to be answered."""
    found = reader.danger(seen, sounds)
    return Label(found.kind, reader.ear.trained.guesses(seen)[0][1]) if found else None


def _guessed(reader: Reader, seen: Seen) -> Label:
    """The likeliest topic of the trained model, with its calibrated share; none where it sees hardly anything."""
    name, share = reader.model.guesses(seen)[0]
    return Label(name, share) if share >= FAINT else Label(UNKNOWN, 1 - share)


def _certain(reader: Reader, sounds: str) -> Iterator[Label]:
    kind = reader.crisis.find(sounds)
    if kind and not reader.crisis.is_far(sounds):
        yield Label(kind, 1.0)
    commands = reader.commands
    bare = commands.bare(sounds)
    known = {name: commands.wishes[name] for name in WISHES}
    listed = known | {"yes": commands.yes, "no": commands.no}
    yield from (Label(name, 1.0) for name, phrases in listed.items() if phrases.are(bare))


def _topic(reader: Reader, sounds: str) -> Label:
    scores = reader.topics.scores(sounds)
    best, votes = max(scores.items(), key=lambda pair: pair[1], default=(UNKNOWN, 0))
    sure = votes / scores.total() * votes / (votes + HALF) if votes else 0.0
    return Label(best, sure) if reader.topics.find(sounds) else Label(UNKNOWN, 1 - sure)
