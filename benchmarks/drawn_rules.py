"""Small rule sets drawn by chance (seeded): trees of conditions over a few facts, as real rule files."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.eligibility.library import read
from bot.eligibility.problems import RuleErrors
from bot.eligibility.rulebook import RuleBook

DAY = date(2026, 11, 21)
_REST = """name: N
in_short: S
topics: [income]
offices: [caf]
apply: {steps: [s], papers: [p]}
appeal: {within: 2 mois, how: h}
sources: [{title: T}]
checked: {on: 2026-11-21, how: sources}
review_before: 2027-06-01
conditions:
"""
_PARAMETERS = """low: {label: P, unit: EUR/month, values: {2020-01-01: {value: 600, source: S}}}
middle: {label: P, unit: EUR/month, values: {2020-01-01: {value: 1100, source: S}}}
high: {label: P, unit: EUR/month, values: {2020-01-01: {value: 1800, source: S}}}
top: {label: P, unit: EUR/month, values: {2020-01-01: {value: 2600, source: S}}}
ceiling:
  label: P
  unit: EUR/month
  values: {2020-01-01: {table: {1: 800, 2: 1300, 3: 1700}, each_more: 350, source: S}}
"""


@dataclass(frozen=True)
class RuleSet:
    """`seed` draws it again. `text` shows facts with their priors, and the rights."""

    seed: int
    book: RuleBook
    text: str


def drawn(seed: int) -> RuleSet | None:
    """None where what was drawn is no rule set: a condition that cannot be true, say."""
    writer = _Writer(random.Random(seed))
    facts, rights = writer.facts(), writer.rights()
    with TemporaryDirectory() as folder:
        _write(Path(folder), "facts/f.yml", facts)
        _write(Path(folder), "parameters/p.yml", _PARAMETERS)
        for number, conditions in enumerate(rights):
            _write(Path(folder), f"rights/r{number}/2020-01-01.yml", _REST + conditions)
        try:
            book = read(Path(folder)).on(DAY)
        except RuleErrors:
            return None
    listed = "\n".join(f"r{number}:\n{conditions}" for number, conditions in enumerate(rights))
    return RuleSet(seed, book, f"{facts}{listed}")


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


class _Writer:
    """Draws four to seven facts, then one to four rights that share them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        kinds = ["yes_no", "yes_no", "yes_no", "choice", "choice", "count", "amount", "amount", "age"]
        self._names: dict[str, list[str]] = {}
        for _ in range(chance.randint(4, 7)):
            kind = chance.choice(kinds)
            if kind in ("amount", "age", "count") and len(self._names.get(kind, [])) >= (
                2 if kind == "amount" else 1
            ):
                kind = "yes_no"
            known = self._names.setdefault(kind, [])
            known.append(f"{kind}_{len(known)}")

    # --- facts ------------------------------------------------------------------------------------------------

    def facts(self) -> str:
        return "".join(self._fact(kind, name) for kind, names in self._names.items() for name in names)

    def _fact(self, kind: str, name: str) -> str:
        what = f"{self._kind(kind)}, label: L, ask: A ?, {self._gate(kind, name)}"
        return f"{name}: {{{what}prior: {{{self._prior(kind)}}}}}\n"

    def _kind(self, kind: str) -> str:
        return {
            "yes_no": "type: yes_no",
            "choice": "type: choice, choices: {a: A, b: B, c: C, d: D}",
            "count": "type: count, range: 0..5",
            "amount": "type: amount, unit: EUR/month, range: 0..5000",
            "age": "type: age, range: 0..100",
        }[kind]

    def _gate(self, kind: str, name: str) -> str:
        """One fact in five is only asked of some."""
        first = self._names.get("yes_no", [name])[0]
        if kind not in ("yes_no", "amount") or name == first or not self._once_in(5):
            return ""
        return f"only_if: {first}, " + ("otherwise: 0, " if kind == "amount" else "otherwise: no, ")

    def _prior(self, kind: str) -> str:
        if kind == "yes_no":
            yes = self._chance.choice([0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9])
            shares = f"yes: {yes}, no: {round(1 - yes, 2)}"
        elif kind == "choice":
            shares = ", ".join(
                f"{name}: {share}" for name, share in zip("abcd", self._shares(4), strict=True)
            )
        else:
            bands = {
                "count": ["0..0", "1..1", "2..2", "3..5"],
                "amount": ["0..600", "600..1200", "1200..2000", "2000..5000"],
                "age": ["0..24", "25..44", "45..64", "65..100"],
            }[kind]
            listed = ", ".join(f"{band}: {share}" for band, share in zip(bands, self._shares(4), strict=True))
            shares = f"bands: {{{listed}}}"
        return f"{shares}, source: estimate, note: N"

    def _shares(self, count: int) -> list[float]:
        """Skewed on purpose; they sum to one."""
        raw = [self._chance.random() ** 2 + 0.02 for _ in range(count)]
        shares = [round(each / sum(raw), 3) for each in raw]
        return [*shares[1:], round(1 - sum(shares[1:]), 3)]

    # --- rights -----------------------------------------------------------------------------------------------

    def rights(self) -> list[str]:
        return [self._right() for _ in range(self._chance.choice([1, 2, 2, 3, 3, 4]))]

    def _right(self) -> str:
        conditions = (
            f'  - {{id: c{number}, say: C., when: "{self._tree(2)}"}}\n'
            for number in range(self._chance.randint(1, 3))
        )
        return "".join(conditions)

    def _tree(self, depth: int) -> str:
        if depth == 0 or self._once_in(3):
            return self._atom()
        joint = self._chance.choice([" and ", " or "])
        return "(" + joint.join(self._tree(depth - 1) for _ in range(self._chance.randint(2, 3))) + ")"

    def _atom(self) -> str:
        kind = self._chance.choice(list(self._names))
        name = self._chance.choice(self._names[kind])
        writers: dict[str, Callable[[str], str]] = {
            "yes_no": lambda n: self._chance.choice([n, f"not {n}"]),
            "choice": lambda n: (
                f"{n} in {{{', '.join(self._chance.sample('abcd', self._chance.randint(1, 3)))}}}"
            ),
            "count": lambda n: f"{n} >= {self._chance.randint(1, 3)}",
            "age": lambda n: (
                f"{n} {self._chance.choice(['>=', '<'])} {self._chance.choice([18, 25, 60, 65])}"
            ),
            "amount": self._amount,
        }
        return writers[kind](name)

    def _amount(self, name: str) -> str:
        """A fixed line twice as often as one that another fact moves."""
        plain = [f"{name} < {line}" for line in ("low", "middle", "high", "top")]
        moved = [f"{name} >= low * (1 + 0.5 * {other})" for other in self._names.get("yes_no", [])[:2]]
        moved += [f"{name} < ceiling[1 + {other}]" for other in self._names.get("count", [])]
        moved += [f"{name} < middle * (1 + 0.3 * {other})" for other in self._names.get("count", [])]
        moved += [f"{name} < (high if {other} == a else low)" for other in self._names.get("choice", [])[:1]]
        return self._chance.choice(moved if moved and self._once_in(3) else plain)

    def _once_in(self, times: int) -> bool:
        return self._chance.random() < 1 / times
