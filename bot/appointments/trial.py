"""What a calendar's server can and cannot do, found out by writing to it and taking all of it out again."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.appointments.busy import UnreadableEvent, busy
from bot.appointments.caldav import HEAD, RANGE, SPACES, Calendar, CalendarDown, Calendars, Changed
from bot.appointments.profiles import ABLE, Profile
from bot.appointments.spans import Span

Outcome = Literal["works", "around", "fails"]
CHECKS: Final = (
    "write", "read_back", "overwrite", "stale", "by_time", "at_once", "many", "sync", "zones",
    "free_busy", "delete",
)  # fmt: skip
"""In this order; each has its sentences in content/calendars.yml. A `fails` among `NEEDED` means: not usable."""
NEEDED: Final = frozenset({"write", "read_back", "zones", "delete"})
AWAY: Final = timedelta(days=400)
"""So far ahead the trial events stand: nobody looks there, and nothing of ours does."""
HOUR: Final = timedelta(hours=1)
FREE_BUSY: Final = HEAD + f"<C:free-busy-query {SPACES}>%s</C:free-busy-query>"
FORGOTTEN: Final = "http://example.invalid/never-issued"
"""A token such as a server may have given before it was restored from a copy."""
ZONED: Final = {
    "UTC": "DTSTART:{day}T080000Z\r\nDTEND:{day}T090000Z",
    "all day": "DTSTART;VALUE=DATE:{day}",
    "floating": "DTSTART:{day}T090000\r\nDTEND:{day}T100000",
    "in a zone": "DTSTART;TZID=Europe/Paris:{day}T090000\r\nDTEND;TZID=Europe/Paris:{day}T100000",
}
PARIS_RULES: Final = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@dataclass
class Trial:
    """One trial of one calendar. `title` is what somebody would read who looks just then."""

    calendars: Calendars
    url: str
    title: str
    now: datetime
    zone: ZoneInfo
    profile: Profile = ABLE
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """Names of trial files that could not be taken out again."""

    async def run(self) -> None:
        """Fills `outcomes` and `profile`. A check that cannot be made, since one before failed, is left out."""
        try:
            if await self._try("write", self._write):
                await self._rest()
        finally:
            await self._tidy()

    @property
    def usable(self) -> bool:
        made = NEEDED & self.outcomes.keys()
        return made == NEEDED and not any(self.outcomes[check] == "fails" for check in made)

    async def _rest(self) -> None:
        checks: dict[str, Callable[[], Awaitable[Outcome]]] = {
            "read_back": self._read_back,
            "overwrite": self._overwrite,
            "by_time": self._by_time,
            "at_once": self._at_once,
            "many": self._many,
            "sync": self._sync,
            "zones": self._zones,
            "free_busy": self._free_busy,
            "stale": self._stale,
            "delete": self._delete,
        }
        for name, check in checks.items():
            await self._try(name, check)

    async def _try(self, name: str, check: Callable[[], Awaitable[Outcome]]) -> bool:
        try:
            self.outcomes[name] = await check()
        except (CalendarDown, UnreadableEvent):
            self.outcomes[name] = "fails"
        return self.outcomes[name] != "fails"

    # --- the checks --------------------------------------------------------------------------------------------

    async def _write(self) -> Outcome:
        self._name, self._day = self._new_name(), (self.now + AWAY).astimezone(self.zone).date()
        starts = datetime.combine(self._day, datetime.min.time(), UTC) + 8 * HOUR
        self._visit = Span(starts, starts + HOUR)
        await self._calendar.put_new(self._name, self._text(self._name, ZONED["UTC"]))
        return "works"

    async def _read_back(self) -> Outcome:
        found = await self._calendar.get(self._name)
        if found is None:
            return "fails"
        same = self._visit in self._times(found.text)
        return "works" if same else "fails"

    async def _overwrite(self) -> Outcome:
        try:
            await self._calendar.put_new(self._name, self._text(self._name, ZONED["UTC"]))
        except Changed:
            return "works"
        self.profile = replace(self.profile, if_none_match=False)
        return "around"

    async def _by_time(self) -> Outcome:
        """Finds the event in its hour, and not on another day."""
        elsewhere = Span(self._visit.starts + 9 * 24 * HOUR, self._visit.ends + 9 * 24 * HOUR)
        try:
            here = self._name in {one.name for one in await self._calendar.between(self._visit)}
            there = self._name in {one.name for one in await self._calendar.between(elsewhere)}
        except CalendarDown:
            here = there = False
        if here and not there:
            return "works"
        if not here:
            self.profile = replace(self.profile, time_range=False)
            await self._calendar.between(self._visit)
        return "around"

    async def _at_once(self) -> Outcome:
        """Whether a query shows an event as soon as it is written."""
        name = await self._put(ZONED["UTC"])
        found = {one.name for one in await self._calendar.between(self._visit)}
        return "works" if name in found else "around"

    async def _many(self) -> Outcome:
        there = await self._calendar.etags(self._visit)
        if self._name not in there:
            return "around"
        try:
            found = await self._calendar.some([there[self._name].href])
        except CalendarDown:
            found = []
        if [one.name for one in found] == [self._name]:
            return "works"
        self.profile = replace(self.profile, multiget=False)
        return "around"

    async def _sync(self) -> Outcome:
        """Tells what was written, and what was taken out; and owns up when it does not know a token: else what
        went meanwhile would stay in our reading.
        """
        token = await self._calendar.token()
        if token and await self._calendar.changes(FORGOTTEN) is None:
            name = await self._put(ZONED["UTC"])
            written = await self._calendar.changes(token)
            await self._take_out(name)
            taken = await self._calendar.changes(written.token) if written else None
            if written and taken and name in written.changed and name in taken.removed:
                return "works"
        self.profile = replace(self.profile, sync=False)
        return "around"

    async def _zones(self) -> Outcome:
        """Whole days, times without zone and times in a zone come back as they were sent."""
        for lines in ZONED.values():
            name = await self._put(lines)
            found = await self._calendar.get(name)
            sent = self._times(self._text(name, lines))
            if found is None or self._times(found.text) != sent:
                return "fails"
        return "works"

    async def _free_busy(self) -> Outcome:
        """We do without: it says too little of most servers."""
        span = RANGE.format(starts=self._visit.starts, ends=self._visit.ends)
        answer = await self._calendar.ask("REPORT", FREE_BUSY % span, "1")
        works = answer.status == HTTPStatus.OK and b"VFREEBUSY" in answer.body
        return "works" if works else "around"

    async def _stale(self) -> Outcome:
        """Refuses to delete an event that is another by now."""
        found = await self._calendar.get(self._name)
        try:
            if found and found.etag:
                await self._calendar.delete(self._name, '"of-another-day"')
                if await self._calendar.get(self._name) is None:
                    await self._calendar.put_new(self._name, self._text(self._name, ZONED["UTC"]))
        except Changed:
            return "works"
        self.profile = replace(self.profile, if_match=False)
        return "around"

    async def _delete(self) -> Outcome:
        await self._take_out(self._name)
        return "works"

    # --- the means ---------------------------------------------------------------------------------------------

    @property
    def _calendar(self) -> Calendar:
        """With what was found out so far."""
        address = self.calendars.named(self.url).url
        self.calendars.profiles = {**self.calendars.profiles, address: self.profile}
        return self.calendars.named(self.url)

    def _new_name(self) -> str:
        name = f"{uuid.uuid4()}.ics"
        self.left.append(name)
        return name

    async def _put(self, lines: str) -> str:
        name = self._new_name()
        await self._calendar.put_new(name, self._text(name, lines))
        return name

    async def _take_out(self, name: str) -> None:
        found = await self._calendar.get(name)
        if found is not None:
            await self._calendar.delete(name, found.etag)
            if await self._calendar.get(name) is not None:
                raise CalendarDown("DELETE: it is still there")
        self.left.remove(name)

    async def _tidy(self) -> None:
        for name in list(self.left):
            try:
                await self._take_out(name)
            except CalendarDown:
                continue

    def _text(self, name: str, lines: str) -> str:
        times = lines.format(day=f"{self._day:%Y%m%d}")
        zone = PARIS_RULES if "TZID" in lines else ""
        return (
            f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Clairdroit//Clairdroit//FR\r\n{zone}BEGIN:VEVENT\r\n"
            f"UID:{name.removesuffix('.ics')}\r\nDTSTAMP:{self.now.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n{times}\r\n"
            f"SUMMARY:{self.title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )

    def _times(self, text: str) -> list[Span]:
        window = Span(self._visit.starts - 48 * HOUR, self._visit.ends + 48 * HOUR)
        return sorted(one.span for one in busy([text], window, self.zone))
