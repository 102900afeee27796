"""Who serves this commune for this kind of help: competence, then distance, then opening hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from babel import Locale

from bot.conversation.phrases import Phrases
from bot.conversation.ports import Commune, Office
from bot.eligibility import yamlfile
from bot.eligibility.problems import Mistake, Problem, RuleErrors, one_is_all
from bot.eligibility.yamlfile import Item
from bot.offices import entries, hours
from bot.offices.entries import Entry, Kind
from bot.offices.hours import TEMPLATES, HourWords
from bot.offices.territory import Territory, department

NOT_OFFICES = ("kinds.yml", "words.yml")
FARTHEST = 3


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Directory:
    """The offices of all files of content/offices; fulfils `bot.conversation.ports.Directory`.

    `clock` gives today: dated stops are said from this week on.
    """

    territory: Territory
    kinds: Mapping[str, Kind]
    entries: Mapping[str, Entry]
    words: HourWords
    clock: Callable[[], date] = _today
    _said: dict[tuple[str, date, str], str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, content: Path, territory: Territory, clock: Callable[[], date] = _today) -> Directory:
        """The offices of a content folder. Raises `RuleErrors` with every mistake's place."""
        folder = content / "offices"
        with one_is_all():
            kinds = entries.kinds(yamlfile.read(folder / "kinds.yml", "content/offices/kinds.yml"))
            words = _words(yamlfile.read(folder / "words.yml", "content/offices/words.yml"))
        found, problems = dict[str, Entry](), list[Problem]()
        for path in sorted(folder.glob("*.yml")):
            if path.name not in NOT_OFFICES:
                _read_file(path, kinds, found, problems)
        if problems:
            raise RuleErrors(problems)
        return cls(territory, kinds, found, words, clock)

    def commune(self, code: str) -> Commune | None:
        return self.territory.commune(code)

    def office(self, office_id: str) -> Office | None:
        entry = self.entries.get(office_id)
        return None if entry is None else self._office(entry, self.clock())

    def booking(self, office_id: str) -> Mapping[str, Any]:
        """The raw entries `calendar`, `visit` and `stops` of an office, for bot.appointments.desks."""
        return self.entries[office_id].booking()

    def serving(self, commune: str, kinds: Sequence[str], on: date) -> Sequence[Office]:
        """The offices of these kinds that are competent for this commune: in the order of kinds, then the
        nearest, then the one that opens first from `on` on.
        """
        order = {kind: place for place, kind in reversed(list(enumerate(kinds)))}
        where = (commune, self.territory.epci(commune), department(commune))
        competent = [
            (rank, entry)
            for entry in self.entries.values()
            if entry.serves.includes(*where) and (rank := _rank(entry, order)) is not None
        ]
        competent.sort(key=lambda pair: (pair[0], self._distance(pair[1], *where), *_opens(pair[1], on)))
        return tuple(self._office(entry, on) for _, entry in competent)

    def unknown_kinds(self, used: Mapping[str, Iterable[str]]) -> list[str]:
        """The kinds used by rights or topics that kinds.yml does not name, as ``right: kind``."""
        return [f"{user}: {kind}" for user, kinds in used.items() for kind in kinds if kind not in self.kinds]

    def _office(self, entry: Entry, on: date) -> Office:
        return Office(
            id=entry.id,
            partner=entry.partner,
            name=entry.name,
            kind=entry.kind,
            address=entry.address,
            access=entry.access,
            phone=entry.phone,
            hours=entry.hours,
            hours_in_words=self._hours_in_words(entry, on, self.words, "fr"),
            zone=entry.zone,
            demonstration=entry.demonstration,
            mobile=bool(entry.stops),
            bookable=bool(entry.calendars),
        )

    def hours(self, office_id: str, phrases: Phrases, on: date) -> str:
        words = self.words.in_language(phrases)  # which also tells the phrases what they miss
        return self._hours_in_words(self.entries[office_id], on, words, phrases.language)

    def _hours_in_words(self, entry: Entry, on: date, words: HourWords, language: str) -> str:
        """Said from the week of `on` on, and kept: it takes some milliseconds."""
        monday = on - timedelta(days=on.weekday())
        if (entry.id, monday, language) not in self._said:
            stops = [(stop.place, stop.hours) for stop in entry.stops]
            said = words.say_stops(stops, monday) if stops else words.say(entry.hours, monday)
            self._said[entry.id, monday, language] = said
        return self._said[entry.id, monday, language]

    def _distance(self, entry: Entry, commune: str, epci: str, its_department: str) -> int:
        """0 in the same commune, 1 in the same group of communes, 2 in the same department, else 3."""
        places = [stop.commune for stop in entry.stops] or [entry.commune]
        return min(self._apart(place, commune, epci, its_department) for place in places)

    def _apart(self, place: str, commune: str, epci: str, its_department: str) -> int:
        if place == commune:
            return 0
        if epci and self.territory.epci(place) == epci:
            return 1
        return 2 if department(place) == its_department else FARTHEST


def _rank(entry: Entry, order: Mapping[str, int]) -> tuple[int, bool] | None:
    """Its place in the order of kinds asked for; offices of the kind itself come before their deputies."""
    ranks = [(order[kind], kind != entry.kind) for kind in (entry.kind, *entry.stands_for) if kind in order]
    return min(ranks, default=None)


def _opens(entry: Entry, on: date) -> tuple[date, str]:
    return hours.next_day(entry.hours, on) or date.max, entry.id


def _read_file(
    path: Path, kinds: Mapping[str, Kind], found: dict[str, Entry], problems: list[Problem]
) -> None:
    """Add the offices of one file to `found`, and its mistakes to `problems`."""
    try:
        pairs = yamlfile.read(path, f"content/offices/{path.name}").entries()
    except Mistake as mistake:
        problems.append(mistake.problem)
        return
    for key, item in pairs:
        try:
            if key.text() in found:
                key.wrong(f"the office {key.text()!r} stands in another file already", "give it another name")
            found[key.text()] = entries.entry(key, item, kinds)
        except Mistake as mistake:
            problems.append(mistake.problem)


def _words(item: Item) -> HourWords:
    given = item.fields(TEMPLATES, ["nth"])
    nth = {key.whole(): value.sentence() for key, value in given["nth"].entries()}
    return HourWords(Locale("fr"), {name: given[name].sentence() for name in TEMPLATES}, nth)
