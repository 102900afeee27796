"""How plain the sentences of a data folder are: everything that is hard to read and not exempt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.editing import grammar
from bot.editing.exemptions import exemptions
from bot.editing.findings import Finding
from bot.editing.sentences import Sentence, sentences
from bot.editing.words import jargon, too_long, unexplained
from bot.eligibility.problems import Problem, one_is_all


def doubts(data: Path, *, parse: bool) -> list[Problem]:
    """A warning for each sentence that is hard to read; with `parse`, for its grammar too (`grammar.installed`).

    Raises `RuleErrors` where a file cannot be read.
    """
    with one_is_all():
        exempt = exemptions(data)
        found = list(exempt.without(findings(list(sentences(data)), data, parse=parse)))
    return [finding.problem for finding in found] + (list(exempt.useless()) if parse else [])


def findings(listed: list[Sentence], data: Path, *, parse: bool) -> Iterator[Finding]:
    yield from too_long(listed)
    yield from unexplained(listed, jargon(data))
    if parse:
        yield from grammar.hard_to_parse(listed)
