"""Long polling: updates in, each handled once to its end before Telegram is told to forget it.

Telegram's queue is the only one: no text is ever written down on our side. If this process dies, Telegram
delivers again what was not confirmed, and `Talks.turn` recognises by its `delivery` what was already taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import Final

from telegram import Update
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.outbox import seconds
from bot.channels.telegram.queue import Queue
from bot.channels.telegram.registering import introduce
from bot.channels.telegram.updates import Updates

LONG: Final = 25
"""Seconds that Telegram may hold a request for updates open."""
GRACE: Final = 8.0
"""Seconds that turns under way get to end when we stop."""
_log = logging.getLogger(__name__)


class Poller:
    """Long polling for one bot. Telegram allows one poller a bot."""

    def __init__(self, telegram: Telegram, grace: float = GRACE) -> None:
        self._telegram = telegram
        self._updates = Updates(telegram.bot)
        self._grace = grace
        self._queue = Queue(telegram.handle, telegram.acknowledge)

    async def run(self) -> None:
        """Until cancelled; then turns under way get `grace` seconds. Raises `TokenRefusedError` at the start."""
        try:
            await self._patiently(self._introduce)
            while True:
                await self._patiently(self._round)
        finally:
            await self._queue.finish(self._grace)
            await self._farewell()

    async def _introduce(self) -> None:
        """A webhook excludes polling, so it ends."""
        await introduce(self._telegram.bot, self._telegram.wording)
        await self._telegram.bot.delete_webhook()

    async def _round(self) -> None:
        self._queue.add(await self._fetch())
        await self._queue.breathe()

    async def _patiently(self, doing: Callable[[], Awaitable[None]]) -> None:
        """Again and again until it succeeds: Telegram out of reach must not end the web beside us."""
        for wait in chain(self._telegram.waits, repeat(self._telegram.waits[-1])):
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
            await self._telegram.close()
