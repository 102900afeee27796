"""The sentences that may stay as they are: a reason for each, in content/plain/exemptions.yml or beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from bot.editing.findings import RULES, Finding
from bot.eligibility import yamlfile
from bot.eligibility.problems import Problem
from bot.eligibility.yamlfile import Item

NAME: Final = "content/plain/exemptions.yml"
_BESIDE: Final = re.compile(rf"#\s*plain:\s*({'|'.join(RULES)})\b\W*(\w.*)")


@dataclass
class Exemptions:
    """What is exempt, and which of the listed exemptions were of use."""

    data: Path
    listed: dict[tuple[str, str], Item]
    used: set[tuple[str, str]] = field(default_factory=set)

    def without(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        for finding in findings:
            key = finding.rule, finding.sentence.text
            if key in self.listed:
                self.used.add(key)
            elif not self._beside(finding):
                yield finding

    def useless(self) -> Iterator[Problem]:
        """Of the rules that were looked at: what nothing needs any more."""
        for (rule, text), item in self.listed.items():
            if (rule, text) not in self.used:
                what = f"nothing needs this exemption any more ({rule}): « {text} »"
                yield Problem(item.place, what, "remove it", warning=True)

    def _beside(self, finding: Finding) -> bool:
        """Whether the sentence's line, or the one above, says ``# plain: <rule>, <reason>``."""
        place = finding.sentence.place
        lines = _lines(self.data / place.file)[max(0, place.line - 2) : place.line]
        return any(found[1] == finding.rule for line in lines if (found := _BESIDE.search(line)))


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def exemptions(data: Path) -> Exemptions:
    """Raises `Mistake` for an unknown rule or an exemption without a reason."""
    rules = yamlfile.read(data / NAME, NAME).fields((), RULES)
    return Exemptions(data, _listed(rules))


def _listed(rules: dict[str, Item]) -> dict[tuple[str, str], Item]:
    found = {}
    for rule, item in rules.items():
        for text, reason in item.entries():
            reason.sentence()  # must be there
            found[rule, text.sentence()] = text
    return found
