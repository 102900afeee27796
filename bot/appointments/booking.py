"""Booking: claim the seat in the database, write to the partner's calendar, prove that the event is alone.

CalDAV never guards time. The claim keeps our own people apart; reading the calendar again after writing keeps
them apart from everybody else who writes there.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.appointments import slots
from bot.appointments.amending import Told, amend
from bot.appointments.busy import Busy, UnreadableEvent, busy
from bot.appointments.cache import Cache, Remembered
from bot.appointments.caldav import CalendarDown, Calendars
from bot.appointments.desks import Desk
from bot.appointments.foreign import others
from bot.appointments.ics import Shown, Words, visit_event
from bot.appointments.profiles import Profiles
from bot.appointments.readings import Readings
from bot.appointments.spans import Span
from bot.appointments.store import Record, Store
from bot.appointments.tidings import Tiding
from bot.appointments.vacancies import Vacancies, unreadable
from bot.appointments.watch import Watch
from bot.appointments.withdrawal import Withdrawal
from bot.conversation.events import Booked, BookingFailed, CancelFailed, Cancelled, SlotTaken
from bot.conversation.ports import Appointment, Care, Slot, Slots, Wish
from bot.storage import references

TURN: Final = 4.0
"""Seconds that a turn may wait for calendars; the person gets an answer within five."""
CLAIM: Final = timedelta(seconds=30)
"""How long a booking under way holds its seat before the sweeper undoes it: well over a turn."""
GRACE: Final = timedelta(hours=1)
"""How long after the lead time a slot can still be taken by somebody who is reading the choice."""
LOG: Final = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


NO_WISH: Final = Wish()


@dataclass(frozen=True, slots=True)
class _Order:
    slot: Slot
    right: str
    language: str
    wish: Wish
    moves: Record | None = None
    held: Record | None = None
    """The claim that an offer of the waiting list made, to be used instead of a new one."""


class Bookings:
    """Finds, books and cancels. `desks` by office; an office without a desk cannot be booked."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        store: Store,
        calendars: Calendars,
        words: Words,
        clock: Callable[[], datetime] = utc_now,
        cache: Cache | None = None,
        profiles: Profiles | None = None,
    ) -> None:
        self._desks, self._store, self._calendars = desks, store, calendars
        self._words, self._tell_time = words, clock
        cache = cache or Remembered()
        readings = Readings(calendars, cache, self._clock)
        self._vacancies = Vacancies(store, readings, self._clock)
        self._withdrawal = Withdrawal(store, calendars, self._clock)
        self._watch = Watch(desks, store, calendars, cache, readings, self._clock, profiles)

    async def recover(self) -> None:
        """Undo or finish what a crash left half-way, as far as the calendars answer now."""
        await self._withdrawal.sweep()

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """Recover, and watch the calendars, in the background as long as this lasts."""
        async with self._withdrawal.sweeping(), self._watch.watching():
            yield

    async def look(self) -> None:
        """At every calendar that is due: what partners did there becomes `tidings`."""
        await self._watch.look()

    def kinds(self, office_id: str, right: str) -> tuple[str, ...]:
        """How this office receives for a right: of `desks.KINDS`, the usual one first."""
        desk = self._desks.get(office_id)
        return desk.kinds(right) if desk else ()

    async def tidings(self, references: Collection[str] | None = None) -> list[Tiding]:
        """As `tidings.Tidings`."""
        return await self._store.tidings(references)

    async def told(self, reference: str) -> None:
        """As `tidings.Tidings`."""
        await self._store.told(reference)

    async def free(self, office_id: str, right: str, skip: int = 0, kind: str = "") -> Slots:
        """Three free slots after the first `skip`, in the order of `slots.spread`."""
        desk = self._desk(office_id, right, kind)
        if desk is None:
            return unreadable(office_id)
        return await self._vacancies.page(desk, right, skip)

    async def soonest(self, office_id: str, right: str, kind: str, before: datetime) -> list[Slot]:
        """All free slots before then, the first one first."""
        desk = self._desk(office_id, right, kind)
        every = await self._vacancies.every(desk) if desk else None
        return [slot for slot in every or () if slot.starts < before]

    async def book(
        self, slot: Slot, right: str, language: str, wish: Wish = NO_WISH
    ) -> Booked | SlotTaken | BookingFailed:
        """Hold the slot, at whichever of its seats is free. `right` decides how long the visit is, and is
        written nowhere; the partner reads the code, the kind of visit, its length and `language`.

        After `SlotTaken` and `BookingFailed` nothing is booked: what was written is removed, at once or by
        the sweeper.
        """
        deadline = asyncio.get_running_loop().time() + TURN
        record = await self._take(_Order(slot, right, language, wish), deadline)
        if not isinstance(record, Record):
            return record
        if not await self._confirmed(record):
            return BookingFailed()
        return _booked(record, record.reference, slot, right)

    async def move(
        self, reference: str, slot: Slot, right: str, language: str, wish: Wish = NO_WISH, held: str = ""
    ) -> Booked | SlotTaken | BookingFailed:
        """Hold `slot` in place of the appointment of this code, which the person keeps: either they have the
        new time, and the old one is given back, or everything is as it was. Moving twice is as good as once.
        `held`: the claim that `offer` made for it.
        """
        deadline = asyncio.get_running_loop().time() + TURN
        old = await self._store.find(references.tidy(reference))
        if old is None or old.state != "confirmed":
            return BookingFailed()
        if (old.office, old.visit) == (slot.office, _visit(slot)):
            return _booked(old, old.reference, slot, right)
        wish = replace(wish, kind=wish.kind or old.kind)
        claim = await self._store.find(held) if held else None
        if held and claim is None:
            return SlotTaken(unreadable(slot.office))
        record = await self._take(_Order(slot, right, language, wish, old, claim), deadline)
        if not isinstance(record, Record):
            return record
        if not await self._changed_over(record, deadline):
            return BookingFailed()
        return _booked(record, old.reference, slot, right)

    async def offer(self, reference: str, slot: Slot, right: str, kind: str, until: datetime) -> str:
        """Keep a slot until then for whom this code is, who may `move` there: the claim's own code; empty when
        no seat is free any more, or the appointment is no more. Nothing is written in the calendar yet.
        """
        old, desk = await self._store.find(reference), self._desk(slot.office, right, kind)
        if old is None or old.state != "confirmed" or desk is None:
            return ""
        for record in self._records(desk, _Order(slot, right, "", Wish(kind), old)):
            if await self._store.claim(replace(record, due=until)):
                return record.reference
        return ""

    async def withdraw(self, claim: str) -> None:
        """Give back what `offer` kept."""
        record = await self._store.find(claim)
        if record is not None and record.state == "claimed":
            await self._withdrawal.leave_to_sweeper(record)

    async def find(self, reference: str) -> Appointment | None:
        """The appointment of this code, as long as it is to come or under way; nothing is known of its right."""
        record = await self._store.find(references.tidy(reference))
        if record is None or record.state != "confirmed" or record.ends < self._clock():
            return None
        desk = self._desks.get(record.office)
        slot = slots.slot_at(desk, record.visit, record.seat) if desk else None
        return Appointment(record.reference, slot, "", Care(kind=record.kind)) if slot else None

    async def standing(self, reference: str) -> Span | None:
        """When this visit is, for as long as it stands; it does until its event is out of the calendar."""
        record = await self._store.find(reference)
        return record.visit if record is not None and record.state in ("confirmed", "leaving") else None

    async def tell(self, reference: str, told: Told) -> bool:
        """Write into the partner's event what the person wants them to know; False when it could not be."""
        record = await self._store.find(references.tidy(reference))
        if record is None or record.state != "confirmed":
            return False
        try:
            async with asyncio.timeout(TURN):
                return await amend(self._calendars, record, self._words, told, self._clock())
        except (TimeoutError, CalendarDown) as trouble:
            LOG.warning("%s could not be told yet: %s", record.office, str(trouble) or "too slow")
            return False

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

    def _desk(self, office: str, right: str, kind: str) -> Desk | None:
        desk = self._desks.get(office)
        return desk.receiving(right, kind) if desk else None

    def _clock(self) -> datetime:
        """In UTC, whatever the zone of the clock: adding hours in a zone that changes its clocks would err."""
        return self._tell_time().astimezone(UTC)

    async def _next(self, desk: Desk, right: str, deadline: float) -> Slots:
        """After something in the calendar was otherwise than we knew."""
        try:
            async with asyncio.timeout_at(deadline):
                return await self._vacancies.page(desk, right, anew=True)
        except TimeoutError:
            return unreadable(desk.office)

    async def _take(self, order: _Order, deadline: float) -> Record | SlotTaken | BookingFailed:
        """A claimed record whose event stands alone in the partner's calendar."""
        slot = order.slot
        desk = self._desk(slot.office, order.right, order.wish.kind)
        if desk is None:
            return BookingFailed()
        try:
            async with asyncio.timeout_at(deadline):
                record = await self._hold(desk, order)
        except (TimeoutError, CalendarDown, UnreadableEvent) as trouble:
            LOG.warning("no booking at %s: %s", slot.office, str(trouble) or "too slow")
            return BookingFailed()
        if record is not None:
            return record
        return SlotTaken(await self._next(desk, order.right, deadline))

    async def _hold(self, desk: Desk, order: _Order) -> Record | None:
        """Claim a seat and write the event; None when no seat is free at that time any more."""
        full: set[str] = set()
        in_time = slots.offered(desk, order.slot, self._clock(), GRACE)
        for record in self._records(desk, order) if in_time else ():
            if record.calendar not in full and await self._claimed(record, order):
                if await self._written(desk, record, order):
                    return record
                full.add(record.calendar)
        return None

    def _records(self, desk: Desk, order: _Order) -> list[Record]:
        """What may be claimed for this order, the seat that was shown first."""
        if order.held:
            return [order.held]
        return [self._record(desk, order, seat) for seat in _seats(desk, order.slot)]

    async def _claimed(self, record: Record, order: _Order) -> bool:
        """A claim of an offer goes on as an ordinary one, unless its time was over."""
        if order.held is None:
            return await self._store.claim(record)
        return await self._store.go_on(record.reference, self._clock(), self._clock() + CLAIM)

    async def _written(self, desk: Desk, record: Record, order: _Order) -> bool:
        """Write the event and prove that it stands alone; False when somebody else's stands there too."""
        text = self._event(desk, record, order)
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
        return not others(found, held)

    async def _confirmed(self, record: Record) -> bool:
        """Outside of every time limit: a limit that strikes while the database commits would lie."""
        try:
            return await self._store.change(record.reference, ("claimed",), "confirmed", record.term)
        except BaseException:
            await self._withdrawal.leave_to_sweeper(record)
            raise

    async def _changed_over(self, record: Record, deadline: float) -> bool:
        """As `_confirmed`, for a move. From then on the old time is given back, now or by the sweeper."""
        try:
            old = await self._store.change_over(record, self._clock())
        except BaseException:
            await self._withdrawal.leave_to_sweeper(record)
            raise
        if old is None:
            await self._withdrawal.leave_to_sweeper(record)
            return False
        try:
            async with asyncio.timeout_at(deadline):
                await self._withdrawal.now(old)
        except (TimeoutError, CalendarDown) as trouble:
            LOG.warning("the old time at %s is given back later: %s", old.office, str(trouble) or "too slow")
            self._withdrawal.wake()
        return True

    def _event(self, desk: Desk, record: Record, order: _Order) -> str:
        kind = "stop" if order.slot.place else desk.visit.kind
        shown = Shown(
            reference=order.moves.reference if order.moves else record.reference,
            kind=kind,
            language=order.language,
            accompanied=order.wish.accompanied,
            topic=order.wish.topic,
        )
        return visit_event(self._words, record.uid, record.visit, shown, self._clock(), record.sequence)

    def _record(self, desk: Desk, order: _Order, seat: int) -> Record:
        visit, old = _visit(order.slot), order.moves
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
            sequence=old.sequence + 1 if old else 0,
            moves=old.reference if old else None,
            kind=desk.visit.kind,
        )


def _visit(slot: Slot) -> Span:
    return Span(slot.starts.astimezone(UTC), slot.ends.astimezone(UTC))


def _booked(record: Record, reference: str, slot: Slot, right: str) -> Booked:
    care = Care(kind=record.kind)
    return Booked(Appointment(reference, replace(slot, seat=record.seat), right, care))


def _seats(desk: Desk, slot: Slot) -> list[int]:
    """The seats of that time and place, the one shown first."""
    nothing: list[list[Span]] = [[] for _ in desk.calendars]
    return sorted(slots.free_seats(desk, slot, nothing, ()), key=lambda seat: (seat != slot.seat, seat))
