"""Verdicts of whole households whose every fact is known exactly: one compiled function for all rights of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from bot.eligibility.closing import Implication
from bot.eligibility.compiled import Layout, Point, Rows, point_lines
from bot.eligibility.model import Conclusion, Fact
from bot.eligibility.program import Goals
from bot.eligibility.values import Values

_SAID: Final[tuple[Conclusion, Conclusion, Conclusion]] = ("unlikely", "open", "likely")


class Exactly:
    """Facts stand in a point as people say them (euros, years, persons; 0 or 1); of a choice, its bit."""

    def __init__(
        self, facts: Mapping[str, Fact], layout: Layout, implications: Iterable[Implication],
        rights: Mapping[str, Goals],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._layout = layout
        self._rights = tuple(rights)
        self._judge = self._compiled(list(implications), [rights[right] for right in self._rights])

    def point(self, household: Mapping[str, Values]) -> Point:
        """Raises `BadValue` for a value outside its fact's domain, `KeyError` where a fact is missing."""
        return [self._layout.ends(self._facts[name], household[name])[0] for name in self._layout.position]

    def conclusions(self, point: Point) -> dict[str, Conclusion]:
        """What every right concludes; the point is closed in place."""
        return {right: _SAID[said] for right, said in zip(self._rights, self._judge(point), strict=True)}

    def judged(self, point: Point) -> tuple[int, ...]:
        """The same as numbers, right by right: 0 unlikely, 1 open on purpose, 2 likely."""
        return self._judge(point)

    def _compiled(
        self, implications: list[Implication], rights: list[Goals]
    ) -> Callable[[Point], tuple[int, ...]]:
        self._tables: dict[str, Rows] = {}
        lines = [line for implication in implications for line in self._closing(implication)]
        space: dict[str, Any] = {}
        tests = [goal.test for goals in rights for goal in (goals.surely, goals.possibly)]
        body, names, tables = point_lines(tests, self._layout)
        self._tables |= tables
        names = [
            str(int(test.low)) if test.constant else name for test, name in zip(tests, names, strict=True)
        ]
        results = "".join(
            f"({names[2 * i]}) + ({names[2 * i + 1]})," for i in range(len(rights))
        )  # both are yes or no: none, one or two of them hold
        parameters = "".join(f",{name}={name}" for name in self._tables)
        source = f"def judge(k{parameters}):\n " + "\n ".join([*lines, *body, f"return ({results})"])
        exec(compile(source, "<rules>", "exec"), dict(self._tables), space)  # noqa: S102 - our own text, see compiled.py
        return space["judge"]  # type: ignore[no-any-return]

    def _closing(self, implication: Implication) -> list[str]:
        body, names, tables = point_lines([implication.gate], self._layout)
        self._tables |= tables
        place = self._layout.position[implication.fact]
        value = self._layout.ends(self._facts[implication.fact], implication.otherwise)[0]
        return [*body, f"if not ({names[0]}): k[{place}] = {value!r}"]
