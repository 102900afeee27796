"""`evaluate`, `simulate` and `facts`: households as JSON Lines in, what the rules say of them out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NoReturn

import click

from bot.conversation.simulate import play
from bot.eligibility.exact import answers
from bot.eligibility.library import read
from bot.eligibility.model import Fact
from bot.eligibility.problems import RuleErrors
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import BadValue, Interval, Values
from bot.settings import PARIS, data_folder

_DAY = click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day whose rules hold (default: today)."
)


def book_on(day: datetime | None) -> RuleBook:
    """The rules of a day; a rules folder with mistakes ends the command with each one's place."""
    try:
        return read(data_folder() / "rules").on(day.date() if day else today())
    except RuleErrors as errors:
        refuse("\n".join(map(str, errors.problems)))


def today() -> date:
    return datetime.now(PARIS).date()


def refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    raise SystemExit(1)


@click.command()
@_DAY
def evaluate(day: datetime | None) -> None:
    """Verdicts for households: JSON Lines in ({"id", "facts"}), JSON Lines out."""
    book = book_on(day)
    versions = {right: program.rules.version.isoformat() for right, program in book.programs.items()}

    def say(household: dict[str, Values]) -> dict[str, Any]:
        verdicts = book.evaluate(household)
        amounts = {r: [v.amount.low, v.amount.high] for r, v in verdicts.items() if v.amount}
        return {
            "verdicts": {right: verdict.conclusion for right, verdict in verdicts.items()},
            "amounts": {right: [round(end, 2) for end in ends] for right, ends in amounts.items()},
            "versions": versions,
        }

    _each_line(book, say)


@click.command()
@click.option("--topic", help="Only the rights of one topic.")
@_DAY
def simulate(topic: str | None, day: datetime | None) -> None:
    """Play the conversation with truthful people: JSON Lines in as for evaluate, out what was asked."""
    book = book_on(day)
    rights = [right for right, text in book.texts.items() if topic is None or topic in text.topics]
    if not rights:
        known = sorted({name for text in book.texts.values() for name in text.topics})
        refuse(f"no right has the topic {topic!r}; known here: {', '.join(known)}")

    def say(household: dict[str, Values]) -> dict[str, Any]:
        played = play(book, rights, {name: _exact(values) for name, values in household.items()})
        return {
            "questions": list(played.questions),
            "revealed_bits": round(played.revealed_bits, 4),
            "verdicts": dict(played.verdicts),
        }

    _each_line(book, say)


def _exact(values: Values) -> int | str:
    return values.low if isinstance(values, Interval) else next(iter(values))


def _each_line(book: RuleBook, say: Callable[[dict[str, Values]], dict[str, Any]]) -> None:
    """One line out for each line in; a line that cannot be read gets an `error` in its place."""
    failed = False
    for number, identity, facts in _households():
        try:
            if not isinstance(facts, dict):
                raise TypeError('write {"id": …, "facts": {fact: value}} on each line')  # noqa: TRY301
            result = say(answers(book.facts, facts))
        except (BadValue, KeyError, TypeError) as error:
            result, failed = {"error": f"line {number}: {error.args[0]}"}, True
        click.echo(json.dumps({"id": identity, **result}, ensure_ascii=False))
    if failed:
        raise SystemExit(1)


def _households() -> Iterator[tuple[int, Any, Any]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError:
            data = None
        given = data if isinstance(data, dict) else {}
        yield number, given.get("id"), given.get("facts")


@click.command()
@_DAY
def facts(day: datetime | None) -> None:
    """The facts that can be asked, as JSON: name, type, unit, choices, and the rights that need each."""
    book = book_on(day)
    needed = {name: [r for r, p in book.programs.items() if name in p.reached] for name in book.facts}
    listed = [
        {
            "name": name,
            "type": fact.type,
            "unit": fact.unit,
            "label": fact.label,
            "range": [end / fact.scale for end in fact.range] if fact.range else None,
            "choices": list(fact.choices),
            **_territories(fact),
            "rights": needed[name],
        }
        for name, fact in book.facts.items()
    ]
    click.echo(json.dumps(listed, ensure_ascii=False, indent=2))


def _territories(fact: Fact) -> dict[str, Any]:
    """Of a place, the codes of each territory; the one without any is everywhere else."""
    if not fact.areas:
        return {}
    listed = {
        name: {"communes": sorted(area.communes), "departments": sorted(area.departments)}
        for name, area in fact.areas.items()
    }
    return {"territories": listed}
