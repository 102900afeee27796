"""Which slots are free: opening hours, less what is busy, held, too soon or too far. Pure; no clock, no I/O.

A slot begins at the start of an opening or a whole number of (visit + buffer) after it, and ends before the
opening does. An opening never crosses midnight. Opening hours are wall-clock times, so an hour that the clock
skips has no slot and an hour that it repeats has slots twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

from bot.appointments.desks import Desk
from bot.appointments.holidays import hours_on
from bot.appointments.spans import Span, meets, merged
from bot.conversation.ports import Slot

DAY = timedelta(days=1)


class Held(NamedTuple):
    """A seat that one of our own appointments takes, buffer included."""

    seat: int
    span: Span


class Candidate(NamedTuple):
    """A time at which the office receives, whoever else is there."""

    visit: Span
    place: str
    seats: int


def free(desk: Desk, now: datetime, busy: Sequence[Sequence[Span]], held: Iterable[Held]) -> Iterator[Slot]:
    """The free slots in order of time, each with its lowest free seat.

    `busy` has one list a calendar, as `merged` gives it: what others wrote there, which takes all its seats.
    """
    per_seat: defaultdict[int, list[Span]] = defaultdict(list)
    for one in held:
        per_seat[one.seat].append(one.span)
    taken = {seat: merged(spans) for seat, spans in per_seat.items()}
    for candidate in candidates(desk, now):
        seat = next(_free_seats(desk, candidate, busy, taken), None)
        if seat is not None:
            yield slot_of(desk, candidate, seat)


def free_seats(
    desk: Desk, slot: Slot, busy: Sequence[Sequence[Span]], held: Iterable[Held]
) -> tuple[int, ...]:
    """The seats at which this slot's time is still free."""
    taken: defaultdict[int, list[Span]] = defaultdict(list)
    for one in held:
        taken[one.seat].append(one.span)
    apart = {seat: merged(spans) for seat, spans in taken.items()}
    found = _offered(desk, slot)
    return tuple(_free_seats(desk, found, busy, apart)) if found else ()


def offered(desk: Desk, slot: Slot, now: datetime, grace: timedelta = timedelta(0)) -> bool:
    """Whether the office receives at this time and place, not too soon (by more than `grace`) nor too far."""
    today = now.astimezone(desk.zone).date()
    soonest = max(now, _soonest(desk, now) - grace)
    in_reach = slot.starts >= soonest and _day(desk, slot) <= today + desk.visit.horizon_days * DAY
    return in_reach and _offered(desk, slot) is not None


def candidates(desk: Desk, now: datetime) -> Iterator[Candidate]:
    """Every time from the lead time to the horizon, in order."""
    soonest = _soonest(desk, now)
    today, first = now.astimezone(desk.zone).date(), soonest.astimezone(desk.zone).date()
    for days in range((first - today).days, desk.visit.horizon_days + 1):
        for candidate in of_day(desk, today + days * DAY):
            if candidate.visit.starts >= soonest:
                yield candidate


@lru_cache(maxsize=4096)
def of_day(desk: Desk, day: date) -> tuple[Candidate, ...]:
    """Every time of one local day, in order."""
    return tuple(
        sorted(
            Candidate(visit, opening.place, opening.seats)
            for opening in desk.openings
            for span in opened(opening.hours, desk.zone, day, desk.region)
            for visit in _grid(span, desk.visit.minutes, desk.visit.buffer)
        )
    )


def opened(hours: str, zone: ZoneInfo, day: date, region: str = "") -> list[Span]:
    """When `hours` (OSM syntax, French public holidays and those of a region) are open on this local day."""
    midnight = datetime.combine(day, time())
    walls = OpeningHours(hours_on(hours, region, day), country="FR").intervals(midnight, midnight + DAY)
    return merged(
        span
        for opens, closes, state, _ in walls
        if state == State.OPEN
        for span in _instants(opens, closes, zone, day)
    )


