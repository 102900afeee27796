"""What a log says of a failure: its kind and its place, never its message, which may hold private words."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, Final

log = logging.getLogger(__name__)

TALKATIVE: Final = (
    "aiohttp",
    "aiosqlite",
    "alembic",
    "sqlalchemy",
    "httpx",
    "httpcore",
    "telegram",
    "multipart",
    "asyncio",
)
"""Libraries whose finer log lines hold parameters, addresses (with the bot's token) or whole messages."""


class Discreet(logging.Formatter):
    """Writes an exception as `described`, whoever logged it."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return described(ei[1]) if ei[1] else ""


def set_up_logs(level: str) -> None:
    """Log lines to standard error, discreetly; so is what ends the program."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = _last_words
    hush()


def hush() -> None:
    """Keep the talkative libraries from writing what people sent, whatever the level."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def in_a_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler. The usual one writes the task with its exception's message."""
    del loop
    failure = context.get("exception")
    log.error("%s: %s", context["message"], described(failure) if failure else "no exception")


def described(failure: BaseException) -> str:
    """``ValueError at bot/x.py:12 in f, from KeyError at …``: the whole chain of causes."""
    cause = failure.__cause__ or failure.__context__
    here = f"{type(failure).__name__} at {_place(failure)}"
    return here if cause is None else f"{here}, from {described(cause)}"


def _place(failure: BaseException) -> str:
    """The innermost frame of our own code, and the innermost of all where that is another."""
    frames = traceback.extract_tb(failure.__traceback__)
    if not frames:
        return "an unknown place"
    own = [frame for frame in frames if "/bot/" in frame.filename]
    inner = [own[-1], frames[-1]] if own and own[-1] is not frames[-1] else [frames[-1]]
    return " > ".join(
        f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} in {frame.name}" for frame in inner
    )


def _last_words(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, failure, trace)
    else:
        log.critical("the program ends: %s", described(failure))
