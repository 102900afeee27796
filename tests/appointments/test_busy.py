"""What counts as busy in a partner's calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.appointments.busy import UnreadableEvent, busy
from bot.appointments.spans import Span
from tests.appointments.radicale import vcalendar

PARIS = ZoneInfo("Europe/Paris")
WEEK = Span(
    datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 29, 23, tzinfo=UTC)
)  # Monday to Sunday


def hours(*events, window=WEEK, zone=PARIS, addresses=frozenset()):
    found = busy([vcalendar(*events)], window, zone, addresses)
    return sorted(
        f"{one.span.starts.astimezone(zone):%a %H:%M}-{one.span.ends.astimezone(zone):%H:%M}" for one in found
    )


TUESDAY = "UID:a\nDTSTART:20261124T080000Z\nDTEND:20261124T090000Z"


@pytest.mark.parametrize(
    ("more", "is_busy"),
    [
        ("", True),
        ("TRANSP:OPAQUE", True),
        ("TRANSP:TRANSPARENT", False),
        ("TRANSP:transparent", False),
        ("STATUS:TENTATIVE", True),
        ("STATUS:CONFIRMED", True),
        ("STATUS:CANCELLED", False),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:Anne@office.example", False),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:anne@office.example", True),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:somebody@else.example", True),
        (
            "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example\nATTENDEE;PARTSTAT=DECLINED:mailto:anne@office.example",
            False,
        ),
    ],
)
def test_what_takes_time(more, is_busy):
    found = hours(f"{TUESDAY}\n{more}", addresses=frozenset({"anne@office.example"}))
    assert found == (["Tue 09:00-10:00"] if is_busy else [])


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261125", "Tue 00:00-00:00"),
        ("DTSTART;VALUE=DATE:20261124", "Tue 00:00-00:00"),
        ("DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261124", "Tue 00:00-00:00"),
        ("DTSTART:20261124T090000\nDTEND:20261124T100000", "Tue 09:00-10:00"),
        ("DTSTART:20261124T100000\nDTEND:20261124T090000", "Tue 09:00-10:00"),
        ("DTSTART:20261124T090000\nDURATION:PT90M", "Tue 09:00-10:30"),
        ("DTSTART;TZID=Romance Standard Time:20261124T090000\nDURATION:PT1H", "Tue 09:00-10:00"),
        ("DTSTART;TZID=America/New_York:20261124T090000\nDURATION:PT1H", "Tue 15:00-16:00"),
        ("DTSTART;TZID=Eastern Standard Time:20261124T090000\nDURATION:PT1H", "Tue 15:00-16:00"),
    ],
)
def test_times_are_read_in_their_zone_or_the_office_s(times, expected):
    assert hours(f"UID:a\n{times}") == [expected]


def test_floating_and_whole_days_follow_an_office_overseas():
    martinique = ZoneInfo("America/Martinique")
    events = ("UID:a\nDTSTART;VALUE=DATE:20261124", "UID:b\nDTSTART:20261125T090000\nDURATION:PT1H")
    assert hours(*events, zone=martinique) == ["Tue 00:00-00:00", "Wed 09:00-10:00"]
    first = busy([vcalendar(events[0])], WEEK, martinique)[0]
    assert first.span.starts == datetime(2026, 11, 24, 4, tzinfo=UTC)


def test_a_whole_day_of_the_clock_change_has_25_hours():
    window = Span(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    day = busy([vcalendar("UID:a\nDTSTART;VALUE=DATE:20261025")], window, PARIS)[0].span
    assert (day.ends - day.starts).total_seconds() == 25 * 3600


def test_an_event_with_no_length_takes_no_time():
    assert hours("UID:a\nDTSTART:20261124T090000Z") == []


def test_a_zone_defined_in_the_file_itself():
    zone = """BEGIN:VTIMEZONE
