"""Counts and times for an operator's graphs. No label names a person, a chat, a right or a word of anybody."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

Ending = Literal["done", "later", "failed"]
_STEPS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# Not the library's own registry: what it adds by itself tells more of the machine than anybody asked.
_ours: Final = CollectorRegistry()
_handled: Final = Histogram(
    "clairdroit_message_seconds",
    "From a message that reached us to everything that was said upon it",
    ["channel", "ending"],
    buckets=_STEPS,
    registry=_ours,
)
_calls: Final = Counter(
    "clairdroit_calls_total", "Calls to a messaging service", ["channel", "ending"], registry=_ours
)


@contextmanager
def message(channel: str, later: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    """Time what is done for one message; `later`: what says that it must come again."""
    began, ending = time.perf_counter(), "done"
    try:
        yield
    except later:
        ending = "later"
        raise
    except BaseException:
        ending = "failed"
        raise
    finally:
        _handled.labels(channel, ending).observe(time.perf_counter() - began)


def call(channel: str, ending: str) -> None:
    """`ending`: the status that it was answered with, or "none"."""
    _calls.labels(channel, ending).inc()


def shown() -> bytes:
    """All figures in Prometheus' own words, of every process that shares PROMETHEUS_MULTIPROC_DIR."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(_ours)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
