"""The updates that Telegram still remembers: one chat's in order, different chats at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from itertools import chain, repeat
from typing import Any, Final, TypeAlias

from telegram import Update

from bot.channels.telegram.reading import chat_of
from bot.dialogue import NotNow

PAUSE: Final = 0.25
"""Seconds between two looks for new updates while some are at work: Telegram then answers at once."""
AGAIN: Final = (0.1, 0.5, 1.0, 5.0)
"""Seconds until an update that could not be taken is tried again, as a webhook's would be delivered again."""
FULL: Final = 100
"""Updates that Telegram shows at once: with so many unconfirmed it would show no new one."""


Handle: TypeAlias = Callable[[Update], Coroutine[Any, Any, None]]


class Queue:
    """What was fetched, until Telegram has been told that it is done."""

    def __init__(self, handle: Handle, greet: Handle) -> None:
        """`greet` is called once for each, whatever waits before it."""
        self._handle = handle
        self._greet = greet
        self._known: dict[int, asyncio.Task[None]] = {}  # by update id
        self._last: dict[int, asyncio.Task[None]] = {}  # by chat: the one that the next must wait for
        self._at_work: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        return bool(self._at_work)

    def add(self, updates: Iterable[Update]) -> None:
        """Start on those that are new; Telegram repeats what is not confirmed."""
        for update in updates:
            if update.update_id not in self._known:
                chat = chat_of(update)
                task = asyncio.create_task(self._after(self._last.get(chat), update))
                self._known[update.update_id] = self._last[chat] = task
                self._at_work.add(task)
                task.add_done_callback(self._at_work.discard)

    def done_before(self) -> int | None:
        """The offset that confirms every update done, up to the first still at work; None: nothing.

        When one holds up too many others, all are confirmed: it goes on, but would not survive a crash.
        """
        if len(self._known) >= FULL:
            return max(self._known) + 1
        offset = None
        for number in sorted(self._known):
            if not _is_through(self._known[number]):
                break
            offset = number + 1
        return offset

    def confirmed(self, offset: int | None) -> None:
        """Telegram has forgotten what lies below."""
        for number in [number for number in self._known if offset is not None and number < offset]:
            del self._known[number]
        self._last = {chat: task for chat, task in self._last.items() if not task.done()}

    async def breathe(self) -> None:
        """Until one more is done, or a moment has passed; at once when nothing is at work."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=PAUSE, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, grace: float) -> None:
        """Let what is at work end; give up on the rest, which Telegram will deliver again."""
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _after(self, earlier: asyncio.Task[None] | None, update: Update) -> None:
        if earlier:
            await asyncio.wait([earlier])
        courtesy = asyncio.create_task(self._greet(update))
        try:
            await self._insisted(update)
        finally:
            await courtesy

    async def _insisted(self, update: Update) -> None:
        for wait in chain(AGAIN, repeat(AGAIN[-1])):
            try:
                await self._handle(update)
                break
            except NotNow:
                await asyncio.sleep(wait)


def _is_through(task: asyncio.Task[None]) -> bool:
    """Given up is not done: Telegram shall deliver it again."""
    return task.done() and not task.cancelled()