def spread(slots: Iterable[Slot]) -> list[Slot]:
    """The order in which slots are shown: different half-days first, week by week.

    Within each seven days after the first slot come the first slot of every half-day, then every second
    one, and so on: somebody who cannot come in the morning sees an afternoon at once.
    """
    ranks: defaultdict[tuple[date, bool], Iterator[int]] = defaultdict(count)
    first: date | None = None
    keyed = []
    for slot in slots:
        first = first or slot.starts.date()
        rank = next(ranks[slot.starts.date(), slot.starts.hour < NOON])
        keyed.append(((slot.starts.date() - first).days // 7, rank, slot.starts, slot))
    return [slot for *_, slot in sorted(keyed, key=lambda one: one[:3])]


NOON = 12


def slot_of(desk: Desk, candidate: Candidate, seat: int) -> Slot:
    starts, ends = (moment.astimezone(desk.zone) for moment in candidate.visit)
    return Slot(desk.office, starts, ends, seat, candidate.place)


def slot_at(desk: Desk, visit: Span, seat: int) -> Slot:
    """A visit that was booked, where it is held: times that the office offers have a place, others none."""
    known = (one for one in of_day(desk, visit.starts.astimezone(desk.zone).date()) if one.visit == visit)
    found = next(known, Candidate(visit, "", 1))
    return slot_of(desk, found, seat)


def needed(desk: Desk, visit: Span) -> Span:
    """What a visit takes of its seat: itself and the buffer after it."""
    return Span(visit.starts, visit.ends + timedelta(minutes=desk.visit.buffer))


def _soonest(desk: Desk, now: datetime) -> datetime:
    """Reckoned in UTC: in the office's zone an hour more or less would slip in when the clock changes."""
    return now.astimezone(UTC) + timedelta(hours=desk.visit.lead_hours)


def _free_seats(
    desk: Desk, candidate: Candidate, busy: Sequence[Sequence[Span]], taken: dict[int, list[Span]]
) -> Iterator[int]:
    span = needed(desk, candidate.visit)
    for calendar, spans in enumerate(busy):
        if meets(spans, span):
            continue
        for seat in range(calendar * desk.width, calendar * desk.width + candidate.seats):
            if not meets(taken.get(seat, ()), span):
                yield seat


def _offered(desk: Desk, slot: Slot) -> Candidate | None:
    visit = Span(slot.starts.astimezone(UTC), slot.ends.astimezone(UTC))
    same = (one for one in of_day(desk, _day(desk, slot)) if (one.visit, one.place) == (visit, slot.place))
    return next(same, None)


def _day(desk: Desk, slot: Slot) -> date:
    return slot.starts.astimezone(desk.zone).date()


def _grid(span: Span, minutes: int, buffer: int) -> Iterator[Span]:
    length, pitch = timedelta(minutes=minutes), timedelta(minutes=minutes + buffer)
    starts = span.starts
    while starts + length <= span.ends:
        yield Span(starts, starts + length)
        starts += pitch


def _instants(opens: datetime, closes: datetime, zone: ZoneInfo, day: date) -> Iterator[Span]:
    """The instants of a day whose wall-clock time lies between two wall-clock times of that day."""
    for stretch, offset in _offsets(zone, day):
        shifted = Span(opens.replace(tzinfo=UTC) - offset, closes.replace(tzinfo=UTC) - offset)
        yield Span(max(shifted.starts, stretch.starts), min(shifted.ends, stretch.ends))


@lru_cache(maxsize=4096)
def _offsets(zone: ZoneInfo, day: date) -> tuple[tuple[Span, timedelta], ...]:
    """The stretches of a local day between which the clock changes (two on two days a year), with offsets."""
    whole = Span(*(datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + DAY)))
    before, after = _offset(zone, whole.starts), _offset(zone, whole.ends)
    if before == after:
        return ((whole, before),)
    minutes = range(int((whole.ends - whole.starts) / timedelta(minutes=1)))
    change = next(
        moment
        for minute in minutes
        if _offset(zone, moment := whole.starts + timedelta(minutes=minute)) != before
    )
    return ((Span(whole.starts, change), before), (Span(change, whole.ends), after))


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset
