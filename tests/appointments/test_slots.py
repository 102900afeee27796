"""Slot arithmetic against a slow, obvious model that walks through time minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.appointments.desks import Desk, Stop, Visit
from bot.appointments.slots import Held, free, free_seats, of_day, offered, opened, spread
from bot.appointments.spans import Span, meets, merged

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MINUTE = timedelta(minutes=1)


def desk(hours="Mo-Fr 09:00-12:00", zone=PARIS, calendars=("one",), stops=(), **visit):
    return Desk("office", zone, hours, calendars, Visit(**{"lead_hours": 0, **visit}), tuple(stops))


def times(slots):
    return [f"{slot.starts:%a %d %H:%M}-{slot.ends:%H:%M}" for slot in slots]


# --- the model ----------------------------------------------------------------------------------------------


def model(week, zone, visit, *, now, busy, held):
    """(start, lowest free seat) of every free slot, found by looking at each minute alone.

    `week`: per weekday, the (first, last + 1) minutes of the day at which the office is open.
    """
    found = []
    today = now.astimezone(zone).date()
    moment = datetime.combine(today, datetime.min.time(), zone).astimezone(UTC)
    run = None  # minutes since the opening began
    while (local := moment.astimezone(zone)).date() <= today + timedelta(days=visit.horizon_days):
        minute = local.hour * 60 + local.minute
        is_open = any(first <= minute < last for first, last in week[local.weekday()])
        if not is_open:
            run = None
        else:
            run = 0 if run is None or (local.hour, local.minute) == (0, 0) else run + 1
            if run % (visit.minutes + visit.buffer) == 0 and _fits(moment, week, zone, visit.minutes):
                seat = _seat(moment, visit, busy, held)
                if seat is not None and moment >= now + timedelta(hours=visit.lead_hours):
                    found.append((moment, seat))
        moment += MINUTE
    return found


def _fits(moment, week, zone, minutes):
    day = moment.astimezone(zone).date()
    for ahead in range(minutes):
        local = (moment + ahead * MINUTE).astimezone(zone)
        minute = local.hour * 60 + local.minute
        if local.date() != day or not any(first <= minute < last for first, last in week[local.weekday()]):
            return False
    return True


def _seat(moment, visit, busy, held):
    mine = [moment + ahead * MINUTE for ahead in range(visit.minutes + visit.buffer)]
    for seat in range(len(busy) * visit.seats):
        others = [*busy[seat // visit.seats], *(one.span for one in held if one.seat == seat)]
        if not any(span.starts < one + MINUTE and one < span.ends for one in mine for span in others):
            return seat
    return None


def osm(week):
    rules = []
    for day, ranges in enumerate(week):
        if ranges:
            hours = ",".join(
                f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}" for first, last in ranges
            )
            rules.append(f"{DAYS[day]} {hours}")
    return "; ".join(rules) or "off"


@st.composite
def openings(draw):
    """Up to three openings of a day, apart from each other, at any minute, near the clock change too."""
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [(first, last) for first, last in pairs if last > first]


# Spring and autumn of 2026 and an ordinary day, in zones that change their clocks by one hour, half an hour
# or never.
PLACES = st.sampled_from(["Europe/Paris", "America/Martinique", "Australia/Lord_Howe", "America/Miquelon"])
MOMENTS = st.sampled_from(
    [
        datetime(2026, 3, 28, 11, tzinfo=UTC),
        datetime(2026, 10, 24, 7, 13, tzinfo=UTC),
        datetime(2026, 10, 3, 2, tzinfo=UTC),
        datetime(2026, 11, 21, 20, 2, tzinfo=UTC),
    ]
)


@st.composite
def situations(draw):
    zone, now = ZoneInfo(draw(PLACES)), draw(MOMENTS)
    visit = Visit(
        minutes=draw(st.integers(5, 90)),
        buffer=draw(st.integers(0, 30)),
        lead_hours=draw(st.integers(0, 30)),
        horizon_days=draw(st.integers(1, 2)),
        seats=draw(st.integers(1, 2)),
    )
    week = [draw(openings()) for _ in range(7)]
    spans = st.builds(
        lambda start, length: Span(now + start * MINUTE, now + (start + length) * MINUTE),
        st.integers(-60, 72 * 60),
        st.integers(1, 600),
    )
    busy = [draw(st.lists(spans, max_size=4)) for _ in range(draw(st.integers(1, 2)))]
    held = [
        Held(draw(st.integers(0, visit.seats * len(busy) - 1)), span)
        for span in draw(st.lists(spans, max_size=3))
    ]
    return zone, now, visit, week, busy, held


@given(situations())
def test_slots_are_those_of_the_minute_by_minute_model(situation):
    zone, now, visit, week, busy, held = situation
    office = Desk("office", zone, osm(week), tuple("ab"[: len(busy)]), visit)
    found = list(free(office, now.astimezone(zone), [merged(spans) for spans in busy], held))
    assert [(slot.starts.astimezone(UTC), slot.seat) for slot in found] == model(
        week, zone, visit, now=now, busy=busy, held=held
    )
    for slot in found:
        assert slot.starts.tzinfo is zone
        assert offered(office, slot, now.astimezone(zone))
        assert slot.seat in free_seats(office, slot, [merged(spans) for spans in busy], held)


@given(situations())
def test_spreading_loses_no_slot(situation):
    zone, now, visit, week, busy, held = situation
    found = list(free(Desk("office", zone, osm(week), ("a",), visit), now, [merged(busy[0])], held))
    assert sorted(spread(found), key=lambda slot: (slot.starts, slot.seat)) == found


# --- spans --------------------------------------------------------------------------------------------------

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
        lambda pair: Span(
            datetime(2026, 1, 1, tzinfo=UTC) + pair[0] * MINUTE,
            datetime(2026, 1, 1, tzinfo=UTC) + (pair[0] + pair[1]) * MINUTE,
        )
    ),
    max_size=8,
)


@given(SPANS, SPANS)
def test_merging_keeps_every_instant_and_meets_finds_every_overlap(spans, others):
    apart = merged(spans)
    assert all(one.ends < two.starts for one, two in pairwise(apart))
    for other in others:
        if other.starts < other.ends:
            solid = [span for span in spans if span.starts < span.ends]
            assert meets(apart, other) == any(span.overlaps(other) for span in solid)


# --- days that are not like others --------------------------------------------------------------------------


def test_public_holidays_are_closed_when_the_hours_say_so():
    assert opened("Mo-Fr 09:00-12:00; PH off", PARIS, date(2026, 12, 25)) == []
    assert len(opened("Mo-Fr 09:00-12:00; PH off", PARIS, date(2026, 12, 24))) == 1


@pytest.mark.parametrize(
    ("day", "hours", "expected"),
    [
        # the hour from 2 to 3 does not exist: the office opens at 3, that is 01:00 UTC
        (date(2026, 3, 29), "02:30-04:00", [("01:00", "02:00")]),
        (date(2026, 3, 29), "01:00-04:00", [("00:00", "02:00")]),
        # the hour from 2 to 3 comes twice
        (date(2026, 10, 25), "02:30-04:00", [("00:30", "01:00"), ("01:30", "03:00")]),
        (date(2026, 10, 25), "00:00-24:00", [("22:00", "23:00")]),
        (date(2026, 10, 25), "09:00-12:00", [("08:00", "11:00")]),
    ],
)
def test_both_days_of_the_clock_change(day, hours, expected):
    spans = opened(hours, PARIS, day)
    assert [(f"{span.starts:%H:%M}", f"{span.ends:%H:%M}") for span in spans] == expected


def test_a_whole_day_has_25_hours_in_october_and_23_in_march():
    hours = [
        sum((span.ends - span.starts for span in opened("24/7", PARIS, day)), timedelta())
        / timedelta(hours=1)
        for day in (date(2026, 10, 25), date(2026, 3, 29), date(2026, 11, 21))
    ]
    assert hours == [25, 23, 24]


def test_lead_time_and_horizon_bound_the_slots():
    now = datetime(2026, 11, 23, 9, 30, tzinfo=PARIS)  # a Monday
    office = desk("Mo-Fr 09:00-11:00", minutes=60, lead_hours=24, horizon_days=2)
    assert times(free(office, now, [[]], ())) == [
        "Tue 24 10:00-11:00",
        "Wed 25 09:00-10:00",
        "Wed 25 10:00-11:00",
    ]


def test_the_buffer_after_a_visit_is_kept_free_before_the_next_thing():
    now = datetime(2026, 11, 23, 0, 0, tzinfo=PARIS)
    office = desk("Mo 09:00-12:00", minutes=30, buffer=30, horizon_days=1)
    meeting = Span(datetime(2026, 11, 23, 9, 45, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    assert times(free(office, now, [[meeting]], ())) == ["Mon 23 09:00-09:30", "Mon 23 11:00-11:30"]


def test_several_advisers_and_seats_fill_one_by_one():
    now = datetime(2026, 11, 23, 0, 0, tzinfo=PARIS)
    office = desk("Mo 09:00-10:00", calendars=("anne", "paul"), minutes=60, seats=2, horizon_days=1)
    span = Span(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    held = []
    for seat in range(4):
        assert [slot.seat for slot in free(office, now, [[], []], held)] == [seat]
        held.append(Held(seat, span))
    assert list(free(office, now, [[], []], held)) == []
    # Anne is away: her two seats are gone, Paul's are not
    assert [slot.seat for slot in free(office, now, [[span], []], ())] == [2]
    assert [office.calendar_of(seat) for seat in range(4)] == ["anne", "anne", "paul", "paul"]


def test_a_mobile_office_receives_where_and_when_it_stands():
    now = datetime(2026, 11, 30, 0, 0, tzinfo=PARIS)
    bus = desk(
        "off",
        stops=(Stop("Marché", "We 09:00-10:00", 2), Stop("Salle des fêtes", "2026 Dec 05 10:00-11:00", 1)),
        minutes=60,
        horizon_days=7,
    )
    first, second = free(bus, now, [[]], ())
    assert (first.place, f"{first.starts:%d %H}", second.place, f"{second.starts:%d %H}") == (
        "Marché",
        "02 09",
        "Salle des fêtes",
        "05 10",
    )
    assert free_seats(bus, first, [[]], ()) == (0, 1)
    assert free_seats(bus, second, [[]], ()) == (0,)


def test_a_slot_of_another_place_or_length_is_not_offered():
    now = datetime(2026, 11, 23, 0, 0, tzinfo=PARIS)
    office = desk("Mo 09:00-12:00", minutes=30, horizon_days=1)
    slot = next(free(office, now, [[]], ()))
    assert offered(office, slot, now)
    assert not offered(office, replace(slot, place="ailleurs"), now)
    assert not offered(office, replace(slot, ends=slot.ends + timedelta(hours=1)), now)
    assert not offered(office, replace(slot, starts=slot.starts + MINUTE), now)
    assert not offered(office, slot, slot.starts + MINUTE)
    assert free_seats(office, replace(slot, place="ailleurs"), [[]], ()) == ()


def test_a_slot_stays_bookable_for_the_grace_but_never_in_the_past():
    office = desk("Mo 09:00-12:00", minutes=30, lead_hours=2, horizon_days=1)
    slot = next(free(office, datetime(2026, 11, 23, 6, 50, tzinfo=PARIS), [[]], ()))
    late = datetime(2026, 11, 23, 7, 20, tzinfo=PARIS)
    assert not offered(office, slot, late)
    assert offered(office, slot, late, grace=timedelta(hours=1))
    assert not offered(office, slot, slot.starts + MINUTE, grace=timedelta(hours=9))


def test_the_first_page_shows_different_half_days():
    now = datetime(2026, 11, 23, 0, 0, tzinfo=PARIS)
    office = desk("Mo-Tu 09:00-11:00,14:00-16:00", minutes=60, horizon_days=1)
    assert times(spread(free(office, now, [[]], ())))[:4] == [
        "Mon 23 09:00-10:00",
        "Mon 23 14:00-15:00",
        "Tue 24 09:00-10:00",
        "Tue 24 14:00-15:00",
    ]


def test_the_day_s_times_are_kept_not_computed_again():
    assert of_day(desk(), date(2026, 11, 23)) is of_day(desk(), date(2026, 11, 23))
