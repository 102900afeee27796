"""`rules compare OLD NEW`: who would be affected by a change of the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from bot.commands.households import _DAY, refuse, today
from bot.conversation.labels import in_words
from bot.conversation.phrases import Phrases
from bot.eligibility.compare import Amounts, Comparison, Difference, Move, Standing, compare
from bot.eligibility.library import read
from bot.eligibility.model import Fact
from bot.eligibility.problems import RuleErrors
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval, Values
from bot.eligibility.yamlfile import day_of
from bot.settings import data_folder
from bot.texts import phrases_of

_RANK: Final[dict[Standing, int]] = {"absent": 0, "unlikely": 1, "open": 2, "likely": 3}


class Source(NamedTuple):
    """What one of the two arguments stands for; `right` where it is one right's version file."""

    book: RuleBook
    name: str
    right: str = ""


@click.command("compare")
@click.argument("old")
@click.argument("new")
@click.option("--households", default=2_000, show_default=True, help="How many households are drawn.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@_DAY
def compare_command(old: str, new: str, households: int, as_json: bool, day: datetime | None) -> None:
    """Who is told something else: OLD and NEW are days, folders of rules, or two versions of one right."""
    words = phrases_of(data_folder(), "editors.yml")
    before, after = (_source(each, day.date() if day else today(), words) for each in (old, new))
    if before.right != after.right:
        refuse(
            words.say("compare.two_rights", old=before.right or before.name, new=after.right or after.name)
        )
    found = compare(before.book, after.book, households, [after.right] if after.right else None)
    if as_json:
        click.echo(json.dumps(_plain(asdict(found)), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_Report(before, after, words).lines(found)))


def _source(given: str, day: date, words: Phrases) -> Source:
    try:
        found = _found(given, day, words)
    except RuleErrors as errors:
        refuse("\n".join(map(str, errors.problems)))
    return found or refuse(words.say("compare.bad_source", source=given))


def _found(given: str, day: date, words: Phrases) -> Source | None:
    path, that_day = Path(given), day_of(given)
    if that_day:
        return _on(data_folder() / "rules", that_day, words)
    if path.is_dir():
        return Source(read(path).on(day), words.say("compare.rules_of_folder", folder=given))
    if path.is_file() and (since := day_of(path.stem)):
        return _on(path.resolve().parents[2], since, words)._replace(right=path.resolve().parent.name)
    return None


def _on(folder: Path, day: date, words: Phrases) -> Source:
    return Source(read(folder).on(day), words.say("compare.rules_of_day", day=words.day(day)))


class _Report:
    """The comparison in plain sentences."""

    def __init__(self, old: Source, new: Source, words: Phrases) -> None:
        self._old, self._new = old, new
        self._words = words
        self._facts: Mapping[str, Fact] = {**old.book.facts, **new.book.facts}

    def lines(self, found: Comparison) -> Iterator[str]:
        say = self._words.say
        yield say("compare.title", count=found.households, old=self._old.name, new=self._new.name)
        for key, facts in (("facts_gone", found.facts_gone), ("facts_new", found.facts_new)):
            if facts:
                yield say(f"compare.{key}", facts=[self._facts[fact].label for fact in facts])
        if not found.differences:
            yield say("compare.nothing")
        for difference in found.differences:
            yield from self._difference(difference, found.households)

    def _difference(self, difference: Difference, households: int) -> Iterator[str]:
        moved = sum(move.households for move in difference.moves)
        key = "compare.right" if moved else "compare.right_amounts_only"
        text = {**self._old.book.texts, **self._new.book.texts}[difference.right]
        yield "\n## " + self._words.say(key, name=text.name, count=moved, all=households)
        for move in difference.moves:
            yield from self._move(move)
        if difference.amounts:
            yield from self._amounts(difference.amounts)

    def _move(self, move: Move) -> Iterator[str]:
        say = self._words.say
        ways = {"before": say(f"standing.{move.before}"), "after": say(f"standing.{move.after}")}
        yield "- " + say("compare.move", count=move.households, **ways)
        key = "compare.because_gained" if _RANK[move.after] > _RANK[move.before] else "compare.because_lost"
        for reason in move.reasons:
            yield "  " + say(key, count=reason.households, say=self._words.tell(reason.said))
        for example in move.examples:
            yield "  " + say("compare.example", life=self._life(example))

    def _life(self, facts: Mapping[str, Values]) -> str:
        line = self._words.say
        told = ((self._facts[name], values) for name, values in facts.items())
        return " ; ".join(
            line("summary.line", label=fact.label, answer=in_words(fact, values, self._words))
            for fact, values in told
        )

    def _amounts(self, amounts: Amounts) -> Iterator[str]:
        say = self._words.say
        means = {
            "before": self._sum(amounts.before, amounts.unit),
            "after": self._sum(amounts.after, amounts.unit),
        }
        yield "- " + say("compare.amounts", count=amounts.households, **means)
        ends = (self._signed(amounts.least), self._signed(amounts.most))
        yield "  " + say("compare.differences", least=ends[0], most=ends[1])

    def _sum(self, amount: float, unit: str) -> str:
        per = self._words.say(f"per.{unit}") if self._words.has(f"per.{unit}") else ""
        return f"{self._words.euros(round(amount) * 100)} {per}".strip()

    def _signed(self, amount: float) -> str:
        sign = "+" if amount >= 0 else "−"
        return f"{sign} {self._words.euros(round(abs(amount) * 100))}"


def _plain(data: Any) -> Any:
    """Values of facts as JSON: an exact number, or the names of choices."""
    if isinstance(data, Interval):
        return data.low if data.low == data.high else list(data)
    if isinstance(data, frozenset):
        return next(iter(data)) if len(data) == 1 else sorted(data)
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(each) for each in data] if isinstance(data, list | tuple) else data
