"""What a turn needs of the time after a booking: what became of appointments, and what the person arranges."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.aftercare.reaches import Reach, Reaches
from bot.aftercare.waiting import Waiter, Waiting
from bot.appointments.spans import Span
from bot.appointments.tidings import Tiding
from bot.conversation.effects import PassEarlier, Remind, TakeEarlier, Wait
from bot.conversation.events import (
    Booked,
    BookingFailed,
    EarlierGone,
    NowCancelled,
    NowMoved,
    Outcome,
    RemindersSet,
    SlotTaken,
    Waits,
)
from bot.conversation.ports import Appointment, Slot, Wish
from bot.conversation.state import State
from bot.dialogue import Person


class Visits(Protocol):
    """What is needed of booking (`bot.appointments.booking.Bookings`)."""

    async def standing(self, reference: str) -> Span | None: ...

    async def tidings(self, references: Collection[str] | None = None) -> list[Tiding]: ...

    async def told(self, reference: str) -> None: ...

    async def move(
        self, reference: str, slot: Slot, right: str, language: str, wish: Wish = ..., held: str = ""
    ) -> Booked | SlotTaken | BookingFailed: ...


@dataclass(frozen=True, kw_only=True)
class Aftercare:
    """`channels`: those that can write to a person first."""

    visits: Visits
    reaches: Reaches
    waiting: Waiting
    channels: frozenset[str] = frozenset()

    def can_reach(self, person: Person) -> bool:
        return person.channel in self.channels

    # --- what became of appointments ------------------------------------------------------------------------

    async def news(self, state: State, now: datetime) -> list[Outcome]:
        """What the conversation does not know yet of its own appointments."""
        known = [made for made in state.appointments if not made.care.off and made.slot.ends > now]
        if not known:
            return []
        partners = {one.reference for one in await self.visits.tidings([made.reference for made in known])}
        found = [await self._became(made, by_partner=made.reference in partners) for made in known]
        return [event for event in found if event]

    async def _became(self, made: Appointment, *, by_partner: bool) -> Outcome | None:
        visit = await self.visits.standing(made.reference)
        if visit is None:
            return NowCancelled(made.reference, by_partner)
        if visit.starts != made.slot.starts or (by_partner and visit.ends != made.slot.ends):
            return NowMoved(made.reference, visit.starts, visit.ends, by_partner)
        return await self._waits(made) if made.care.waits else None

    async def _waits(self, made: Appointment) -> Outcome | None:
        waiter = await self.waiting.find(made.reference)
        now_is = Waits(made.reference, waiter is not None, waiter.earlier if waiter else None)
        return now_is if (now_is.waits, now_is.earlier) != (made.care.waits, made.care.earlier) else None

    async def told(self, news: Collection[Outcome]) -> None:
        """The person was shown these."""
        for event in news:
            if isinstance(event, NowCancelled | NowMoved) and event.by_partner:
                await self.visits.told(event.reference)

    async def follow(self, before: State, after: State) -> None:
        """Keep for each appointment what still serves it: nothing for one that is cancelled or forgotten."""
        standing = {made.reference: made for made in after.appointments if not made.care.off}
        for made in before.appointments:
            now_is = standing.get(made.reference)
            if now_is is None:
                await self.reaches.drop(made.reference)
                await self.waiting.leave(made.reference)
            elif now_is.slot.starts != made.slot.starts:
                await self._moved(now_is)

    async def _moved(self, made: Appointment) -> None:
        await (self.waiting.moved(made) if made.care.waits else self.waiting.leave(made.reference))
        if reach := await self.reaches.find(made.reference):
            await self.reaches.keep(reach.at(made))

    # --- what the person arranges ---------------------------------------------------------------------------

    async def arrange(self, effect: Remind | Wait | TakeEarlier | PassEarlier, person: Person) -> Outcome:
        match effect:
            case Remind(made, before, language):
                await self._reach(person, replace(made, care=replace(made.care, before=before)), language)
                return RemindersSet(made.reference, before)
            case Wait(made, on, language):
                made = replace(made, care=replace(made.care, waits=on))
                await (self.waiting.join(made) if on else self.waiting.leave(made.reference))
                await self._reach(person, made, language)
                return Waits(made.reference, on)
            case PassEarlier(reference):
                waiter = await self.waiting.let_pass(reference)
                return Waits(reference, waiter is not None)
            case TakeEarlier(made, language):
                return await self._take(made, language)

    async def _reach(self, person: Person, made: Appointment, language: str) -> None:
        """Kept where they agreed to be written to, and nothing where they did not."""
        if self.can_reach(person) and (made.care.before or made.care.waits):
            await self.reaches.keep(Reach.of(person, made, made.care.before, language))
        else:
            await self.reaches.drop(made.reference)

    async def _take(self, made: Appointment, language: str) -> Outcome:
        """The old time is given back by the move, once the earlier one is confirmed."""
        waiter, offer = await self.waiting.find(made.reference), made.care.earlier
        if offer is None or not _same(waiter, offer.slot):
            return EarlierGone(made.reference)
        wish = Wish(made.care.kind, made.care.accompanied, made.care.topic)
        claim = waiter.claim if waiter else ""
        moved = await self.visits.move(made.reference, offer.slot, made.right, language, wish, claim)
        if isinstance(moved, Booked):
            await self.waiting.leave(made.reference)
            return moved
        await self.waiting.let_pass(made.reference)
        return EarlierGone(made.reference)


def _same(waiter: Waiter | None, slot: Slot) -> bool:
    """Whether it is still this slot that is kept for them."""
    return waiter is not None and waiter.earlier is not None and waiter.earlier.slot.starts == slot.starts
