"""A reply as Telegram messages: HTML that Telegram reads, keyboards, and nothing too long."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.pages import LIMIT, cut, length, pack
from bot.channels.telegram.reading import HERE
from bot.channels.telegram.wording import Wording
from bot.conversation.messages import Block, BlockKind, Button, Message, Prompt, Reply

SCREEN: Final = 1200
"""Characters that fit a phone's screen: short messages are joined up to that, so that few are sent."""
ROW: Final = 42
"""Characters that fit one row of buttons on a phone of 360 pixels."""
_AROUND: Final[dict[BlockKind, str]] = {
    "title": "<b>{}</b>",
    "text": "{}",
    "item": "{}",
    "note": "<i>{}</i>",
    "link": "{}",
    "code": "<code>{}</code>",
}
_GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One Telegram message."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """`seen` is what Telegram counts; `urgent` ones are never joined with others."""

    html: str
    seen: str
    close: bool = False  # an item: follows its neighbour without a gap

    def size(self) -> int:
        return length(self.seen) + len(_GAP)


def bubbles(reply: Reply, wording: Wording) -> list[Bubble]:
    """The reply's messages in order; the keyboard stands under the last one."""
    notices = [notice for notice in reply.notices if not notice.urgent]
    urgent = [notice for notice in reply.notices if notice.urgent]
    farewell = [Message((Block("note", wording.erased),))] if reply.erased else []
    pages = [page for message in urgent for page in _pages([message], wording)]
    pages += _pages([*notices, *farewell, reply.prompt], wording)
    done = [Bubble(_join(page)) for page in pages]
    return [*done[:-1], replace(done[-1], keyboard=keyboard(reply.prompt, wording))] if done else []


def alone(messages: list[Message], wording: Wording) -> list[Bubble]:
    """Messages that nothing stands beside."""
    return [Bubble(_join(page)) for page in _pages(messages, wording)]


def keyboard(prompt: Prompt, wording: Wording) -> InlineKeyboardMarkup | None:
    """One choice a row, then the standing row; the menu stands in Telegram's own commands menu."""
    shown = [*([button] for button in prompt.buttons), *_side_by_side(prompt.standing)]
    rows = [[_button(prompt.id, button, wording) for button in row] for row in shown]
    if prompt.wants == "place":
        rows.append([_button(prompt.id, Button(wording.here, HERE), wording)])
    return InlineKeyboardMarkup(rows) if rows else None


def _side_by_side(buttons: tuple[Button, ...]) -> Iterator[list[Button]]:
    """Buttons beside each other as long as a phone shows all their words (each gets an equal part of the row)."""
    row: list[Button] = []
    for button in buttons:
        longest = max(len(each.label) for each in (*row, button))
        if row and (button.main or row[-1].main or longest * (len(row) + 1) > ROW):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def answers(reply: Reply, wording: Wording) -> Bubble:
    """The answers given so far, each a button that corrects it."""
    if not reply.trail:
        return Bubble(html.escape(wording.no_answers, quote=False))
    labels = {
        given.action: wording.answer.format(label=given.label, answer=given.answer) for given in reply.trail
    }
    rows = [[_button(reply.prompt.id, Button(label, action), wording)] for action, label in labels.items()]
    return Bubble(html.escape(wording.answers, quote=False), InlineKeyboardMarkup(rows))


def _button(prompt_id: str, button: Button, wording: Wording) -> InlineKeyboardButton:
    box = "" if button.ticked is None else wording.boxes["ticked" if button.ticked else "empty"] + " "
    return InlineKeyboardButton(box + button.label, callback_data=f"{prompt_id}:{button.action}")


def _pages(messages: list[Message], wording: Wording) -> list[list[_Paragraph]]:
    """Whole messages joined while they fit a screen; one that is too long for Telegram cut between blocks."""
    written = [_paragraphs(message, wording) for message in messages]
    screens = pack([paragraphs for paragraphs in written if paragraphs], _size, SCREEN)
    joined = [[paragraph for message in screen for paragraph in message] for screen in screens]
    return [page for screen in joined for page in pack(screen, _Paragraph.size, LIMIT)]


def _size(paragraphs: list[_Paragraph]) -> int:
    return sum(paragraph.size() for paragraph in paragraphs)


def _paragraphs(message: Message, wording: Wording) -> list[_Paragraph]:
    return [part for block in message.blocks for part in _parts(block, wording)]


def _parts(block: Block, wording: Wording) -> Iterator[_Paragraph]:
    sign = wording.marks.get(block.mark, "•") + " " if block.kind == "item" else ""
    room = LIMIT - length(sign) - len(_GAP)
    for number, part in enumerate(cut(block.text.strip(), room)):
        sign = sign if number == 0 else ""
        if part:
            yield _Paragraph(sign + _formatted(block, part), sign + part, close=block.kind == "item")


def _formatted(block: Block, text: str) -> str:
    name = block.name if text.startswith(block.name) else ""
    inside = html.escape(text[len(name) :], quote=False)
    inside = f"<b>{html.escape(name, quote=False)}</b>{inside}" if name else inside
    if block.kind == "link" and block.href.startswith("https:"):  # phones find numbers by themselves
        return f'<a href="{html.escape(block.href)}">{inside}</a>'
    return _AROUND[block.kind].format(inside)


def _join(page: list[_Paragraph]) -> str:
    written = page[0].html
    for before, paragraph in pairwise(page):
        written += ("\n" if before.close and paragraph.close else _GAP) + paragraph.html
    return written
