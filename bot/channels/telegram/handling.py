"""One update: from what Telegram delivered to everything that was sent about it."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
from collections.abc import Iterator
from typing import Final

from telegram import CallbackQuery, Update
from telegram import Message as Sent
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.reading import Crowd, Gone, Locate, Meaning, Review, Talk, chat_of, read
from bot.channels.telegram.rendering import Bubble, alone, answers, bubbles
from bot.channels.telegram.wording import Wording
from bot.conversation.messages import Reply
from bot.dialogue import Exchange, NotNow, Person, Talks, Unreachable
from bot.failures import described
from bot.storage.lines import Line

SLOW: Final = 0.8
"""Seconds after which a person should see that we are at work."""
_log = logging.getLogger(__name__)


class Handler:
    """Carries one update; different chats at once."""

    def __init__(self, talks: Talks, outbox: Outbox, wording: Wording) -> None:
        self._talks = talks
        self._outbox = outbox
        self._wording = wording

    async def handle(self, update: Update) -> None:
        """Everything that the update asks for. When this returns, Telegram may forget the update. Raises
        `NotNow` when it must deliver it again.
        """
        meaning = read(update, self._wording)
        try:
            await self._follow(meaning, chat_of(update), str(update.update_id))
        except Forbidden:
            if isinstance(meaning, Talk | Review | Locate):
                await self._forget(meaning.person)
        except NotNow:
            raise
        except Exception as error:  # noqa: BLE001 - one person's trouble must not stop the others
            _log.error("an update failed: %s", described(error))

    async def push(self, person: Person, reply: Reply, line: Line) -> None:
        """Write first. Raises `Unreachable` when the person blocked the bot, `NotNow` when it must be later."""
        try:
            written = bubbles(reply, self._wording.speaking(reply.language))
            await self._send(reply, written, int(person.id), line)
        except Forbidden:
            raise Unreachable from None

    async def _follow(self, meaning: Meaning, chat: int, delivery: str) -> None:
        match meaning:
            case Talk() as talk:
                await self._talk(talk, chat, delivery)
            case Review(person):
                await self._review(person, chat, delivery)
            case Locate(person):
                await self._invite(person, chat, delivery)
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
        try:
            async with self._talks.exchange(talk.person, delivery) as exchange:
                await self._settle(exchange, talk.query, chat)
                if not exchange.known:
                    reply = await self._turn(talk, chat, exchange)
                    with _saying(exchange):
                        await self._drop_position(talk, chat, reply, exchange.line)
                        await self._show(reply, talk.query, chat, exchange.line)
        except NotNow:
            await self._first_aid(talk, chat)
            raise
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - a person never sees an exception, but never silence either
            _log.error("an update failed: %s", described(error))
            await self._outbox.say(chat, self._wording.trouble, Line(talk.person.id))

    async def _settle(self, exchange: Exchange, query: CallbackQuery | None, chat: int) -> None:
        """Say what was decided before and never said, for all we know."""
        if owed := exchange.owed:
            with _saying(exchange):
                await self._show(owed, query if exchange.known else None, chat, exchange.line, again=True)

    async def _turn(self, talk: Talk, chat: int, exchange: Exchange) -> Reply:
        courtesy = asyncio.create_task(self._typing_when_slow(chat))
        try:
            return await exchange.take(talk.incoming)
        finally:
            courtesy.cancel()
            await asyncio.gather(courtesy, return_exceptions=True)

    async def _typing_when_slow(self, chat: int) -> None:
        await asyncio.sleep(SLOW)
        await self._outbox.typing(chat)

    async def _first_aid(self, talk: Talk, chat: int) -> None:
        """Whatever is wrong on our side, somebody in danger gets their number now."""
        reply = self._talks.first_aid(talk.person, talk.incoming)
        if reply:
            urgent = [notice for notice in reply.notices if notice.urgent]
            for bubble in alone(urgent, self._wording.speaking(reply.language)):
                with contextlib.suppress(TelegramError, NotNow):
                    await self._outbox.send(chat, bubble, Line(talk.person.id))

    async def _show(
        self, reply: Reply, query: CallbackQuery | None, chat: int, line: Line, *, again: bool = False
    ) -> None:
        wording = self._wording.speaking(reply.language)
        written = bubbles(reply, wording)
        if query is None or _stays(query, reply):
            here = query if len(written) == 1 else None
            in_place = here and await self._outbox.replace(here, written[0], again=again)
            await self._send(reply, [] if in_place else written, chat, line)
            return
        note = "" if reply.stale else _chosen(query, wording)
        closing = asyncio.create_task(self._outbox.close(query, note, line))
        try:
            await self._send(reply, written, chat, line)
        finally:
            await closing

    async def _send(self, reply: Reply, written: list[Bubble], chat: int, line: Line) -> None:
        for bubble in written[:-1]:
            await self._outbox.send(chat, bubble, line)
        for bubble in written[-1:]:
            await self._outbox.ask(chat, bubble, line)
        for file in reply.files:
            await self._outbox.hand(chat, file, line)

    async def _review(self, person: Person, chat: int, delivery: str) -> None:
        async with self._talks.exchange(person, delivery) as exchange:
            if not exchange.known:
                await self._settle(exchange, None, chat)
            reply = exchange.owed if exchange.known else await exchange.take(None)
            if reply:
                with _saying(exchange):
                    await self._outbox.send(
                        chat, answers(reply, self._wording.speaking(reply.language)), exchange.line
                    )

    async def _invite(self, person: Person, chat: int, delivery: str) -> None:
        """Only this button lets a device say where it is, and it cannot stand beside others."""
        async with self._talks.exchange(person, delivery) as exchange:
            if not exchange.known:
                await self._settle(exchange, None, chat)
            reply = exchange.owed if exchange.known else await exchange.take(None)
            if reply:
                say = self._wording.speaking(reply.language)
                with _saying(exchange):
                    await self._outbox.say(chat, say.here_ask, exchange.line, where=say.here_button)

    async def _drop_position(self, talk: Talk, chat: int, reply: Reply, line: Line) -> None:
        if talk.discard:
            await self._outbox.discard(chat, talk.discard)
            await self._outbox.thank(chat, self._wording.speaking(reply.language).here_thanks, line)

    async def _leave(self, chat: int, *, may_write: bool) -> None:
        try:
            if may_write:
                await self._outbox.say(chat, self._wording.groups, Line(str(chat)))
        finally:
            await self._outbox.leave(chat)


def _chosen(query: CallbackQuery, wording: Wording) -> str:
    label = _label(query)
    return f"<b>{html.escape(wording.chosen.format(label=label), quote=False)}</b>" if label else ""


@contextlib.contextmanager
def _saying(exchange: Exchange) -> Iterator[None]:
    """What Telegram refuses will be refused again: it counts as said, or it would stand in the way for ever."""
    try:
        yield
    except BadRequest:
        exchange.said()
        raise
    exchange.said()


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
