"""Long polling: updates in, each handled once to its end before Telegram is told to forget it.

Telegram's queue is the only one: no text is ever written down on our side. If this process dies, Telegram
delivers again what was not confirmed, and `Talks.turn` recognises by its `delivery` what was already taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, repeat
from typing import Final

from telegram import Bot, BotCommand, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram.handling import Handler
from bot.channels.telegram.outbox import WAITS, Outbox, seconds
from bot.channels.telegram.queue import Queue
from bot.channels.telegram.updates import Updates
from bot.channels.telegram.wording import Wording
from bot.conversation.messages import Reply
from bot.dialogue import Person, Talks

TELEGRAM: Final = "https://api.telegram.org"
LONG: Final = 25
"""Seconds that Telegram may hold a request for updates open."""
GRACE: Final = 10.0
"""Seconds that turns under way get to end when we stop."""
_log = logging.getLogger(__name__)


class TokenRefusedError(Exception):
    """Telegram does not know the bot token (CLAIRDROIT_TELEGRAM_TOKEN)."""


class Poller:
    """The Telegram channel of one bot. Tests give their own `api_url` and shorter `waits` and `grace`."""

    def __init__(
        self,
        talks: Talks,
        *,
        token: str,
        wording: Wording,
        api_url: str = TELEGRAM,
        waits: Sequence[float] = WAITS,
        grace: float = GRACE,
    ) -> None:
        http = HTTPXRequest(connection_pool_size=64, pool_timeout=30.0)
        self._bot = Bot(token, base_url=f"{api_url}/bot", request=http, get_updates_request=http)
        self._updates = Updates(self._bot)
        self._wording = wording
        self._waits = tuple(waits)
        self._grace = grace
        self._outbox = Outbox(self._bot, self._waits)
        self._handler = Handler(talks, self._outbox, wording)
        self._queue = Queue(self._handler.handle)

    async def run(self) -> None:
        """Until cancelled; then turns under way get `grace` seconds. Raises `TokenRefusedError` at the start."""
        try:
            await self._patiently(self._introduce)
            while True:
                await self._patiently(self._round)
        finally:
            await self._queue.finish(self._grace)
            await self._farewell()

    async def send(self, person: Person, reply: Reply) -> None:
        """As `bot.dialogue.Sends`."""
        await self._handler.push(person, reply)

    async def _introduce(self) -> None:
        """Say who we are, end any webhook (it excludes polling), and set the commands menu."""
        commands = [BotCommand(command.name, command.in_short) for command in self._wording.commands]
        try:
            await self._bot.initialize()
        except InvalidToken:  # its message holds the token
            raise TokenRefusedError("CLAIRDROIT_TELEGRAM_TOKEN was refused by Telegram") from None
        await self._bot.delete_webhook()
        await self._bot.set_my_commands(commands)

    async def _round(self) -> None:
        self._queue.add(await self._fetch())
        await self._queue.breathe()

    async def _patiently(self, doing: Callable[[], Awaitable[None]]) -> None:
        """Again and again until it succeeds: Telegram out of reach must not end the web beside us."""
        for wait in chain(self._waits, repeat(self._waits[-1])):
            try:
                await doing()
                break
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except TelegramError as error:
                _log.warning("Telegram does not answer as it should: %s", type(error).__name__)
                await asyncio.sleep(wait)

    async def _fetch(self) -> list[Update]:
        """The offset only confirms what is done; then it is left out: Telegram may start its numbers anew."""
        offset = self._queue.done_before()
        updates = await self._updates.fetch(offset, wait=0 if self._queue.busy else LONG)
        self._queue.confirmed(offset)
        return updates

    async def _farewell(self) -> None:
        """Confirm what was done meanwhile, so that it is not delivered again, and close the connections."""
        try:
            offset = self._queue.done_before()
            if offset is not None:
                await self._updates.fetch(offset, wait=0)
        except TelegramError as error:
            _log.warning("the last updates could not be confirmed: %s", type(error).__name__)
        finally:
            await self._bot.shutdown()
