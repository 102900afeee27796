"""One update: from what Telegram delivered to everything that was sent about it."""

from __future__ import annotations

import asyncio
import html
import logging
from typing import Final

from telegram import CallbackQuery, Update
from telegram import Message as Sent
from telegram.error import Forbidden, TelegramError

from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.reading import Crowd, Gone, Meaning, Review, Talk, chat_of, read
from bot.channels.telegram.rendering import Bubble, answers, bubbles
from bot.channels.telegram.wording import Wording
from bot.conversation.messages import Reply
from bot.dialogue import Person, Talks, Unreachable
from bot.failures import described

SLOW: Final = 0.8
"""Seconds after which a person should see that we are at work."""
_log = logging.getLogger(__name__)


class Handler:
    """Carries one update at a time of a chat; different chats at once. Never raises."""

    def __init__(self, talks: Talks, outbox: Outbox, wording: Wording) -> None:
        self._talks = talks
        self._outbox = outbox
        self._wording = wording

    async def handle(self, update: Update) -> None:
        """Everything that the update asks for. When this returns, Telegram may forget the update."""
        meaning = read(update, self._wording)
        try:
            await self._follow(meaning, chat_of(update), str(update.update_id))
        except Forbidden:
            if isinstance(meaning, Talk | Review):
                await self._forget(meaning.person)
        except Exception as error:  # noqa: BLE001 - one person's trouble must not stop the others
            _log.error("an update failed: %s", described(error))

    async def push(self, person: Person, reply: Reply) -> None:
        """Write first. Raises `Unreachable` when the person blocked the bot, TelegramError when it gave up."""
        try:
            await self._send(reply, bubbles(reply, self._wording), int(person.id))
        except Forbidden:
            raise Unreachable from None

    async def _follow(self, meaning: Meaning, chat: int, delivery: str) -> None:
        match meaning:
            case Talk() as talk:
                await self._talk(talk, chat, delivery)
            case Review(person):
                await self._review(person, chat)
            case Gone(person):
                await self._forget(person)
            case Crowd(crowd, may_write):
                await self._leave(crowd, may_write=may_write)

    async def _forget(self, person: Person) -> None:
        try:
            await self._talks.forget(person)
        except Exception as error:  # noqa: BLE001 - the purge erases them after their term
            _log.error("somebody who left could not be erased at once: %s", described(error))

    async def _talk(self, talk: Talk, chat: int, delivery: str) -> None:
        courtesy = asyncio.create_task(self._outbox.acknowledge(talk.query))
        try:
            reply = await self._turn(talk, chat, delivery)
            await self._show(reply, talk.query, chat)
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - a person never sees an exception, but never silence either
            _log.error("an update failed: %s", described(error))
            await self._outbox.say(chat, self._wording.trouble)
        finally:
            await courtesy

    async def _turn(self, talk: Talk, chat: int, delivery: str) -> Reply:
        turn = asyncio.ensure_future(self._talks.turn(talk.person, talk.incoming, delivery=delivery))
        done, _ = await asyncio.wait([turn], timeout=SLOW)
        if not done:
            await self._outbox.typing(chat)
        return await turn

    async def _show(self, reply: Reply, query: CallbackQuery | None, chat: int) -> None:
        written = bubbles(reply, self._wording)
        if query is None or _stays(query, reply):
            in_place = query and len(written) == 1 and await self._outbox.replace(query, written[0])
            await self._send(reply, [] if in_place else written, chat)
            return
        closing = asyncio.create_task(self._outbox.close(query, "" if reply.stale else self._chosen(query)))
        try:
            await self._send(reply, written, chat)
        finally:
            await closing

    async def _send(self, reply: Reply, written: list[Bubble], chat: int) -> None:
        for bubble in written[:-1]:
            await self._outbox.send(chat, bubble)
        for bubble in written[-1:]:
            await self._outbox.ask(chat, bubble)
        for file in reply.files:
            await self._outbox.hand(chat, file)

    async def _review(self, person: Person, chat: int) -> None:
        reply = await self._talks.show(person)
        await self._outbox.send(chat, answers(reply, self._wording))

    async def _leave(self, chat: int, *, may_write: bool) -> None:
        try:
            if may_write:
                await self._outbox.say(chat, self._wording.groups)
        finally:
            await self._outbox.leave(chat)

    def _chosen(self, query: CallbackQuery) -> str:
        label = _label(query)
        return f"<b>{html.escape(self._wording.chosen.format(label=label), quote=False)}</b>" if label else ""


def _stays(query: CallbackQuery, reply: Reply) -> bool:
    """The same prompt stands open, perhaps explained, or with one box more or less ticked."""
    prompt, _, action = (query.data or "").partition(":")
    boxes = {button.action for button in reply.prompt.buttons if button.ticked is not None}
    return prompt == reply.prompt.id or (action in boxes and not reply.stale)


def _label(query: CallbackQuery) -> str:
    """What stood on the pressed button."""
    markup = query.message.reply_markup if isinstance(query.message, Sent) else None
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    return next((button.text for button in buttons if button.callback_data == query.data), "")
