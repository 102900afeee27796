"""Telegram's side of a webhook: it delivers, again when it is not answered, twice and out of order on request."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.botapi.methods import Methods
from tests.botapi.world import World

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Delivery:
    """``async with Delivery(world): await delivery.deliver(update)`` until it is answered with 200.

    `twice`: the share that is delivered two times, at once or a little later. Retries come quicker than Telegram's.
    """

    world: World
    methods: Methods
    twice: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    at_once: int = 100
    again: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4)
    deliveries: int = 0
    refused: int = 0
    tried: int = 0
    took: list[float] = field(default_factory=list)
    _later: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self):
        connector = aiohttp.TCPConnector(limit=self.at_once)
        timeout = aiohttp.ClientTimeout(total=60)
        self._http = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self

    async def __aexit__(self, *_: object):
        await self.settled()
        await self._http.close()

    async def deliver(self, update: dict[str, Any]) -> None:
        """Until this process knows of it; a second time, perhaps, beside it or afterwards."""
        copies = 2 if self.chance.random() < self.twice else 1
        if copies == 2:
            second = asyncio.create_task(self._deliver(update, self.chance.choice((0.0, 0.0, 0.3, 3.0))))
            self._later.add(second)
            second.add_done_callback(self._later.discard)
        await self._deliver(update)

    async def settled(self) -> None:
        """Until nothing is under way any more."""
        await asyncio.gather(*self._later)

    async def post(self, update: dict[str, Any], **headers: str) -> tuple[int, Any]:
        """One attempt: the status, and the call that the answer may carry."""
        sent = {SECRET: self.world.secret} | headers
        async with self._http.post(self.world.webhook, json=update, headers=sent) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def _deliver(self, update: dict[str, Any], after: float = 0.0) -> None:
        await asyncio.sleep(after)
        self.deliveries += 1
        number = 0
        while not await self._attempt(update):
            await asyncio.sleep(self.again[min(number, len(self.again) - 1)])
            number += 1

    async def _attempt(self, update: dict[str, Any]) -> bool:
        self.tried += 1
        began = asyncio.get_running_loop().time()
        try:
            status, call = await self.post(update)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
        if status != 200:
            self.refused += 1
            return False
        self.took.append(asyncio.get_running_loop().time() - began)
        if call:
            await self._carried(call)
        return True

    async def _carried(self, call: dict[str, Any]) -> None:
        """An answer to a delivery may be a call; what becomes of it is told to nobody."""
        method = self.methods.called(call.pop("method"))
        if not call.get("callback_query_id") or call["callback_query_id"] in self.world.open_queries:
            await method(call)
