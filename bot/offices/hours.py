"""Opening hours: from OSM syntax to what is open on a day, and to words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeAlias

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.lists import format_list
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # not in its stub

from bot.conversation.phrases import Phrases
from bot.conversation.writing import capitalised, locale_of, together

TEMPLATES = (
    "span", "hour", "hour_and_minutes", "days_in_a_row", "every_day", "all_day", "group", "on_day",
    "holidays", "at_stop", "none",
)  # fmt: skip
WEEKS = 53  # looked at to see whether hours repeat: every "fifth Tuesday" occurs in them
WEEK, IN_A_ROW = 7, 3
DATES = 4  # named at most, when hours do not repeat
_COLUMN = re.compile(r"--> 1:(\d+)")
_HOLIDAYS_OFF = re.compile(r"\bPH\s+(off|closed)\b", re.IGNORECASE)


class Span(NamedTuple):
    """Open from one time of the day to another; midnight at the end of the day is 00:00."""

    start: time
    end: time


ALL_DAY = Span(time(), time())
Spans: TypeAlias = tuple[Span, ...]


@lru_cache(maxsize=1024)
def _read(expression: str, country: str) -> OpeningHours:
    return OpeningHours(expression, country=country or None)


def mistake(expression: str) -> int | None:
    """Where an expression in OSM syntax goes wrong, counted from 0; None if it can be read."""
    try:
        _read(expression, "FR")
    except ParserError as error:
        column = _COLUMN.search(str(error))
        return int(column[1]) - 1 if column else 0
    return None


def spans(expression: str, day: date, country: str = "FR") -> Spans:
    """When it is open on a day of the office's own zone; with a country its public holidays count."""
    start = datetime.combine(day, time())
    found = _read(expression, country).intervals(start, start + timedelta(days=1))
    return tuple(
        Span(opens.time(), closes.time()) for opens, closes, state, _ in found if str(state) == "open"
    )


def next_day(expression: str, on: date, within: int = 60) -> date | None:
    """The first day from `on` with opening hours; None if there is none within these days."""
    days = (on + timedelta(days=ahead) for ahead in range(within))
    return next((day for day in days if spans(expression, day)), None)


@dataclass(frozen=True, slots=True)
class HourWords:
    """How hours are said in one language; the templates of content/offices/words.yml."""

    locale: Locale
    templates: Mapping[str, str]
    nth: Mapping[int, str]

    def in_language(self, phrases: Phrases) -> HourWords:
        """The same in the language of these phrases."""
        templates = {name: phrases.translate(said) for name, said in self.templates.items()}
        nth = {number: phrases.translate(said) for number, said in self.nth.items()}
        return HourWords(locale_of(phrases.language), templates, nth)

    def say(self, expression: str, on: date) -> str:
        """The hours of an office from the week of `on` on, as sentences."""
        monday = on - timedelta(days=on.weekday())
        sentences = [self._group(days, open_) for days, open_ in self._groups(expression, monday)]
        if _HOLIDAYS_OFF.search(expression):
            sentences.append(self.templates["holidays"])
        return " ".join(sentences) or self.templates["none"]

    def say_stops(self, stops: Sequence[tuple[str, str]], on: date) -> str:
        """The places of a mobile office, each with its hours."""
        return "\n".join(
            self.templates["at_stop"].format(
                place=together(place, self.locale.language), hours=self.say(hours, on)
            )
            for place, hours in stops
        )

    def _groups(self, expression: str, monday: date) -> Iterator[tuple[str, Spans]]:
        weeks = [
            tuple(
                spans(expression, monday + timedelta(days=WEEK * week + day), country="")
                for day in range(WEEK)
            )
            for week in range(WEEKS)
        ]
        if len(set(weeks)) == 1:
            return self._weekly(weeks[0])
        in_order = (open_ for week in weeks for open_ in week)
        days = {monday + timedelta(days=ahead): open_ for ahead, open_ in enumerate(in_order)}
        return self._monthly(days) or self._dated(days)

    def _weekly(self, week: Sequence[Spans]) -> Iterator[tuple[str, Spans]]:
        for open_ in dict.fromkeys(filter(None, week)):
            yield self._days([day for day in range(WEEK) if week[day] == open_]), open_

    def _days(self, days: Sequence[int]) -> str:
        if len(days) == WEEK:
            return self.templates["every_day"]
        runs = [
            [day for _, day in run] for _, run in groupby(enumerate(days), lambda pair: pair[1] - pair[0])
        ]
        return format_list([part for run in runs for part in self._run(run)], locale=self.locale)

    def _run(self, run: Sequence[int]) -> list[str]:
        names = get_day_names("wide", locale=self.locale)
        if len(run) < IN_A_ROW:
            return [names[day] for day in run]
        return [self.templates["days_in_a_row"].format(first=names[run[0]], last=names[run[-1]])]

    def _monthly(self, days: Mapping[date, Spans]) -> Iterator[tuple[str, Spans]] | None:
        """The hours as "the first Tuesday of the month", if that says them exactly."""
        pattern: dict[tuple[int, int], set[Spans]] = {}
        for day, open_ in days.items():
            pattern.setdefault((day.weekday(), (day.day + 6) // 7), set()).add(open_)
        if any(len(each) > 1 for each in pattern.values()):
            return None
        names = get_day_names("wide", locale=self.locale)
        rules = sorted((nth, weekday, next(iter(each))) for (weekday, nth), each in pattern.items())
        return ((self.nth[nth].format(day=names[weekday]), open_) for nth, weekday, open_ in rules if open_)

    def _dated(self, days: Mapping[date, Spans]) -> Iterator[tuple[str, Spans]]:
        for day in [day for day, open_ in days.items() if open_][:DATES]:
            words = format_date(day, "full", locale=self.locale)
            yield self.templates["on_day"].format(day=words), days[day]

    def _group(self, days: str, open_: Spans) -> str:
        said = format_list([self._span(span) for span in open_], locale=self.locale)
        sentence = self.templates["group"].format(days=days, spans=said)
        return capitalised(sentence, self.locale.language)

    def _span(self, span: Span) -> str:
        if span == ALL_DAY:
            return self.templates["all_day"]
        start = self._time(span.start.hour, span.start.minute)
        end = self._time(span.end.hour if span.end != time() else 24, span.end.minute)
        return self.templates["span"].format(start=start, end=end)

    def _time(self, hour: int, minute: int) -> str:
        name = "hour_and_minutes" if minute else "hour"
        return self.templates[name].format(hour=hour, minutes=f"{minute:02d}")
