"""Work that goes on beside everything else and is ended with certainty."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

_AGAIN = 1.0  # seconds


@asynccontextmanager
async def background(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Run this as long as the block lasts, then end it.

    A cancellation can be lost on its way (`asyncio.wait_for` of Python 3.11, a library that turns it into an
    error of its own): it is said again until the work has ended.
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_AGAIN)
        if not task.cancelled():
            task.exception()  # looked at, so that nothing complains that it never was
