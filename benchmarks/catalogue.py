"""The rules in force today, and what the benchmarks read off them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import datetime
from functools import cache

from bot.eligibility.library import Library, read
from bot.eligibility.rulebook import RuleBook
from bot.settings import PARIS, data_folder


@cache
def library() -> Library:
    return read(data_folder() / "rules")


@cache
def today() -> RuleBook:
    return library().on(datetime.now(PARIS).date())


def fresh() -> RuleBook:
    """Today's rules once more, with nothing computed yet."""
    return plain_copy(library()).on(today().day)


def topics(book: RuleBook) -> dict[str, list[str]]:
    """The rights of each topic."""
    names = sorted({topic for text in book.texts.values() for topic in text.topics})
    return {name: [r for r, text in book.texts.items() if name in text.topics] for name in names}


def narrowed(rights: Container[str]) -> RuleBook:
    """Today's rules, these rights alone."""
    rules = library()
    kept = {name: each for name, each in rules.versions.items() if name in rights}
    return Library(rules.facts, rules.shared, rules.parameters, kept, rules.fingerprint).on(today().day)


def plain_copy(rules: Library, **changed: object) -> Library:
    """The same rules with something otherwise in every fact (`ticks=()`, `cost=1.0`)."""
    facts = {
        name: replace(entry, fact=replace(entry.fact, **changed))  # type: ignore[arg-type]
        for name, entry in rules.facts.items()
    }
    return Library(facts, rules.shared, rules.parameters, rules.versions, rules.fingerprint)
