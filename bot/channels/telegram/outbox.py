"""Calls to the Bot API that are repeated until they are through, as long as that makes sense."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from telegram import Bot, CallbackQuery, LinkPreviewOptions
from telegram import Message as Sent
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.pages import LIMIT, length
from bot.channels.telegram.rendering import Bubble
from bot.conversation.messages import File

WAITS: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before each further attempt when the Bot API fails: a bit over a minute in all."""
REMEMBERED: Final = 10_000
"""Chats whose newest question we can find again, while this process lives: it only serves tidiness."""
_NO_PREVIEW: Final = LinkPreviewOptions(
    is_disabled=True
)  # nobody pays data for a picture they did not ask for
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Outbox:
    """Raises telegram.error.Forbidden when the person blocked the bot, TelegramError when it gave up."""

    def __init__(self, bot: Bot, waits: tuple[float, ...] = WAITS) -> None:
        self._bot = bot
        self._waits = waits
        self._asked: dict[int, int] = {}  # by chat: the message with the newest question's buttons

    async def send(self, chat: int, bubble: Bubble) -> int:
        """The id of the message."""
        sent = await self.insist(
            lambda: self._bot.send_message(
                chat,
                bubble.html,
                parse_mode=ParseMode.HTML,
                reply_markup=bubble.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        )
        return sent.message_id

    async def ask(self, chat: int, bubble: Bubble) -> None:
        """Send what waits for an answer; the question before it, answered in words, loses its buttons."""
        message = await self.send(chat, bubble)
        earlier = self._asked.pop(chat, None)
        if bubble.keyboard:
            self._asked[chat] = message
        if len(self._asked) > REMEMBERED:
            self._asked.pop(next(iter(self._asked)))
        if earlier:
            await self._if_possible(self._bot.edit_message_reply_markup(chat, earlier))

    async def hand(self, chat: int, file: File) -> None:
        await self.insist(lambda: self._bot.send_document(chat, file.content, filename=file.name))

    async def say(self, chat: int, sentence: str) -> None:
        await self.insist(lambda: self._bot.send_message(chat, sentence))

    async def leave(self, chat: int) -> None:
        await self.insist(lambda: self._bot.leave_chat(chat))

    async def typing(self, chat: int) -> None:
        await self._if_possible(self._bot.send_chat_action(chat, ChatAction.TYPING))

    async def acknowledge(self, query: CallbackQuery | None) -> None:
        """Stop the button's spinner. Telegram refuses after a while: then it has stopped by itself."""
        if query:
            await self._if_possible(query.answer())

    async def replace(self, query: CallbackQuery, bubble: Bubble) -> bool:
        """Show this in place of the message whose button was pressed. False when Telegram won't."""
        return await self._if_possible(
            query.edit_message_text(
                bubble.html,
                parse_mode=ParseMode.HTML,
                reply_markup=bubble.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        )

    async def close(self, query: CallbackQuery, note: str) -> None:
        """Take the keyboard away from the pressed message, and write the note (HTML) under its text."""
        if not isinstance(query.message, Sent) or query.message.reply_markup is None:
            return
        if self._asked.get(query.message.chat_id) == query.message.message_id:
            del self._asked[query.message.chat_id]
        text = _text_html(query.message)
        if text and note and length(text) + length(note) < LIMIT:
            await self.replace(query, Bubble(f"{text}\n\n{note}"))
        else:
            await self._if_possible(query.edit_message_reply_markup(None))

    async def insist(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The call's answer, after as many attempts as it takes; at 429 Telegram says how long to wait."""
        for wait in self._waits:
            try:
                return await call()
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except BadRequest:
                raise
            except NetworkError:
                await asyncio.sleep(wait)
        return await call()

    async def _if_possible(self, call: Awaitable[object]) -> bool:
        """For what only makes the chat nicer: one attempt."""
        try:
            await call
        except TelegramError as error:
            _log.info("a courtesy call failed: %s", type(error).__name__)
            return False
        return True


def seconds(error: RetryAfter) -> float:
    """How long Telegram tells us to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, int) else wait.total_seconds()


def _text_html(message: object) -> str:
    """The text of a message as HTML; empty for one that has none or that Telegram no longer shows us."""
    return message.text_html if isinstance(message, Sent) and message.text else ""
