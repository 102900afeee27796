"""Transactions that no cancellation can break in the middle.

aiosqlite runs statements in a thread. Who is cancelled while waiting for one leaves it running; SQLAlchemy then
throws the connection away, which can wait for that thread for ever, or keep the write lock of a connection that
nobody can reach any more. So on SQLite each step runs to its end and the cancellation follows.
PostgreSQL's driver tells its server that a statement is cancelled: there nothing is held back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_T = TypeVar("_T")


class Transaction:
    """What may be done inside a transaction. Raises what SQLAlchemy raises."""

    def __init__(self, connection: AsyncConnection, *, uncut: bool) -> None:
        self._connection = connection
        self._uncut = uncut
        self._open = False

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement, for one row of parameters or many."""
        return await self._run(self._connection.execute(statement, parameters))

    async def exec_driver_sql(self, statement: str) -> CursorResult[Any]:
        """Run a statement in the database's own words."""
        return await self._run(self._connection.exec_driver_sql(statement))

    async def run_sync(self, work: Callable[[Connection], _T]) -> _T:
        """Run this with the plain connection."""
        return await self._run(self._connection.run_sync(work))

    async def commit(self) -> None:
        """Keep what was written."""
        await self._run(self._connection.commit())

    async def rollback(self) -> None:
        """Give up what was written."""
        await self._run(self._connection.rollback())

    async def open(self, options: dict[str, Any], *, begin: bool) -> None:
        """Take a connection and, if asked, begin."""
        await self._run(self._opened(options, begin=begin))

    async def close(self) -> None:
        """Give the connection back; what was not committed is rolled back."""
        if self._open:
            await self._run(self._connection.close())

    async def _opened(self, options: dict[str, Any], *, begin: bool) -> None:
        await self._connection.start()
        self._open = True
        if options:
            await self._connection.execution_options(**options)
        if begin and self._uncut:  # else it begins with its first statement
            await self._connection.begin()

    async def _run(self, step: Coroutine[Any, Any, _T]) -> _T:
        return await (to_the_end(step) if self._uncut else step)


@asynccontextmanager
async def transaction(
    engine: AsyncEngine, options: dict[str, Any], *, uncut: bool, begin: bool = True
) -> AsyncIterator[Transaction]:
    """Committed at the end, rolled back on an exception; the connection goes back in any case."""
    tx = Transaction(engine.connect(), uncut=uncut)
    try:
        await tx.open(options, begin=begin)
        yield tx
        if begin:
            await tx.commit()
    finally:
        await tx.close()


async def to_the_end(work: Coroutine[Any, Any, _T]) -> _T:
    """What this returns or raises, once it has ended; a cancellation waits for that."""
    step = asyncio.ensure_future(work)
    late: asyncio.CancelledError | None = None
    while not step.done():
        try:
            await asyncio.wait({step})
        except asyncio.CancelledError as cancelled:
            late = cancelled
    if late is None or step.cancelled():
        return step.result()
    step.exception()  # looked at: the cancellation is what counts now
    raise late
