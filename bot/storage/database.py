"""One database, opened once: short transactions, no more than one writer at a time on SQLite."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, Dialect, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.migrate import migrate
from bot.storage.tables import metadata
from bot.storage.transactions import Transaction, transaction

BUSY_MILLISECONDS = 5_000
PATIENCE: Final = 8.0
"""Seconds that a database out of reach is waited for: a restart takes less."""
AGAIN: Final = (0.02, 0.1, 0.25, 0.5, 1.0)
"""Seconds between two attempts."""
_T = TypeVar("_T")


class Away(Exception):  # noqa: N818 - it says where the database is
    """The database is out of reach, and stayed so."""


class Database:
    """An async context manager: opens the database at `url` and brings its tables up to date.

    Keep a transaction short: never wait for another machine inside one.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.on_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _sqlite(self._url) if self.on_sqlite else _postgresql(self._url)
        self._unbound = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._one_writer = asyncio.Lock()

    async def __aenter__(self) -> Self:
        if self.on_sqlite and not self._in_memory:
            Path(str(self._url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            await self.migrate()
        except BaseException:
            await self._engine.dispose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()

    async def migrate(self) -> None:
        """Bring the tables up to date; does nothing when they are. An in-memory database has no past."""
        async with self.writing() as tx:
            await tx.run_sync(metadata.create_all if self._in_memory else migrate)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction that sees one moment of the database."""
        async with transaction(self._engine, {}, uncut=self.on_sqlite) as tx:
            yield tx

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Transaction]:
        """A transaction that holds the write lock from its start (BEGIN IMMEDIATE on SQLite), so that what
        it reads is still true when it writes. Committed at the end, rolled back on an exception.
        """
        options = {"clairdroit_writes": True} if self.on_sqlite else {}
        async with self._turnstile(), transaction(self._engine, options, uncut=self.on_sqlite) as tx:
            yield tx

    @asynccontextmanager
    async def singly(self) -> AsyncIterator[Transaction]:
        """On PostgreSQL each statement is a transaction of its own, which spares the way there and back for its
        beginning and its end; on SQLite, where there is no way, as `writing`.
        """
        if self.on_sqlite:
            async with self.writing() as tx:
                yield tx
        else:
            async with transaction(self._unbound, {}, uncut=False, begin=False) as tx:
                yield tx

    async def insist(
        self,
        work: Callable[[Transaction], Awaitable[_T]],
        patience: float = PATIENCE,
        *,
        singly: bool = False,
    ) -> _T:
        """What `work` gives inside `writing` (or `singly`), tried again while the database is out of reach: it must
        bear being done twice, since nobody knows of a commit that broke off whether it was carried out. Raises
        `Away`.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        for number in count():
            try:
                async with self.singly() if singly else self.writing() as tx:
                    return await work(tx)
            except DBAPIError as trouble:
                pause = AGAIN[min(number, len(AGAIN) - 1)]
                if not self.is_away(trouble):
                    raise
                if loop.time() + pause > deadline:
                    raise Away from trouble
            await asyncio.sleep(pause)
        raise AssertionError  # `count` has no end

    def is_away(self, trouble: BaseException) -> bool:
        """Whether this says that the database is out of reach, rather than what we asked is wrong."""
        lost = isinstance(trouble, OperationalError | InterfaceError) and not self.on_sqlite
        return isinstance(trouble, Away) or lost

    async def wipe_leftovers(self) -> None:
        """On SQLite, empty the write-ahead log, where erased pages would stay until it is overwritten."""
        if self.on_sqlite and not self._in_memory:
            alone = transaction(self._engine, {"isolation_level": "AUTOCOMMIT"}, uncut=True, begin=False)
            async with self._turnstile(), alone as tx:
                await tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def _in_memory(self) -> bool:
        return _is_in_memory(self._url)

    def _turnstile(self) -> AbstractAsyncContextManager[Any]:
        """Writers of this process queue here, in order, instead of polling SQLite's lock."""
        return self._one_writer if self.on_sqlite else nullcontext()


def _sqlite(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,  # neither in logs nor in exceptions
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if _is_in_memory(url) else 5,  # an in-memory database is its one connection
        max_overflow=0,
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> AsyncEngine:
    """Each statement sees what was committed before it: after a lock was waited for, what its holder wrote.

    The connection that was used last is used next: it remembers the statements that it prepared.
    """
    engine = create_async_engine(
        url, hide_parameters=True, isolation_level="READ COMMITTED", pool_use_lifo=True
    )
    event.listen(engine.sync_engine, "checkout", partial(_tried_if_it_spoke, engine.dialect))
    return engine


def _tried_if_it_spoke(dialect: Dialect, connection: Any, _record: object, _proxy: object) -> None:
    """A server that was restarted has ended each connection: its last word stands there unread. Only then is one
    tried before it is used, for a try costs as much as a statement.
    """
    said = select.poll()
    try:
        said.register(connection.driver_connection.fileno(), select.POLLIN)
        if said.poll(0):
            dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as gone:
        raise InvalidatePoolError from gone


def _is_in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten
        "synchronous=FULL",  # a confirmed appointment survives a power cut
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("clairdroit_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
