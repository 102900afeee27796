"""What keeps a command from starting, told in a sentence instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from bot.knowledge import MISTAKES
from bot.settings import BadSetting
from bot.storage.migrate import NewerDatabase


@contextmanager
def telling() -> Iterator[None]:
    """Mistakes in settings, rules, content, and databases and ports that cannot be opened end the command
    with their message and status 1.
    """
    try:
        yield
    except (BadSetting, NewerDatabase, OSError, *MISTAKES) as mistake:
        raise click.ClickException(str(mistake)) from mistake
    except DBAPIError as failure:  # its own text would show the statement
        raise click.ClickException(f"The database cannot be used: {failure.orig}") from failure
