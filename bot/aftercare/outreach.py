"""Writing to people first: reminders, what partners changed, an earlier slot. By day, where they agreed to it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from bot.aftercare.reaches import Reach, Reaches, zone_of
from bot.aftercare.waiting import OFFER, Waiter, Waiting
from bot.appointments.tidings import Tidings
from bot.conversation import moments
from bot.conversation.messages import Reply
from bot.conversation.state import State
from bot.dialogue import Person, Sends, Unreachable
from bot.failures import described
from bot.storage.lines import Line

EVERY: Final = 20.0
"""Seconds between two looks."""
DAY: Final = timedelta(days=1)
log = logging.getLogger(__name__)


class Nudges(Protocol):
    """A turn that the person did not begin (`bot.turns.Dialogue`)."""

    async def nudge(
        self, person: Person, otherwise: State, which: str, send: Callable[[Reply, Line], Awaitable[None]]
    ) -> bool:
        """Send what is new, with the reminder `which` (empty: none), and keep it once it is sent. `otherwise`:
        the conversation, where theirs is gone. False where it knows nothing of the visit.
        """
        ...

    async def forget(self, person: Person) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Outreach:
    """`channels`: those that can write first, by name; filled by whoever runs them."""

    dialogue: Nudges
    reaches: Reaches
    waiting: Waiting
    tidings: Tidings
    now: Callable[[], datetime]
    channels: dict[str, Sends] = field(default_factory=dict)

    async def look(self) -> None:
        """At all that is due. What fails is tried again."""
        await self._news()
        await self._reminders()
        await self._offers()

    async def _news(self) -> None:
        for tiding in await self.tidings.tidings():
            reach = await self.reaches.find(tiding.reference)
            if reach and self._by_day(reach):
                await self._write(reach)

    async def _reminders(self) -> None:
        for reach in await self.reaches.due():
            # By night it comes up again when the lease is over.
            if self._by_day(reach) and await self._write(reach, self._which(reach)):
                await self._done(reach)

    async def _done(self, reach: Reach) -> None:
        """What was said is not said again; a visit that turned out to be moved has new times, one that is
        cancelled is no longer kept.
        """
        if kept := await self.reaches.find(reach.reference):
            await self.reaches.keep(kept.left(self.now()))

    async def _offers(self) -> None:
        """Told again is told once: a conversation that knows an offer is not written to."""
        await self.waiting.look(self._awake)
        for waiter in await self.waiting.asked():
            if reach := await self.reaches.find(waiter.reference):
                await self._write(reach)

    def _awake(self, waiter: Waiter) -> bool:
        """Nobody is asked at night: the time of the offer would pass while they sleep."""
        zone = zone_of(waiter.appointment)
        return all(moments.by_day(at, zone) for at in (self.now(), self.now() + OFFER))

    def _which(self, reach: Reach) -> str:
        """The reminder whose time has come; one that comes late does not say "tomorrow" on the day itself."""
        starts = reach.appointment.slot.starts
        if starts <= self.now():
            return ""
        tomorrow = (self.now().astimezone(reach.zone) + DAY).date() == starts.astimezone(reach.zone).date()
        return "day" if tomorrow else "hours"

    def _by_day(self, reach: Reach) -> bool:
        return moments.by_day(self.now(), reach.zone)

    async def _write(self, reach: Reach, which: str = "") -> bool:
        """Whether all is said; where the person left, all that is kept of them goes."""
        channel = self.channels.get(reach.person.channel)
        if channel is None:
            return False
        sending = partial(channel.send, reach.person)
        try:
            if not await self.dialogue.nudge(reach.person, reach.state, which, sending):
                await self.reaches.drop(reach.reference)  # the conversation knows no such visit any more
        except Unreachable:
            await self.dialogue.forget(reach.person)
            await self.reaches.drop(reach.reference)
        except Exception as failure:  # noqa: BLE001 - one person's trouble must not stop the others
            log.error("somebody could not be written to yet: %s", described(failure))  # noqa: TRY400
            return False
        return True
