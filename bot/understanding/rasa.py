"""Topics by a Rasa server of one's own (docs/rasa.md): asked with a time limit, and left alone while it fails.

A text goes to the address that the operator set and nowhere else: through no proxy, after no redirect.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx

from bot.failures import described
from bot.understanding.breaker import Breaker
from bot.understanding.model import UNKNOWN
from bot.understanding.opinions import Opinion

log = logging.getLogger(__name__)

LIMIT: Final = 0.3  # seconds that a person waits before the local model answers
IDLE: Final = 2.0  # seconds after which we close a connection, before Rasa does (after five)
NO_INTENT: Final = re.compile(r"^[\s/]+")
"""A leading slash names an intent instead of being read, and Rasa then writes the text into its log."""
DOUBT: Final = "nlu_fallback"
"""What Rasa names below its FallbackClassifier's threshold (config.yml)."""


class BadOpinionError(Exception):
    """Not what POST /model/parse answers."""


@dataclass(frozen=True)
class Rasa:
    """`known`: the topics there are. `limit` in seconds. To be left as a context; fulfils `opinions.Engine`."""

    address: str
    known: Callable[[], Container[str]]
    limit: float = LIMIT
    breaker: Breaker = field(default_factory=Breaker)
    _client: httpx.AsyncClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        client = httpx.AsyncClient(
            base_url=self.address,
            timeout=self.limit,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(keepalive_expiry=IDLE),
        )
        object.__setattr__(self, "_client", client)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def opinions(self, *texts: str) -> Sequence[Opinion]:
        """What each is about; nothing where Rasa fails, is too slow, or is given a rest. Raises nothing."""
        if not self.breaker.lets():
            return ()
        try:
            async with asyncio.timeout(self.limit), asyncio.TaskGroup() as asked:
                tasks = [asked.create_task(self._opinion(text)) for text in texts]
        except Exception as failure:  # noqa: BLE001 - whatever it is, the local model answers
            self._failed(failure)
            return ()
        self.breaker.went(well=True)
        return [task.result() for task in tasks]

    async def _opinion(self, text: str) -> Opinion:
        answer = await self._client.post("/model/parse", json={"text": NO_INTENT.sub("", text)})
        answer.raise_for_status()
        return self._read(answer.json())

    def _failed(self, failure: Exception) -> None:
        failure = failure.exceptions[0] if isinstance(failure, ExceptionGroup) else failure
        if self.breaker.went(well=False):
            rest = self.breaker.rest
            log.warning("Rasa fails (%s): topics are read here for %.0f seconds", described(failure), rest)

    def _read(self, parsed: Any) -> Opinion:
        """Raises `BadOpinionError`, which holds nothing of what was answered: Rasa repeats the text."""
        try:
            named = [(entry["name"], entry["confidence"]) for entry in parsed["intent_ranking"]]
            sure = parsed["intent"]["name"] != DOUBT
        except (KeyError, TypeError):
            raise BadOpinionError from None
        shares = [share for share in named if share[0] != DOUBT]
        known = self.known()
        if not shares or not all(
            (name == UNKNOWN or name in known) and _is_share(given) for name, given in shares
        ):
            raise BadOpinionError
        return Opinion(sorted(shares, key=lambda pair: -pair[1]), sure)


def _is_share(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 1
