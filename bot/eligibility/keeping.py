"""Remembering what pure functions have found, in bounded room."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_SHARES: Final = 2  # the recent and those before


class Kept(Generic[K, V]):
    """Up to so many values; what was not asked for in a long while goes, all of it at once. No value is None."""

    def __init__(self, most: int) -> None:
        self._most = most // _SHARES
        self._recent: dict[K, V] = {}
        self._before: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        found = self._recent.get(key)
        if found is None and (found := self._before.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: K, value: V) -> V:
        if len(self._recent) >= self._most:
            self._before, self._recent = self._recent, {}
        self._recent[key] = value
        return value
