"""What a log says of a failure: its kind and its place, never its message, which may hold private words."""

from __future__ import annotations

import logging
import traceback
from typing import Final

TALKATIVE: Final = (
    "aiosqlite",
    "sqlalchemy",
    "httpx",
    "httpcore",
    "telegram",
    "multipart",
    "asyncio",
    "caldav",
)
"""Libraries whose finer log lines hold parameters, addresses (with the bot's token) or whole messages."""


def set_up_logs(level: str) -> None:
    """Log lines to standard error; the talkative libraries only from warnings on, whatever the level."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    hush()


def hush() -> None:
    """Keep the talkative libraries from writing what people sent."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


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
