"""What a person tells the partner after booking stands in the event, and nothing that the partner wrote is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar as ICalendar

from bot.appointments.amending import Told, amended
from bot.appointments.booking import NO_WISH
from bot.appointments.caldav import CalendarDown
from bot.conversation.ports import Wish
from tests.appointments.worlds import WORDS, world

ALL_ON = Told(late=True, accompanied=True, topic="Aide au logement")


@pytest.fixture
async def ours(calendar):
    async with world(calendar.url) as made:
        yield made


async def booked(ours, wish=NO_WISH):
    slot = (await ours.bookings.free("ccas", "rsa")).free[0]
    return (await ours.bookings.book(slot, "rsa", "fr", wish)).appointment.reference


def event(calendar):
    (found,) = [one for text in calendar.events() for one in ICalendar.from_ical(text).walk("VEVENT")]
    return found


async def test_nothing_is_told_that_the_person_did_not_choose(ours, calendar):
    code = await booked(ours)
    assert event(calendar)["SUMMARY"] == f"Rendez-vous {code} (à l'accueil)"
    assert event(calendar)["DESCRIPTION"] == "Durée : 30 minutes.\nLangue : français."


async def test_what_is_told_stands_in_the_event_and_goes_when_it_is_taken_back(ours, calendar):
    code = await booked(ours)
    assert await ours.bookings.tell(code, ALL_ON)
    assert event(calendar)["SUMMARY"] == f"En retard : Rendez-vous {code} (à l'accueil)"
    assert event(calendar)["DESCRIPTION"].split("\n")[2:] == [
        "La personne sera en retard.",
        "La personne vient accompagnée.",
        "Sujet : Aide au logement.",
    ]
    assert event(calendar)["SEQUENCE"] == 1
    assert await ours.bookings.tell(code, Told(accompanied=False, topic=""))
    assert (
        "accompagnée" not in event(calendar)["DESCRIPTION"] and "Sujet" not in event(calendar)["DESCRIPTION"]
    )
    assert "En retard" in event(calendar)["SUMMARY"], "that was not taken back"
    await ours.bookings.tell(code, Told(late=False))
    assert event(calendar)["SUMMARY"] == f"Rendez-vous {code} (à l'accueil)"


async def test_saying_the_same_twice_says_it_once(ours, calendar):
    code = await booked(ours)
    for _ in range(2):
        assert await ours.bookings.tell(code, ALL_ON)
    assert event(calendar)["SUMMARY"].count("En retard") == 1
    assert event(calendar)["DESCRIPTION"].count("Sujet") == 1
    assert event(calendar)["SEQUENCE"] == 1


async def test_what_the_partner_wrote_there_stays(ours, calendar):
    code = await booked(ours)
    record = await ours.store.find(code)
    here = ours.calendars.named("")
    found = await here.get(record.file)
    await here.put_changed(
        record.file,
        found.text.replace("STATUS:", "LOCATION:Bureau 3\r\nSTATUS:").replace(
            "DESCRIPTION:", "DESCRIPTION:Prévoir le dossier bleu\\n"
        ),
        found.etag,
    )
    assert await ours.bookings.tell(code, Told(late=True))
    assert event(calendar)["LOCATION"] == "Bureau 3"
    assert event(calendar)["DESCRIPTION"].startswith("Prévoir le dossier bleu\nDurée")
    assert "en retard" in event(calendar)["DESCRIPTION"]


async def test_an_event_that_is_gone_does_not_come_back(ours, calendar):
    code = await booked(ours)
    calendar.delete_all()
    assert not await ours.bookings.tell(code, ALL_ON)
    assert calendar.events() == []


async def test_a_cancelled_visit_or_an_unknown_code_is_told_nothing(ours, calendar):
    code = await booked(ours)
    await ours.bookings.cancel(code)
    assert not await ours.bookings.tell(code, ALL_ON)
    assert not await ours.bookings.tell("FFFF-7777", ALL_ON)
    assert calendar.events() == []


async def test_a_partner_who_writes_at_the_same_moment_is_not_overwritten(ours, calendar, monkeypatch):
    code = await booked(ours)
    record = await ours.store.find(code)
    here = ours.calendars.named("")
    put, quick = type(here).put_changed, []

    async def slow(self, name, text, etag):
        if not quick:
            quick.append(1)
            found = await here.get(record.file)
            await put(here, name, found.text.replace("STATUS:", "LOCATION:Bureau 3\r\nSTATUS:"), found.etag)
        await put(self, name, text, etag)

    monkeypatch.setattr(type(here), "put_changed", slow)
    assert await ours.bookings.tell(code, Told(late=True))
    assert event(calendar)["LOCATION"] == "Bureau 3" and "En retard" in event(calendar)["SUMMARY"]


async def test_a_visit_told_of_is_no_news_to_the_watch(ours):
    code = await booked(ours)
    await ours.bookings.tell(code, ALL_ON)
    bookings = ours.bookings
    await bookings.look()
    assert await bookings.tidings() == []
    assert (await bookings.standing(code)) is not None


async def test_what_was_told_goes_along_to_another_time(ours, calendar):
    code = await booked(ours, Wish(accompanied=True))
    second = (await ours.bookings.free("ccas", "rsa")).free[0]
    await ours.bookings.move(code, second, "rsa", "fr", Wish(accompanied=True, topic="Aide au logement"))
    assert (
        "accompagnée" in event(calendar)["DESCRIPTION"]
        and "Aide au logement" in event(calendar)["DESCRIPTION"]
    )
    assert await ours.bookings.tell(code, Told(topic=""))
    assert "Aide au logement" not in event(calendar)["DESCRIPTION"]


@pytest.mark.parametrize(
    "text", ["", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x"]
)
def test_what_is_no_event_of_ours_is_left_alone(text):
    with pytest.raises(CalendarDown):
        amended(text, "our-uid", WORDS, ALL_ON, datetime(2026, 11, 21, tzinfo=UTC))


# --- found by its code -------------------------------------------------------------------------------------------


async def test_a_visit_is_found_by_its_code_however_it_is_typed(ours):
    code = await booked(ours)
    found = await ours.bookings.find(code.lower().replace("-", " "))
    assert (found.reference, found.right, found.care.kind) == (code, "", "desk")
    assert f"{found.slot.starts:%a %H:%M}" == "Mon 09:00"
    assert await ours.bookings.find("FFFF-7777") is None
    ours.clock.forward(hours=10)
    assert await ours.bookings.find(code) is None, "it is over"


async def test_a_cancelled_visit_is_not_found(ours):
    code = await booked(ours)
    await ours.bookings.cancel(code)
    assert await ours.bookings.find(code) is None
    assert await ours.bookings.standing(code) is None