TZID:Our own zone
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
"""
    text = vcalendar("UID:a\nDTSTART;TZID=Our own zone:20261124T110000\nDURATION:PT1H")
    text = text.replace("BEGIN:VEVENT", zone.replace("\n", "\r\n") + "BEGIN:VEVENT")
    assert busy([text], WEEK, PARIS)[0].span.starts == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_series_with_a_day_left_out_one_moved_and_one_cancelled():
    series = "UID:a\nDTSTART;TZID=Europe/Paris:20261102T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY"
    left_out = f"{series}\nEXDATE;TZID=Europe/Paris:20261125T090000"
    moved = "UID:a\nRECURRENCE-ID;TZID=Europe/Paris:20261126T090000\nDTSTART;TZID=Europe/Paris:20261126T140000\nDURATION:PT1H"
    cancelled = "UID:a\nRECURRENCE-ID;TZID=Europe/Paris:20261127T090000\nDTSTART;TZID=Europe/Paris:20261127T090000\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert hours(left_out, moved, cancelled) == [
        "Mon 09:00-10:00", "Sat 09:00-10:00", "Sun 09:00-10:00", "Thu 14:00-15:00", "Tue 09:00-10:00",
    ]  # fmt: skip


def test_a_series_keeps_its_wall_clock_time_over_the_clock_change():
    series = "UID:a\nDTSTART;TZID=Europe/Paris:20261022T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2"
    window = Span(datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    assert [one.span.starts.hour for one in busy([vcalendar(series)], window, PARIS)] == [7, 8]


def test_an_event_outside_the_window_is_left_out_and_one_that_reaches_in_is_kept():
    long = "UID:a\nDTSTART:20261101T000000Z\nDTEND:20261201T000000Z"
    later = "UID:b\nDTSTART:20261130T080000Z\nDURATION:PT1H"
    assert [one.uid for one in busy([vcalendar(long, later)], WEEK, PARIS)] == ["a"]


@pytest.mark.parametrize(
    "event",
    [
        "UID:a\nDTSTART:garbage\nDTEND:20261124T090000Z",
        "UID:a\nDTEND:20261124T090000Z",
        "UID:a\nDTSTART:20261124T080000Z\nDTEND:tomorrow",
        "UID:a\nDTSTART:20261124T080000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "UID:a\nDTSTART:20261124T080000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY",
        "UID:a\nDTSTART:20261124T080000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_refused_not_taken_for_free(event):
    with pytest.raises(UnreadableEvent):
        hours(event)


def test_a_file_that_is_no_calendar_is_refused_without_repeating_it():
    with pytest.raises(UnreadableEvent) as refused:
        busy(["<html>Jeanne Martin, 12 rue des Lilas</html>"], WEEK, PARIS)
    assert "Jeanne" not in str(refused.value)


LINES = st.sampled_from(
    """DTSTART:20261124T080000Z
DTSTART;VALUE=DATE:20261124
DTSTART;TZID=Nowhere:20261124T080000
DTEND:20261124T080000
DTEND;VALUE=DATE:20261123
DURATION:-PT1H
DURATION:P1D
RRULE:FREQ=DAILY
RRULE:FREQ=WEEKLY;UNTIL=20261201
RRULE:FREQ=YEARLY;BYDAY=5MO
RDATE:20261126T080000Z
EXDATE;VALUE=DATE:20261125
RECURRENCE-ID:20261125T080000Z
STATUS:CANCELLED
TRANSP:
ATTENDEE:
BEGIN:VALARM
END:VALARM
END:VEVENT
BEGIN:VEVENT
:
X;=:""".splitlines()
)


@given(st.lists(LINES, max_size=10), st.sampled_from(["DTSTART:20261124T080000Z", ""]))
def test_whatever_the_file_it_is_read_or_refused(lines, first):
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", first, *lines, "END:VEVENT", "END:VCALENDAR", ""])
    try:
        found = busy([text], WEEK, PARIS)
    except UnreadableEvent:
        return
    assert all(one.span.overlaps(WEEK) and one.span.starts < one.span.ends for one in found)
