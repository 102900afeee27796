"""Calls to the Bot API: in their time, and repeated until they are through, as long as that makes sense."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from telegram import (
    Bot,
    CallbackQuery,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram import Message as Sent
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.pacing import AT_MOST, Pace
from bot.channels.telegram.pages import LIMIT, length
from bot.channels.telegram.rendering import Bubble
from bot.conversation.messages import File
from bot.dialogue import NotNow
from bot.storage.lines import Line

WAITS: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each further attempt when the Bot API fails; after that the update comes again."""
GAP: Final = 1.0
"""Seconds between two messages to one chat: Telegram allows no more for long."""
_NO_PREVIEW: Final = LinkPreviewOptions(
    is_disabled=True
)  # nobody pays data for a picture they did not ask for
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Outbox:
    """Raises telegram.error.Forbidden when the person blocked the bot, `NotNow` when Telegram wants to wait for
    long or does not answer, BadRequest when it refuses what we send.
    """

    def __init__(self, bot: Bot, pace: Pace, waits: tuple[float, ...] = WAITS, gap: float = GAP) -> None:
        self._bot = bot
        self._pace = pace
        self._waits = waits
        self._gap = gap
        self._refused = ("", 0.0)  # the chat for which Telegram last told us to wait, and until when

    async def send(self, chat: int, bubble: Bubble, line: Line) -> int:
        """The id of the message."""
        sent = await self._insist(
            lambda: self._bot.send_message(
                chat,
                bubble.html,
                parse_mode=ParseMode.HTML,
                reply_markup=bubble.keyboard,
                link_preview_options=_NO_PREVIEW,
            ),
            line,
        )
        return sent.message_id

    async def ask(self, chat: int, bubble: Bubble, line: Line) -> None:
        """Send what waits for an answer; the question before it, answered in words, loses its buttons."""
        message = await self.send(chat, bubble, line)
        earlier, line.asked = line.asked, message if bubble.keyboard else None
        if earlier:
            await self._if_possible(self._bot.edit_message_reply_markup(chat, earlier))

    async def hand(self, chat: int, file: File, line: Line) -> None:
        document = InputFile(file.content, filename=file.name)
        await self._insist(lambda: self._bot.send_document(chat, document), line)

    async def say(self, chat: int, sentence: str, line: Line, *, where: str = "") -> None:
        """`where`: what stands on the button that shows us where the person is; `thank` takes it away."""
        button = KeyboardButton(where, request_location=True)
        keyboard = (
            ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True) if where else None
        )
        await self._insist(lambda: self._bot.send_message(chat, sentence, reply_markup=keyboard), line)

    async def discard(self, chat: int, message: int) -> None:
        """Take what somebody wrote out of the chat, on their side too."""
        await self._if_possible(self._bot.delete_message(chat, message))

    async def thank(self, chat: int, sentence: str, line: Line) -> None:
        """As `say`, and the button that `where` names goes away."""
        gone = ReplyKeyboardRemove()
        await self._insist(lambda: self._bot.send_message(chat, sentence, reply_markup=gone), line)

    async def leave(self, chat: int) -> None:
        await self._if_possible(self._bot.leave_chat(chat))

    async def typing(self, chat: int) -> None:
        await self._if_possible(self._bot.send_chat_action(chat, ChatAction.TYPING))

    async def acknowledge(self, query: CallbackQuery | None) -> None:
        """Stop the button's spinner. Telegram refuses after a while: then it has stopped by itself."""
        if query:
            await self._if_possible(query.answer())

    async def replace(self, query: CallbackQuery, bubble: Bubble, *, again: bool = False) -> bool:
        """Show this in place of the message whose button was pressed. False when Telegram won't; where it may
        have been done before (`again`), a message that would not change is as it should be.
        """
        edit = query.edit_message_text(
            bubble.html,
            parse_mode=ParseMode.HTML,
            reply_markup=bubble.keyboard,
            link_preview_options=_NO_PREVIEW,
        )
        return await self._if_possible(edit, unless="not modified" if again else "")

    async def close(self, query: CallbackQuery, note: str, line: Line) -> None:
        """Take the keyboard away from the pressed message, and write the note (HTML) under its text."""
        if not isinstance(query.message, Sent) or query.message.reply_markup is None:
            return
        if line.asked == query.message.message_id:
            line.asked = None
        text = _text_html(query.message)
        if text and note and length(text) + length(note) < LIMIT:
            await self.replace(query, Bubble(f"{text}\n\n{note}"))
        else:
            await self._if_possible(query.edit_message_reply_markup(None))

    async def _insist(self, call: Callable[[], Awaitable[Answer]], line: Line) -> Answer:
        """The call's answer, after as many attempts as it takes; at 429 Telegram says how long to wait."""
        for wait in (*self._waits, None):
            try:
                return await self._in_time(call, line)
            except RetryAfter as error:
                await self._rest(line, seconds(error))
            except BadRequest:
                raise
            except NetworkError as error:
                if wait is None:
                    raise NotNow from error
                await asyncio.sleep(wait)
        raise NotNow

    async def _in_time(self, call: Callable[[], Awaitable[Answer]], line: Line) -> Answer:
        """One attempt, when this chat and all of them together may be written to again."""
        wait = line.ready_at / 1000 - time.time()
        if wait > AT_MOST:
            raise NotNow
        await asyncio.sleep(max(0.0, wait))
        await self._pace.turn()
        answer = await call()
        line.ready_at = int((time.time() + self._gap) * 1000)
        return answer

    async def _rest(self, line: Line, wait: float) -> None:
        """Telegram named a chat's limit or that of all: when a second chat is refused, it means all."""
        until = time.time() + wait
        line.ready_at = int(until * 1000)
        chat, before = self._refused
        if chat != line.name and before > time.time():
            await self._pace.rest(wait)
        self._refused = (line.name, until)

    async def _if_possible(self, call: Awaitable[object], unless: str = "") -> bool:
        """For what only makes the chat nicer: one attempt."""
        try:
            await call
        except TelegramError as error:
            _log.info("a courtesy call failed: %s", type(error).__name__)
            return bool(unless) and unless in str(error)
        return True


def seconds(error: RetryAfter) -> float:
    """How long Telegram tells us to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, int) else wait.total_seconds()


def _text_html(message: object) -> str:
    """The text of a message as HTML; empty for one that has none or that Telegram no longer shows us."""
    return message.text_html if isinstance(message, Sent) and message.text else ""
