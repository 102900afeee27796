"""Booking: claim the seat in the database, write to the partner's calendar, prove that the event is alone.

CalDAV never guards time. The claim keeps our own people apart; reading the calendar again after writing keeps
them apart from everybody else who writes there.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.appointments import slots
from bot.appointments.busy import Busy, Expanded, UnreadableEvent, busy
from bot.appointments.caldav import CalendarDown, Calendars
from bot.appointments.desks import Desk
from bot.appointments.ics import Words, title, visit_event
from bot.appointments.slots import Held
from bot.appointments.spans import Span, merged
from bot.appointments.store import Record, Store
from bot.appointments.withdrawal import Withdrawal
from bot.conversation.events import Booked, BookingFailed, CancelFailed, Cancelled, SlotTaken
from bot.conversation.ports import Appointment, Slot, Slots
from bot.storage import references

PAGE: Final = 3
TURN: Final = 4.0
"""Seconds that a turn may wait for calendars; the person gets an answer within five."""
READING: Final = 3.0
CLAIM: Final = timedelta(seconds=30)
"""How long a booking under way holds its seat before the sweeper undoes it: well over a turn."""
GRACE: Final = timedelta(hours=1)
"""How long after the lead time a slot can still be taken by somebody who is reading the choice."""
LOG: Final = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Bookings:
    """Finds, books and cancels. `desks` by office; an office without a desk cannot be booked."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        store: Store,
        calendars: Calendars,
        words: Words,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._desks, self._store, self._calendars = desks, store, calendars
        self._words, self._tell_time = words, clock
        self._expanded = Expanded()
        self._withdrawal = Withdrawal(store, calendars, self._clock)

    async def recover(self) -> None:
        """Undo or finish what a crash left half-way, as far as the calendars answer now."""
        await self._withdrawal.sweep()

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """Recover in the background as long as this lasts."""
        async with self._withdrawal.sweeping():
            yield

    async def free(self, office_id: str, right: str, skip: int = 0) -> Slots:
        """Three free slots after the first `skip`, in the order of `slots.spread`.

        `right` is for offices that give some rights a longer visit; none does so far.
        """
        del right
        desk = self._desks.get(office_id)
        if desk is None:
            return _unreadable(office_id)
        now = self._clock()
        window = Span(now, now + timedelta(days=desk.visit.horizon_days + 2))
        read = await asyncio.gather(*(self._read(desk, name, window) for name in desk.calendars))
        if all(found is None for found in read):
            return _unreadable(office_id)
        # Asked after the calendars: what we wrote before they were read is known as ours.
        held = await self._store.holding(desk.office, window)
        taken = [[window] if found is None else _others(found, held) for found in read]
        ordered = slots.spread(slots.free(desk, now, taken, [Held(one.seat, one.span) for one in held]))
        page = sorted(ordered[skip : skip + PAGE], key=lambda slot: slot.starts)
        return Slots(office_id, tuple(page), more=len(ordered) > skip + PAGE)

    async def book(self, slot: Slot, right: str, language: str) -> Booked | SlotTaken | BookingFailed:
        """Hold the slot, at whichever of its seats is free. `right` and `language` are written nowhere.

        After `SlotTaken` and `BookingFailed` nothing is booked: what was written is removed, at once or by
        the sweeper.
        """
        del language
        deadline = asyncio.get_running_loop().time() + TURN
        desk = self._desks.get(slot.office)
        if desk is None:
            return BookingFailed()
        try:
            async with asyncio.timeout_at(deadline):
                record = await self._hold(desk, slot)
        except (TimeoutError, CalendarDown, UnreadableEvent) as trouble:
            LOG.warning("no booking at %s: %s", slot.office, str(trouble) or "too slow")
            return BookingFailed()
        if record is None:
            return SlotTaken(await self._next(slot.office, right, deadline))
        return await self._confirm(record, slot, right)

    async def cancel(self, reference: str) -> Cancelled | CancelFailed:
        """`Cancelled` once the event is out of the partner's calendar. After `CancelFailed` on a code that is
        known the sweeper goes on trying; asking again tells.
        """
        record = await self._store.find(references.tidy(reference))
        if record is None:
            return CancelFailed(reference)
        try:
            async with asyncio.timeout(TURN):
                if record.state != "gone":
                    await self._withdrawal.now(record)
        except (TimeoutError, CalendarDown) as trouble:
            LOG.warning("no cancelling at %s yet: %s", record.office, str(trouble) or "too slow")
            return CancelFailed(reference)
        return Cancelled(record.reference)

    def _clock(self) -> datetime:
        """In UTC, whatever the zone of the clock: adding hours in a zone that changes its clocks would err."""
        return self._tell_time().astimezone(UTC)

    async def _read(self, desk: Desk, calendar: str, window: Span) -> list[Busy] | None:
        """What is busy; None when it cannot be known in time."""
        try:
            async with asyncio.timeout(READING):
                texts = [one.text for one in await self._calendars.named(calendar).between(window)]
                return await asyncio.to_thread(self._expanded.busy, texts, window, desk.zone, desk.addresses)
        except (TimeoutError, CalendarDown, UnreadableEvent) as trouble:
            LOG.warning("a calendar of %s could not be read: %s", desk.office, str(trouble) or "too slow")
            return None

    async def _next(self, office: str, right: str, deadline: float) -> Slots:
        try:
            async with asyncio.timeout_at(deadline):
                return await self.free(office, right)
        except TimeoutError:
            return _unreadable(office)

    async def _hold(self, desk: Desk, slot: Slot) -> Record | None:
        """Claim a seat and write the event; None when no seat is free at that time any more."""
        full: set[str] = set()
        for seat in _seats(desk, slot) if slots.offered(desk, slot, self._clock(), GRACE) else ():
            record = self._record(desk, slot, seat)
            if record.calendar not in full and await self._store.claim(record):
                if await self._written(desk, record, slot.place):
                    return record
                full.add(record.calendar)
        return None

    async def _written(self, desk: Desk, record: Record, place: str) -> bool:
        """Write the event and prove that it stands alone; False when somebody else's stands there too."""
        text = visit_event(
            record.uid, record.visit, title(self._words, record.reference, place), self._clock()
        )
        try:
            if await self._alone(record, await self._around(desk, record)):
                await self._calendars.named(record.calendar).put_new(record.file, text)
                if await self._alone(record, await self._read_back(desk, record)):
                    return True
            await self._withdrawal.now(record)
        except BaseException:
            await self._withdrawal.leave_to_sweeper(record)
            raise
        return False

    async def _around(self, desk: Desk, record: Record) -> list[Busy]:
        """A fresh reading of the time that the visit takes."""
        found = await self._calendars.named(record.calendar).between(record.span)
        return busy((one.text for one in found), record.span, desk.zone, desk.addresses)

    async def _read_back(self, desk: Desk, record: Record) -> list[Busy]:
        """The same after writing. Raises `CalendarDown` when our event is not there as it was written."""
        found = await self._around(desk, record)
        own = Busy(record.visit, record.uid)
        if own not in found:  # some servers find a new event a little later than they give it
            file = await self._calendars.named(record.calendar).get(record.file)
            if file is None or own not in busy([file.text], record.span, desk.zone):
                raise CalendarDown("what was written cannot be read back")
        return found

    async def _alone(self, record: Record, found: Sequence[Busy]) -> bool:
        held = await self._store.holding(record.office, record.span)
        return not _others(found, held)

    async def _confirm(self, record: Record, slot: Slot, right: str) -> Booked | BookingFailed:
        """Outside of every time limit: a limit that strikes while the database commits would lie."""
        try:
            confirmed = await self._store.change(record.reference, ("claimed",), "confirmed", record.term)
        except BaseException:
            await self._withdrawal.leave_to_sweeper(record)
            raise
        if not confirmed:
            return BookingFailed()
        return Booked(Appointment(record.reference, replace(slot, seat=record.seat), right))

    def _record(self, desk: Desk, slot: Slot, seat: int) -> Record:
        visit = Span(slot.starts.astimezone(UTC), slot.ends.astimezone(UTC))
        return Record(
            reference=references.new(),
            office=desk.office,
            seat=seat,
            starts=visit.starts,
            ends=visit.ends,
            until=slots.needed(desk, visit).ends,
            calendar=desk.calendar_of(seat),
            uid=str(uuid.uuid4()),
            state="claimed",
            due=self._clock() + CLAIM,
        )


def _seats(desk: Desk, slot: Slot) -> list[int]:
    """The seats of that time and place, the one shown first."""
    nothing: list[list[Span]] = [[] for _ in desk.calendars]
    return sorted(slots.free_seats(desk, slot, nothing, ()), key=lambda seat: (seat != slot.seat, seat))


def _others(found: Sequence[Busy], held: Sequence[Record]) -> list[Span]:
    """The times that somebody else wrote."""
    ours = {record.uid for record in held}
    return merged(one.span for one in found if one.uid not in ours)


def _unreadable(office: str) -> Slots:
    return Slots(office, (), more=False, readable=False)
