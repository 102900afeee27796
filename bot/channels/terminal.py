"""The conversation in a terminal: a line is a button's letter, a button's label, or free words."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from string import ascii_lowercase
from textwrap import fill
from typing import Final

from bot.conversation.messages import Block, Button, Message, Prompt, Reply
from bot.conversation.phrases import Phrases
from bot.dialogue import Incoming, Person, Press, Talks, Text
from bot.folding import fold

_WIDTH: Final = 88
_MARKS: Final = {"yes": "✓", "no": "✗", "open": "?", "": "-"}
_COMMENT: Final = "#"
_HERE: Final = Person("terminal", "terminal")


@dataclass(frozen=True)
class Terminal:
    """One person at one terminal. `write` takes a text of one or more lines."""

    talks: Talks
    phrases: Mapping[str, Phrases]
    write: Callable[[str], None]
    person: Person = _HERE

    async def converse(self, lines: AsyncIterator[str], language: str, *, echo: bool) -> Reply:
        """Show the greeting, then take line after line. `echo` writes the person's lines too."""
        reply = await self._begin(language)
        self.write(rendered(reply, self._say(reply)))
        async for line in lines:
            if echo:
                self.write(f"\n> {line}\n")
            reply = await self.talks.turn(self.person, meant(line, reply.prompt))
            self.write(rendered(reply, self._say(reply)))
        return reply

    async def _begin(self, language: str) -> Reply:
        reply = await self.talks.show(self.person)
        if reply.language == language:
            return reply
        return await self.talks.turn(self.person, Press(reply.prompt.id, f"lang:{language}"))

    def _say(self, reply: Reply) -> Phrases:
        return self.phrases.get(reply.language) or next(iter(self.phrases.values()))


async def run(
    talks: Talks,
    phrases: Mapping[str, Phrases],
    person: Person = _HERE,
    *,
    language: str = "fr",
    script: Iterable[str] | None = None,
) -> None:
    """Converse on standard input and output, or play a script: one message or button label a line."""
    terminal = Terminal(talks, phrases, _write, person)
    if script is not None:
        await terminal.converse(_played(script), language, echo=True)
        return
    reply = await terminal.converse(_typed(), language, echo=False)
    _write(phrases[reply.language].say("terminal.goodbye"))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def _played(script: Iterable[str]) -> AsyncIterator[str]:
    for line in script:
        if (words := line.strip()) and not words.startswith(_COMMENT):
            yield words


async def _typed() -> AsyncIterator[str]:
    """What is typed, until the end of input."""
    while line := await asyncio.to_thread(_asked):
        yield line.rstrip("\n")


def _asked() -> str:
    sys.stdout.write("> ")
    sys.stdout.flush()
    return sys.stdin.readline()


# --- reading ------------------------------------------------------------------------------------------------


def meant(line: str, prompt: Prompt) -> Incoming:
    """A button's letter or label, where it is one; else words. Figures are words where a number is asked."""
    buttons = list(chain(prompt.buttons, prompt.standing, prompt.menu))
    typed = line.strip().lower()
    if len(typed) == 1 and (place := ascii_lowercase.find(typed)) in range(len(buttons)):
        return Press(prompt.id, buttons[place].action)
    if (
        prompt.wants != "number"
        and typed.isascii()
        and typed.isdigit()
        and 0 < int(typed[:3]) <= len(buttons)
    ):
        return Press(prompt.id, buttons[int(typed[:3]) - 1].action)
    named = next((button for button in buttons if fold(line) and fold(button.label) == fold(line)), None)
    return Press(prompt.id, named.action) if named else Text(line)


# --- writing ------------------------------------------------------------------------------------------------


def rendered(reply: Reply, phrases: Phrases) -> str:
    """A reply as text: what is said once, then the prompt with its buttons."""
    said = [_message(message) for message in (*reply.notices, reply.prompt)]
    files = [f"[{file.name}]" for file in reply.files]
    return "\n\n".join(part for part in (*said, *files, _buttons(reply.prompt, phrases)) if part) + "\n"


def _message(message: Message) -> str:
    lines: list[str] = ["!"] if message.urgent else []
    for block in message.blocks:
        if block.kind == "title" and lines:
            lines.append("")
        lines.append(_block(block))
    return "\n".join(lines)


def _block(block: Block) -> str:
    match block.kind:
        case "title":
            return f"{block.text}\n{'─' * min(len(block.text), _WIDTH)}"
        case "item":
            return _wrapped(block.text, f"  {_MARKS[block.mark]} ")
        case "note":
            return _wrapped(block.text, "  ")
        case "code":
            return f"    {block.text}"
        case "link":
            shown = block.href.startswith("https:") and block.href not in block.text
            return f"{block.text}\n  {block.href}" if shown else block.text
        case _:
            return _wrapped(block.text, "")


def _wrapped(text: str, before: str) -> str:
    first, *rest = text.split("\n") or [""]
    margin = " " * len(before)
    lines = [(first, before), *((line, margin) for line in rest)]
    return "\n".join(
        fill(line, _WIDTH, initial_indent=start, subsequent_indent=margin, break_on_hyphens=False)
        for line, start in lines
    )


def _buttons(prompt: Prompt, phrases: Phrases) -> str:
    letters = iter(ascii_lowercase)
    choices = [f"  {next(letters)}) {_box(button)}{button.label}" for button in prompt.buttons]
    standing = "   ".join(f"{next(letters)}) {button.label}" for button in prompt.standing)
    menu = "   ".join(f"{next(letters)}) {button.label}" for button in prompt.menu)
    lines = [*choices, f"  {standing}" if standing else ""]
    lines.append("  " + phrases.say("terminal.menu", menu=menu) if menu else "")
    return "\n".join(line for line in lines if line)


def _box(button: Button) -> str:
    return "" if button.ticked is None else "[x] " if button.ticked else "[ ] "
