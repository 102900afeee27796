"""Bringing the tables up to date, step by step, with the migrations that the package carries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

HEAD: Final = "0004"
"""The newest step. Compared with the database before Alembic is imported, which takes a fifth of a second."""


@dataclass(eq=False)
class NewerDatabase(Exception):  # noqa: N818 - the sentence an operator reads is the message below
    """A database that a newer version of the program has brought further than this one knows."""

    version: str

    def __str__(self) -> str:
        return f"The database is at step {self.version}, this program only knows {HEAD}. Update the program."


def migrate(connection: Connection) -> None:
    """Run the missing steps inside the caller's transaction. Raises `NewerDatabase`."""
    _one_at_a_time(connection)
    version = _version(connection) or ""
    if version > HEAD:
        raise NewerDatabase(version)
    if version < HEAD:
        from alembic import command  # noqa: PLC0415 - see HEAD
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _one_at_a_time(connection: Connection) -> None:
    """SQLite's writing transaction keeps others out; processes that start together on PostgreSQL queue here."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('clairdroit.migrate', 0))"))


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
