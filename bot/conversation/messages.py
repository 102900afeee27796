"""What the assistant says, free of any channel: a few blocks of text and a few buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["title", "text", "item", "note", "link", "code"]
Mark = Literal["", "yes", "no", "open"]
Wants = Literal["nothing", "number", "place", "words"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. `mark` says met, not met or open beside an item; `href` is where a link leads
    (https: or tel:). `name` is what an item is about, the first words of `text`: a channel may set it off.
    """

    kind: BlockKind
    text: str
    mark: Mark = ""
    href: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is opaque ASCII of at most 40 characters; it means something only beside its prompt's `id`.
    `ticked` is None for an ordinary button, else the state of a box that can be ticked. `main` is what most people
    should do next: a channel makes it stand out.
    """

    label: str
    action: str
    ticked: bool | None = None
    main: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    blocks: tuple[Block, ...]
    urgent: bool = False  # a crisis answer: shown first and never folded away


@dataclass(frozen=True, slots=True)
class Prompt(Message):
    """The message that waits for an answer. A press carries `id` back, so that an old button is recognised.

    `buttons` are the choices (five at most); `standing` the row that is always there (I don't know, why,
    back, …); `menu` what a channel may tuck away (start again, erase, a person, language).
    `wants` says what may be typed instead.
    """

    id: str = ""
    buttons: tuple[Button, ...] = ()
    standing: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    wants: Wants = "nothing"


@dataclass(frozen=True, slots=True)
class File:
    """A document handed to the person, such as an .ics file."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer already given, for channels that can show the way so far; `action` corrects it. Answers of one
    message have the same `turn`, later ones a higher one. `no` says that it is a plain "no".
    """

    label: str
    answer: str
    action: str
    turn: int = 0
    no: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """All that one turn says: notices first, then the prompt that stands open.

    `language` is the language it is written in (BCP 47); `trail` the answers given so far.
    `erased`: all that was kept of the person is gone; a channel now drops what it holds itself (a cookie, old
    messages). `stale`: the button pressed belonged to an older prompt, and nothing was taken from it.
    """

    prompt: Prompt
    notices: tuple[Message, ...] = ()
    files: tuple[File, ...] = ()
    trail: tuple[Given, ...] = ()
    language: str = "fr"
    erased: bool = False
    stale: bool = False
