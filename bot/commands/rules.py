"""`rules check | test | show`: what editors run before they publish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import click

from bot.commands.checking import check_command, library_of, words
from bot.commands.comparing import compare_command
from bot.commands.households import _DAY, refuse, today
from bot.conversation.phrases import Phrases
from bot.eligibility import cases
from bot.eligibility.facts import FactEntry
from bot.eligibility.library import Library, in_force
from bot.eligibility.model import RightText
from bot.eligibility.plain import Speaker
from bot.eligibility.problems import RuleErrors
from bot.eligibility.rights import Tree, Version
from bot.eligibility.yamlfile import nearest
from bot.settings import data_folder


@click.group()
def rules() -> None:
    """Check, test and read the rule files."""


rules.add_command(check_command)


@rules.command()
def test() -> None:
    """Play the named cases, each under the rules of its own day."""
    folder = data_folder() / "rules"
    library = library_of(folder)
    try:
        results = list(cases.play(folder, library))
    except RuleErrors as errors:
        refuse("\n".join(map(str, errors.problems)))
    failed = [result for result in results if result.failures]
    for result in failed:
        for failure in result.failures:
            click.echo(failure)
    click.echo(words().say("test.passed", passed=len(results) - len(failed), failed=len(failed)))
    if failed:
        raise SystemExit(1)


@rules.command()
@click.argument("right")
@_DAY
def show(right: str, day: datetime | None) -> None:
    """One right as plain sentences, in the version of a day."""
    when, said = day.date() if day else today(), words()
    library = library_of(data_folder() / "rules")
    version = in_force(library.versions.get(right, ()), when)
    if version is None or version.text is None:
        refuse(
            said.say("show.unknown", right=right, day=said.day(when), remedy=nearest(right, library.versions))
        )
    click.echo("\n".join(_Page(library, when, version, version.text, said).lines()))


rules.add_command(compare_command)


class _Page:
    """A right, written out."""

    def __init__(
        self, library: Library, day: date, version: Version, text: RightText, words: Phrases
    ) -> None:
        self._library = library
        self._day = day
        self._version = version
        self._text = text
        self._words = words
        joints = {name: words.say(f"words.{name}") for name in
                  ("and", "or", "not", "if", "else", "in", "min", "max", "per_month", "per_year")}  # fmt: skip
        joints |= {how: words.say(f"show.{how}") for how in ("all", "any", "none")}
        self._speaker = Speaker(self._named, joints)

    def lines(self) -> Iterator[str]:
        say, text = self._words.say, self._text
        yield f"# {text.name}"
        yield text.in_short
        yield say("show.since", day=self._words.day(self._version.day))
        if text.local:
            yield say("show.local")
        if text.checked_how == "draft":
            yield say("show.draft")
        if text.coarse:
            yield say("show.coarse", coarse=text.coarse)
        yield from self._conditions()
        yield from self._computed()
        yield from self._claim()
        yield from self._sources()

    def _conditions(self) -> Iterator[str]:
        book = self._library.on(max(self._day, self._version.day))
        verdict = book.evaluate({}, [self._version.right])[self._version.right]
        figured = {state.id: state.said for state in verdict.conditions}
        yield f"\n## {self._words.say('show.conditions')}"
        for condition in self._version.conditions:
            yield f"- {self._words.tell(figured[condition.id])}"
            yield from self._test("show.test", condition.tree)
            if condition.maybe:
                yield from self._test("show.maybe", condition.maybe)
            if condition.papers:
                yield f"  {self._words.say('show.papers', papers=condition.papers)}"

    def _test(self, words: str, tree: Tree) -> Iterator[str]:
        first, *rest = self._speaker.lines(tree)
        yield f"  {self._words.say(words, test=first)}"
        yield from (f"  {line}" for line in rest)

    def _computed(self) -> Iterator[str]:
        if self._version.amount:
            yield "\n" + self._words.say("show.amount", formula=self._speaker.say(self._version.amount[0]))
        if self._version.lets:
            yield f"\n## {self._words.say('show.lets')}"
            for let in self._version.lets:
                yield f"- {let.label or let.name} : {self._speaker.say(let.tree)}"

    def _claim(self) -> Iterator[str]:
        apply, appeal, say = self._text.apply, self._text.appeal, self._words.say
        yield f"\n## {say('show.apply')}"
        yield from (f"- {step}" for step in apply.steps)
        if apply.papers:
            yield say("show.bring", papers=apply.papers)
        if apply.online:
            yield say("show.online", url=apply.online)
        if appeal:
            yield say("show.appeal", within=appeal.within, how=appeal.how)

    def _sources(self) -> Iterator[str]:
        text, words = self._text, self._words
        yield f"\n## {words.say('show.sources')}"
        yield from (f"- {source.title} {source.url}".rstrip() for source in text.sources)
        review = words.day(text.review_before) if text.review_before else ""
        how = words.say(f"how.{text.checked_how}")
        yield words.say("show.checked", day=words.day(text.checked_on), how=how, review=review)

    def _named(self, name: str, beside: str) -> str:
        """What a name is called: a choice of the fact beside it, a fact's or parameter's label, a let's."""
        compared: FactEntry | None = self._library.facts.get(beside)
        if compared and name in compared.fact.choices:
            return f"« {compared.fact.choices[name]} »"
        entry: FactEntry | None = self._library.facts.get(name)
        if entry:
            return f"« {entry.fact.label} »"
        if name in self._library.parameters:
            return f"« {self._library.parameters[name].label} »"
        for let in (*self._version.lets, *self._library.shared):
            if let.name == name:
                return f"« {let.label or let.name} »"
        return name
