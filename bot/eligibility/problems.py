"""What is wrong in a file, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.eligibility.model import Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an editor's file, said so that it can be mended without the program's source."""

    place: Place
    what: str
    remedy: str = ""
    warning: bool = False

    def __str__(self) -> str:
        head = f"{self.place}: {'warning: ' if self.warning else ''}{self.what}"
        return f"{head}\n    {self.remedy}" if self.remedy else head


class Mistake(Exception):  # noqa: N818 - an editor's mistake, not the program's
    """Raised where one mistake makes it pointless to read on in the same entry."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class RuleErrors(Exception):  # noqa: N818 - holds several
    """Every mistake found; the rules in force stay as they were."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@contextmanager
def one_is_all() -> Iterator[None]:
    """Where the first mistake ends the reading: raises it as `RuleErrors`, the one kind that callers know."""
    try:
        yield
    except Mistake as mistake:
        raise RuleErrors([mistake.problem]) from mistake
