"""What every page is made of, and what a press comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias, TypeVar

from bot.conversation.effects import Effect
from bot.conversation.labels import shortened
from bot.conversation.messages import Block, Button, Wants
from bot.conversation.scene import Scene
from bot.conversation.state import State

MOST: Final = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """A prompt before the rows that every prompt has."""

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    standing: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    wants: Wants = "nothing"


@dataclass(frozen=True, slots=True)
class Move:
    """Where a press or a wish leads, and what it wants done outside."""

    state: State
    effects: tuple[Effect, ...] = field(default=())


Draw: TypeAlias = Callable[[Scene], Page]


class Action(NamedTuple):
    """What a button means: a verb and what it is about."""

    verb: str
    of: str = ""


Press: TypeAlias = Callable[[Scene, Action], Move | None]
"""None for a button that this page does not have."""


def nothing(_scene: Scene, _pressed: Action) -> Move | None:
    """A page whose buttons all lead elsewhere."""
    return None


def text(words: str) -> Block:
    return Block("text", words)


def title(words: str) -> Block:
    return Block("title", words)


def item(words: str) -> Block:
    return Block("item", words)


def note(words: str) -> Block:
    return Block("note", words)


def button(label: str, action: str) -> Button:
    return Button(shortened(label), action)


def main(label: str, action: str) -> Button:
    """What most people should do next on this page."""
    return Button(shortened(label), action, main=True)


def numbered(labels: Sequence[str], verb: str, start: int = 0) -> tuple[Button, ...]:
    return tuple(button(label, f"{verb}:{index}") for index, label in enumerate(labels, start))


def at(things: Sequence[T], index: str) -> T | None:
    """The thing with this number, as an action names it; None when there is none."""
    number = int(index) if index.isascii() and index.isdigit() and len(index) < MOST else len(things)
    return things[number] if number < len(things) else None


def leaf(of: str, count: int, each: int) -> int:
    """The number of a leaf of a long list, as a page names it; the first one when it does not exist."""
    number = int(of) if of.isascii() and of.isdigit() and len(of) < MOST else 0
    return number if number * each < count else 0


def following(current: int, count: int, each: int) -> int:
    """The next leaf; after the last one the first again."""
    return current + 1 if (current + 1) * each < count else 0
