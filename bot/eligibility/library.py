"""All rule files, read once: every fact, every parameter's history, every version of every right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from bot.eligibility.facts import FactEntry, Let, read_fact, read_let
from bot.eligibility.model import Place
from bot.eligibility.parameters import Parameter, read_parameter
from bot.eligibility.problems import Mistake, Problem, RuleErrors
from bot.eligibility.rights import Version, read_version
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.yamlfile import Item, day_of, files
from bot.eligibility.yamlfile import read as read_yaml

T = TypeVar("T")
E = TypeVar("E", FactEntry, Parameter)
_KEPT = 16


@dataclass
class Library:
    """Every version of everything. `fingerprint` changes when a character of a rule file does."""

    facts: dict[str, FactEntry]
    shared: tuple[Let, ...]
    parameters: dict[str, Parameter]
    versions: dict[str, tuple[Version, ...]]
    fingerprint: str
    _books: dict[date, RuleBook] = field(default_factory=dict, repr=False)
    _latest: dict[date, RuleBook] = field(default_factory=dict, repr=False)  # as of the day last asked for

    def on(self, day: date) -> RuleBook:
        """The rules in force on a day. Raises `RuleErrors` where they do not fit together."""
        since = max((change for change in self.days_of_change() if change <= day), default=day)
        if since not in self._books:
            while len(self._books) >= _KEPT:
                oldest = next(iter(self._books))
                del self._books[oldest]
                self._latest.pop(oldest, None)
            self._books[since] = self._book(since)
        if (book := self._latest.get(since)) is None or book.day != day:
            book = self._latest[since] = self._books[since].as_of(day)  # it computes much on its first use
        return book

    def _book(self, day: date) -> RuleBook:
        held = [v for history in self.versions.values() if (v := in_force(history, day)) and not v.ended]
        parameters = {name: value for name, p in self.parameters.items() if (value := p.on(day))}
        return RuleBook(day, self.facts, self.shared, parameters, held, self.fingerprint)

    def days_of_change(self) -> list[date]:
        """The days from which something is otherwise than the day before."""
        days = {version.day for history in self.versions.values() for version in history}
        first = min(days, default=date.min)
        days |= {value.day for p in self.parameters.values() for value in p.values if value.day >= first}
        return sorted(days)


def in_force(history: tuple[Version, ...], day: date) -> Version | None:
    """The version of a right that holds on a day; None before its first."""
    held = [version for version in history if version.day <= day]
    return held[-1] if held else None


def read(folder: Path) -> Library:
    """All rules below `folder`, checked on every day on which something changes.

    Raises `RuleErrors` with every mistake found.
    """
    library = _Reader(folder).library()
    problems: dict[str, Problem] = {}
    for day in library.days_of_change():
        try:
            library.on(day)
        except RuleErrors as errors:
            problems |= {str(problem): problem for problem in errors.problems}
    if problems:
        raise RuleErrors(list(problems.values()))
    return library


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[Problem] = []
        self._hash = hashlib.sha256()

    def library(self) -> Library:
        shared = self._shared()
        facts = self._named("facts", read_fact)
        parameters = self._named("parameters", read_parameter)
        versions = self._versions()
        if not versions and not self._problems:
            what = "there are no rights here"
            self._problems.append(Problem(Place(str(self._folder), 1, 1), what, "is this the rules folder?"))
        if self._problems:
            raise RuleErrors(self._problems)
        return Library(facts, tuple(shared), parameters, versions, self._hash.hexdigest()[:16])

    def _document(self, path: Path, name: str) -> Item | None:
        self._hash.update(name.encode() + path.read_bytes())
        return self._caught(lambda: read_yaml(path, name))

    def _caught(self, step: Callable[..., T], *args: Item) -> T | None:
        """The step's result; None, with its mistake noted, where it cannot be read."""
        try:
            return step(*args)
        except Mistake as mistake:
            self._problems.append(mistake.problem)
            return None

    def _named(self, folder: str, reader: Callable[[Item, Item], E]) -> dict[str, E]:
        found: dict[str, E] = {}
        for path, name in files(self._folder / folder):
            if path.name == "shared.yml":
                continue
            document = self._document(path, name)
            for key, value in self._entries(document):
                entry = self._caught(reader, key, value)
                if entry is not None and key.text() in found:
                    other = found[key.text()].item.place
                    self._problems.append(
                        Problem(key.place, f"{key.text()!r} stands twice", f"the other one: {other}")
                    )
                elif entry is not None:
                    found[key.text()] = entry
        return found

    def _entries(self, document: Item | None) -> list[tuple[Item, Item]]:
        if document is None:
            return []
        return self._caught(document.entries) or []

    def _shared(self) -> list[Let]:
        path = self._folder / "facts" / "shared.yml"
        if not path.exists():
            return []
        document = self._document(path, "facts/shared.yml")
        lets: list[Let] = []
        for key, value in self._entries(document):
            if key.text() == "let":
                lets.extend(self._caught(read_let, value) or [])
            else:
                self._problems.append(
                    Problem(key.place, f"unknown entry {key.text()!r}", "only 'let' stands here")
                )
        return lets

    def _versions(self) -> dict[str, tuple[Version, ...]]:
        found: dict[str, tuple[Version, ...]] = {}
        for folder in sorted((self._folder / "rights").glob("*/")):
            for path, name in files(folder, "*.yaml"):
                what, remedy = "a file of this name is not read", f"call it {path.stem}.yml"
                self._problems.append(Problem(Place(f"rights/{name}", 1, 1), what, remedy))
            history = [v for path, _ in files(folder) if (v := self._version(folder.name, path))]
            if history:
                found[folder.name] = tuple(sorted(history, key=lambda version: version.day))
        return found

    def _version(self, right: str, path: Path) -> Version | None:
        shown = f"rights/{right}/{path.name}"
        document = self._document(path, shown)
        if document is None:
            return None
        day = day_of(path.stem)
        if day is None:
            what = f"{path.stem!r} is not a day"
            self._problems.append(Problem(Place(shown, 1, 1), what, "name the file 2026-04-01.yml, say"))
            return None
        return self._caught(lambda: read_version(right, day, document))
