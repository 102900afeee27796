"""Files that are read again when they change, while the program runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from bot.failures import described

log = logging.getLogger(__name__)
T = TypeVar("T")
Stamps = dict[Path, tuple[int, int]]


class Reloaded(Generic[T]):
    """What `read` makes of some folders. `value` is in force: a file with a mistake leaves it as it is.

    The first reading happens here, and its exceptions are the caller's: nothing starts on a broken file.
    `mistakes` are the exceptions whose messages say what an editor wrote, and may be logged.
    """

    def __init__(
        self, read: Callable[[], T], folders: Sequence[Path], mistakes: tuple[type[Exception], ...]
    ) -> None:
        self._read = read
        self._folders = folders
        self._mistakes = mistakes
        self._seen = _stamps(folders)
        self.value = read()

    async def refresh(self) -> bool:
        """Read again if a file changed since the last time; whether something new is in force."""
        stamps = await asyncio.to_thread(_stamps, self._folders)
        if stamps == self._seen:
            return False
        self._seen = stamps
        try:
            self.value = await asyncio.to_thread(self._read)
        except self._mistakes as mistake:
            log.error("the version in force stays, for there is a mistake:\n%s", mistake)  # noqa: TRY400
        except Exception as failure:  # noqa: BLE001 - whatever an editor wrote
            log.error("the version in force stays: %s", described(failure))  # noqa: TRY400
        else:
            log.info("read again: %s", ", ".join(folder.name for folder in self._folders))
            return True
        return False


def _stamps(folders: Sequence[Path]) -> Stamps:
    """Size and time of last change of every file."""
    stamps = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        with suppress(FileNotFoundError):  # an editor's program is just replacing it
            stat = path.stat()
            stamps[path] = (stat.st_mtime_ns, stat.st_size)
    return stamps
