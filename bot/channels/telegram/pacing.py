"""How fast we may write: Telegram's limits over all chats, kept by all processes together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

from bot.dialogue import NotNow

AT_MOST: Final = 20.0
"""Seconds that a message waits for its moment while its update is held open; then Telegram shall come again."""
LOOK: Final = 0.1
"""Seconds between two looks for a moment that nobody wants."""


class Pace(Protocol):
    """Held by `bot.storage.pace.Pace`."""

    async def turn(self) -> None:
        """Wait until one more message may go out."""
        ...

    async def spare(self) -> bool:
        """Take a turn if nobody queues for one."""
        ...

    async def rest(self, seconds: float) -> None:
        """Telegram wants nothing more from us for so long."""
        ...


class Unlimited:
    """As many as there are."""

    async def turn(self) -> None: ...

    async def spare(self) -> bool:
        return True

    async def rest(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Last:
    """The pace of whoever writes first: answers go before."""

    pace: Pace

    async def turn(self) -> None:
        """Raises `NotNow` when answers leave no moment."""
        try:
            async with asyncio.timeout(AT_MOST):
                while not await self.pace.spare():  # noqa: ASYNC110 - other processes use it up
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            raise NotNow from None

    async def spare(self) -> bool:
        return await self.pace.spare()

    async def rest(self, seconds: float) -> None:
        await self.pace.rest(seconds)
