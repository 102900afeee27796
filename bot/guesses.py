"""Wrong codes are answered only so often, so that nobody finds an appointment by trying."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

HOUR: Final = 3600.0
WRONG: Final = 100
"""Wrong codes an hour, of everybody together: so many at once, then one more whenever its share of it is over.
A code has some 35 bits: at this pace one of a thousand appointments is found after some 40 years.
"""
EACH: Final = HOUR / WRONG
"""Seconds that a wrong code costs."""
Thing = TypeVar("Thing")


class Debt(Protocol):
    """Seconds that are still to pass. Held by `bot.storage.debts.Debt` over all processes."""

    async def left(self) -> float: ...

    async def add(self, seconds: float) -> None: ...


@dataclass(slots=True)
class OfOneProcess:
    """For who has no database."""

    clock: Callable[[], float] = time.monotonic
    _until: float = 0.0

    async def left(self) -> float:
        return max(0.0, self._until - self.clock())

    async def add(self, seconds: float) -> None:
        self._until = max(self._until, self.clock()) + seconds


@dataclass(slots=True)
class Guesses:
    debt: Debt = field(default_factory=OfOneProcess)

    async def limited(self, find: Callable[[str], Awaitable[Thing | None]], code: str) -> Thing | None:
        """What is found by this code; nothing after too many wrong ones."""
        if await self.debt.left() > HOUR - EACH:
            return None
        found = await find(code)
        if found is None:
            await self.debt.add(EACH)
        return found
