"""What an engine of topics thinks of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Opinion(NamedTuple):
    """Topics with their shares, the likeliest first, and whether the likeliest is to be believed."""

    shares: Sequence[tuple[str, float]]
    sure: bool


class Engine(Protocol):
    """Another reader of topics than the local model, out of this process."""

    async def opinions(self, *texts: str) -> Sequence[Opinion]:
        """One of each text, or none at all: the local model answers then. Never raises, never takes long."""
        ...
