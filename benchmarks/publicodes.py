"""Our rules of one day as a publicodes model (npm `publicodes`), node by node, and the process that runs it.

The translation is kind to publicodes: no units, no documentation, each shared step computed once, no tolerance for
the last digit of a sum. What a fact is where
it does not apply is part of it, as it is of ours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from bot.eligibility.nodes import Node
from bot.eligibility.rulebook import RuleBook
from bot.eligibility.values import Interval, Values

VERSION = "1.10.3"
RUNNER = Path(__file__).with_name("publicodes.mjs")
PATIENCE = 300  # seconds
Rule: TypeAlias = Any  # a publicodes rule: an expression, or a mechanism as it stands in JSON
_EXPRESSIONS = {"add": "+", "sub": "-", "mul": "*"}


class Missing(Exception):  # noqa: N818 - says what this machine lacks
    """Neither node nor npm, or no registry."""


class Translation:
    """`rules` for the engine; `goals` name for each right what surely and what possibly holds."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self.rules: dict[str, Rule] = {}
        self.goals: dict[str, tuple[str, str]] = {}
        tests = [p.test for g in book.programs.values() for p in (g.surely, g.possibly)]
        self._implied = {each.fact: each for each in book.implications}
        self._uses = _uses([*tests, *(each.gate for each in self._implied.values())])
        self.asked = sorted(frozenset[str]().union(*(g.reached for g in book.programs.values())))
        for fact in self.asked:
            self._fact(fact)
        for right, goals in book.programs.items():
            self.goals[right] = (self._named(goals.surely.test), self._named(goals.possibly.test))

    def situation(self, household: Mapping[str, Values]) -> dict[str, float | str]:
        """What the engine is told of a household: numbers as people say them, texts in quotes."""
        return {self._input(fact): self._told(fact, household[fact]) for fact in self.asked}

    def _told(self, fact: str, values: Values) -> float | str:
        if isinstance(values, Interval):
            return values.low / self._book.facts[fact].scale
        value = next(iter(values))
        if self._book.facts[fact].type == "yes_no":
            return "oui" if value == "yes" else "non"
        return f"'{_word(value)}'"

    # --- facts ------------------------------------------------------------------------------------------------

    def _input(self, fact: str) -> str:
        return f"saisie {_word(fact)}" if fact in self._implied else _word(fact)

    def _fact(self, fact: str) -> None:
        self.rules[self._input(fact)] = {"question": "?"}
        if fact in self._implied:
            implied = self._implied[fact]
            otherwise = self._told(fact, implied.otherwise)
            branches = [{"si": self._operand(implied.gate), "alors": self._input(fact)}, {"sinon": otherwise}]
            self.rules[_word(fact)] = {"variations": branches}

    # --- nodes ------------------------------------------------------------------------------------------------

    def _named(self, node: Node) -> str:
        """A node as a rule of its own."""
        if node.op == "fact":
            return _word(str(node.data))
        name = f"étape {node.number}"
        if name not in self.rules:
            self.rules[name] = None  # its place, before those it needs
            self.rules[name] = self._rule(node)
        return name

    def _operand(self, node: Node) -> str:
        """A node inside an expression: written out where it is used only here."""
        if node.op == "const":
            return _number(node.low)
        if node.op == "in" and len(node.membership[1]) == 1:
            return self._text(node)
        if node.op in (*_EXPRESSIONS, "lt", "le", "not") and self._uses.get(node.number, 0) <= 1:
            return f"({self._text(node)})"
        return self._named(node)

    def _counted(self, node: Node) -> str:
        """A number; a yes/no as one or zero."""
        if not node.logical:
            return self._operand(node)
        name = f"nombre {node.number}"
        branches = [{"si": self._operand(node), "alors": 1}, {"sinon": 0}]
        self.rules.setdefault(name, {"variations": branches})
        return name

    def _text(self, node: Node) -> str:
        if node.op == "in":
            return f"{_word(node.membership[0])} = '{_word(next(iter(node.membership[1])))}'"
        if node.op == "not":
            return f"{self._operand(node.args[0])} = non"
        left, right = (self._counted(arg) for arg in node.args)
        if node.op == "lt":
            return f"{left} < {right}"
        if node.op == "le":
            return f"{left} <= {right}"
        return f"{left} {_EXPRESSIONS[node.op]} {right}"

    def _rule(self, node: Node) -> Rule:
        match node.op:
            case "const":
                return ("oui" if node.low else "non") if node.logical else node.low
            case "and":
                return {"toutes ces conditions": [self._operand(arg) for arg in node.args]}
            case "or":
                return {"une de ces conditions": [self._operand(arg) for arg in node.args]}
            case "in":
                name, choices = node.membership
                told = [f"{_word(name)} = '{_word(choice)}'" for choice in sorted(choices)]
                return {"une de ces conditions": told} if len(told) > 1 else told[0]
            case "min" | "max":
                how = "le minimum de" if node.op == "min" else "le maximum de"
                return {how: [self._counted(arg) for arg in node.args]}
            case "if":
                condition, then, other = node.args
                branches = [
                    {"si": self._operand(condition), "alors": self._counted(then)},
                    {"sinon": self._counted(other)},
                ]
                return {"variations": branches}
            case "lookup":
                return self._table(node)
        return self._text(node)

    def _table(self, node: Node) -> Rule:
        table, index = node.table, self._counted(node.args[0])
        steps = [
            {"si": f"{index} <= {table.first + place}", "alors": value}
            for place, value in enumerate(table.values)
        ]
        last = table.first + len(table.values) - 1
        beyond = f"{_number(table.values[-1])} + {_number(table.more)} * ({index} - {last})"
        return {"variations": [*steps, {"sinon": beyond}]}


def _uses(roots: Iterable[Node]) -> dict[int, int]:
    """How many nodes need each node."""
    found: dict[int, int] = {}
    nodes = {node.number: node for root in roots for node in root.walk()}
    for node in nodes.values():
        for arg in node.args:
            found[arg.number] = found.get(arg.number, 0) + 1
    return found


def _word(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float) -> str:
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return f"({text})" if value < 0 else text


# --- running it ---------------------------------------------------------------------------------------------------


def installed(*, fetch: bool) -> Path:
    """The folder with publicodes in it, outside the repository. Raises `Missing`."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "clairdroit" / f"publicodes-{VERSION}"
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        raise Missing("node and npm are needed")
    if not (folder / "node_modules" / "publicodes" / "package.json").is_file():
        if not fetch:
            raise Missing("`clairdroit bench exact` fetches publicodes")
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
            str(folder),
            f"publicodes@{VERSION}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            raise Missing(f"npm install publicodes failed: {done.stderr.strip()[-300:]}")
    return folder


def run(book: RuleBook, people: Sequence[Mapping[str, Values]], *, fetch: bool = True) -> dict[str, Any]:
    """`verdicts`: for each household what each right says, 0 unlikely, 1 open, 2 likely; `microseconds` of each
    evaluation with a fresh situation, `telling` the part of it that sets the situation. Fetches publicodes on first
    use if it may. Raises `Missing`.
    """
    folder = installed(fetch=fetch)
    model = Translation(book)
    told = {
        "rules": model.rules,
        "goals": list(model.goals.values()),
        "situations": [model.situation(household) for household in people],
    }
    command = [
        "node",
        "--input-type=module",
        "--eval",
        RUNNER.read_text("utf-8"),
    ]
    done = subprocess.run(
        command,
        input=json.dumps(told),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"publicodes: {done.stderr[-2000:]}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]
