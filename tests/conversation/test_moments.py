"""When a person is reminded: by day, before the visit, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.moments import BEFORE, by_day, coming, moment

PARIS = ZoneInfo("Europe/Paris")
ZONES = [
    "Europe/Paris",
    "America/Miquelon",
    "America/Cayenne",
    "Indian/Reunion",
    "Pacific/Noumea",
    "Pacific/Marquesas",
]
CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]

zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.builds(  # around the two changes of a year
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-3000, 3000),
    ),
)


@given(starts=instants, zone=zones, which=st.sampled_from(BEFORE))
def test_nobody_is_written_to_at_night_nor_after_the_beginning(starts, zone, which):
    at = moment(which, starts, zone)
    assert by_day(at, zone)
    assert at < starts


@given(starts=instants, zone=zones)
def test_the_day_before_is_the_day_before(starts, zone):
    at, there = moment("day", starts, zone).astimezone(zone), starts.astimezone(zone)
    assert at.date() == there.date() - timedelta(days=1)
    if time(8) <= there.time() <= time(19, 30):
        assert at.time() == there.time(), "at the same hour by the clock on the wall"


@given(starts=instants, zone=zones)
def test_two_hours_before_are_two_hours_that_pass_or_as_near_as_the_night_allows(starts, zone):
    at = moment("hours", starts, zone)
    wanted = starts - timedelta(hours=2)
    if by_day(wanted, zone):
        assert at == wanted
    elif at > wanted:
        assert at.astimezone(zone).time() == time(8)
        assert at + timedelta(minutes=30) <= starts
    else:
        assert at.astimezone(zone).time() == time(19, 30)
        assert wanted - at < timedelta(hours=14)


@pytest.mark.parametrize(
    ("which", "visit", "reminder"),
    [
        ("day", "2026-11-24 14:30", "2026-11-23 14:30"),
        ("day", "2026-11-24 07:15", "2026-11-23 08:00"),
        ("day", "2026-11-24 20:30", "2026-11-23 19:30"),
        ("hours", "2026-11-24 14:30", "2026-11-24 12:30"),
        ("hours", "2026-11-24 09:00", "2026-11-24 08:00"),
        ("hours", "2026-11-24 08:30", "2026-11-24 08:00"),
        ("hours", "2026-11-24 08:15", "2026-11-23 19:30"),
        ("day", "2026-10-25 10:00", "2026-10-24 10:00"),  # the night between them has an hour more
        ("day", "2026-03-29 10:00", "2026-03-28 10:00"),  # and here an hour less
    ],
)
def test_reminders_as_people_expect_them(which, visit, reminder):
    found = moment(which, datetime.fromisoformat(visit).replace(tzinfo=PARIS), PARIS)
    assert f"{found.astimezone(PARIS):%Y-%m-%d %H:%M}" == reminder


@given(starts=instants, now=instants, before=st.sets(st.sampled_from(BEFORE)))
def test_only_what_is_still_to_come_is_left(starts, now, before):
    found = coming(starts, PARIS, before, now)
    assert found == sorted(found)
    assert all(at > now and which in before for at, which in found)


def test_at_the_edges_of_the_night():
    on = date(2026, 11, 24)
    told = [
        by_day(datetime.combine(on, time(*hour), PARIS), PARIS)
        for hour in ((7, 59), (8, 0), (19, 59), (20, 0))
    ]
    assert told == [False, True, True, False]
