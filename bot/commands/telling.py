"""What keeps a command from starting, told in a sentence instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.settings import BadSetting


@contextmanager
def telling() -> Iterator[None]:
    """Mistakes in settings, rules and content, and what cannot be opened (database, port, Telegram), end the
    command with their message and status 1.
    """
    try:
        yield
    except (BadSetting, OSError) as mistake:
        raise click.ClickException(str(mistake)) from mistake
    except Exception as failure:
        message = _told(failure)
        if message is None:
            raise
        raise click.ClickException(message) from failure


def _told(failure: Exception) -> str | None:
    """Imported here: a command that comes through needs none of it."""
    from sqlalchemy.exc import DBAPIError

    from bot.appointments.desks import BadDesk
    from bot.channels.telegram import TokenRefusedError
    from bot.eligibility.problems import RuleErrors
    from bot.storage.migrate import NewerDatabase

    if isinstance(failure, ModuleNotFoundError) and failure.name == "psycopg":
        return "PostgreSQL needs one more package: pip install 'psycopg[binary]'"
    if isinstance(failure, DBAPIError):  # its own text would show the statement
        return f"The database cannot be used: {failure.orig}"
    return (
        str(failure) if isinstance(failure, (BadDesk, NewerDatabase, RuleErrors, TokenRefusedError)) else None
    )
