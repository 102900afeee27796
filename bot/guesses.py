"""Wrong codes are answered only so often, so that nobody finds an appointment by trying."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

HOUR: Final = 3600.0
WRONG: Final = 100
"""Wrong codes an hour, of everybody together. A code has some 35 bits: at this pace one of a thousand appointments
is found after some 40 years.
"""
Thing = TypeVar("Thing")


@dataclass(slots=True)
class Guesses:
    """Of one process."""

    clock: Callable[[], float] = time.monotonic
    _wrong: deque[float] = field(default_factory=deque)

    async def limited(self, find: Callable[[str], Awaitable[Thing | None]], code: str) -> Thing | None:
        """What is found by this code; nothing after too many wrong ones."""
        now = self.clock()
        while self._wrong and self._wrong[0] <= now - HOUR:
            self._wrong.popleft()
        if len(self._wrong) >= WRONG:
            return None
        found = await find(code)
        if found is None:
            self._wrong.append(now)
        return found
