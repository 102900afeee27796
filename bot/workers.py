"""Several processes of the same program: started, replaced when they die, stopped together.

This process only watches. It has no event loop, no thread and no database, so that it can fork at any time; its
children share its memory until they write to it.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final, NoReturn

import click

from bot.app import Process
from bot.failures import described
from bot.knowledge import Knowledge

GRACE: Final = 10
"""Seconds after which a process that was told to stop is killed."""
TOO_SOON: Final = 5.0
"""Seconds: who ends before never began, and would only end again."""
PAUSE: Final = 0.2
Work = Callable[[Process, int, bool], None]
"""What a process does, until it is told to stop: who it is, its lifeline, and whether it is the first of all."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Child:
    process: Process
    began: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class Workers:
    """`run` gives the status with which the program ends."""

    count: int
    work: Work
    knowledge: Knowledge
    _children: dict[int, _Child] = field(default_factory=dict)
    _stopping: bool = False
    _status: int = 0
    _lifeline: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        gc.freeze()  # what the children share is not looked through, which would write to it
        for index in range(self.count):
            self._start(Process(uuid.uuid4().hex, "", self.knowledge), first=index == 0)
        while self._children:
            self._ended(*os.wait())
        signal.alarm(0)
        return self._status

    def _start(self, process: Process, *, first: bool = False) -> None:
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            self._be(process, first=first)
        self._children[pid] = _Child(process)

    def _be(self, process: Process, *, first: bool) -> NoReturn:
        """In the child: never come back."""
        status = 1
        try:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._lifeline[1])  # else it would never end, as long as one of us lives
            self.work(process, self._lifeline[0], first)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except click.ClickException as told:
            told.show()  # a sentence for the operator, without anybody's words (see `telling`)
        except BaseException as failure:  # noqa: BLE001 - what is left of it is its status
            log.critical("a process ends: %s", described(failure))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _ended(self, pid: int, status: int) -> None:
        child = self._children.pop(pid, None)
        if child is None or self._stopping:
            return
        code = os.waitstatus_to_exitcode(status)
        log.warning("a process ended with status %s", code)
        if code >= 0 and time.monotonic() - child.began < TOO_SOON:
            self._status = code or 1
            self._stop()
        else:
            time.sleep(PAUSE)
            self._start(Process(uuid.uuid4().hex, child.process.id, self.knowledge))

    def _stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True
        signal.alarm(GRACE)
        self._tell(signal.SIGTERM)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        for pid in list(self._children):
            os.kill(pid, number)


@contextmanager
def shared_figures() -> Iterator[None]:
    """Where all processes count together; before anything that counts is imported."""
    folder = tempfile.mkdtemp(prefix="clairdroit-figures-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
