"""The free slots of a desk: its hours, less what its calendars hold, less what is held in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.appointments import slots
from bot.appointments.desks import Desk
from bot.appointments.foreign import elsewhere, foreign
from bot.appointments.readings import Readings, Source
from bot.appointments.slots import Held
from bot.appointments.spans import Span
from bot.appointments.store import Store
from bot.conversation.ports import Slot, Slots

PAGE: Final = 3


class Vacancies:
    """`clock` gives UTC."""

    def __init__(self, store: Store, readings: Readings, clock: Callable[[], datetime]) -> None:
        self._store, self._readings, self._clock = store, readings, clock

    async def page(self, desk: Desk, right: str, skip: int = 0, *, anew: bool = False) -> Slots:
        """Three of them after the first `skip`, in the order of `slots.spread`; `anew` trusts no reading."""
        every = await self.every(desk, anew=anew)
        ways = desk.visit.kind, desk.kinds(right)
        if every is None:
            return unreadable(desk.office, *ways)
        ordered = slots.spread(every)
        shown = sorted(ordered[skip : skip + PAGE], key=lambda slot: slot.starts)
        return Slots(desk.office, tuple(shown), len(ordered) > skip + PAGE, True, *ways)

    async def every(self, desk: Desk, *, anew: bool = False) -> list[Slot] | None:
        """All of them in the order of time; None when no calendar could be read."""
        now = self._clock()
        window = Span(now, now + timedelta(days=desk.visit.horizon_days + 2))
        sources = [Source.of(desk, name) for name in desk.calendars]
        read = await asyncio.gather(*(self._readings.taken(source, anew=anew) for source in sources))
        if all(found is None for found in read):
            return None
        # Asked after the calendars: what we wrote before they were read is known as ours.
        ours = await self._store.holding(desk.office, window)
        others = [None if found is None else foreign(found, ours) for found in read]
        gone = await self._store.gone(desk.office, {one.span for each in others for one in each or ()})
        busy = [[window] if each is None else elsewhere(each, gone) for each in others]
        held = [Held(one.seat, one.span) for one in ours if one.holds]
        return list(slots.free(desk, now, busy, held))


def unreadable(office: str, kind: str = "", kinds: tuple[str, ...] = ()) -> Slots:
    return Slots(office, (), more=False, readable=False, kind=kind, kinds=kinds)
