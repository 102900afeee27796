"""A circuit breaker: after so many failures in a row nobody asks for a while, then one may try."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Breaker:
    """`failures` in a row open it for `rest` seconds; the first to ask afterwards tries alone, for the others."""

    failures: int = 3
    rest: float = 30.0
    clock: Callable[[], float] = time.monotonic
    _row: int = field(default=0, init=False)
    _until: float = field(default=0.0, init=False)

    @property
    def opened(self) -> bool:
        return self._row >= self.failures

    def lets(self) -> bool:
        """Whether one may ask now; who is let through says afterwards how it went."""
        now = self.clock()
        if self.opened:
            if now < self._until:
                return False
            self._until = now + self.rest
        return True

    def went(self, well: bool) -> bool:
        """Whether this very answer opened it."""
        before, self._row = self.opened, 0 if well else self._row + 1
        if self.opened:
            self._until = self.clock() + self.rest
        return self.opened and not before
