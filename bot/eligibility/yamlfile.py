"""YAML with the place of every word, so that a mistake can be shown where it stands.

Scalars stay text until a reader asks for a number, a day or a yes/no: `no` is never silently False.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import yaml

from bot.eligibility.model import Place
from bot.eligibility.problems import Mistake, Problem

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Item:
    """One node of a YAML file."""

    node: yaml.Node
    file: str

    @property
    def place(self) -> Place:
        return self.place_at(0)

    def place_at(self, offset: int) -> Place:
        """The place of a character of this scalar (exact on its first line)."""
        mark = self.node.start_mark
        quote = 1 if getattr(self.node, "style", None) in ("'", '"') else 0
        return Place(self.file, mark.line + 1, mark.column + 1 + quote + offset)

    def wrong(self, what: str, remedy: str = "", at: int = 0) -> NoReturn:
        raise Mistake(Problem(self.place_at(at), what, remedy))

    @property
    def is_text(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            self.wrong("a text is expected here", "write a single line of text after the colon")
        return str(self.node.value)

    def sentence(self) -> str:
        """A text that people read: must not be empty; folded lines become one."""
        value = " ".join(self.text().split())
        if not value:
            self.wrong("this text is empty", "write the sentence that people should read")
        return value

    def number(self) -> float:
        raw = self.text().replace("_", "")
        if not re.fullmatch(r"-?\d+(\.\d+)?", raw):
            self.wrong(f"{raw!r} is not a number", "write it with digits and a point, such as 651.69")
        return float(raw)

    def whole(self) -> int:
        value = self.number()
        if value != int(value):
            self.wrong(f"{self.text()!r} is not a whole number", "write it without decimals")
        return int(value)

    def day(self) -> date:
        day = day_of(self.text())
        if day is None:
            self.wrong(f"{self.text()!r} is not a day", "write it as year-month-day, such as 2026-04-01")
        return day

    def truth(self) -> bool:
        raw = self.text().lower()
        if raw not in ("true", "false", "yes", "no"):
            self.wrong(f"{self.text()!r} is neither yes nor no", "write true or false")
        return raw in ("true", "yes")

    def members(self) -> list[Item]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong("a list is expected here", "start each entry with a dash, or write [a, b]")
        return [Item(node, self.file) for node in self.node.value]

    def entries(self) -> list[tuple[Item, Item]]:
        """The (key, value) pairs, in order; a key that stands twice is a mistake."""
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("named entries are expected here", "write name: value, one a line")
        pairs = [(Item(key, self.file), Item(value, self.file)) for key, value in self.node.value]
        seen: set[str] = set()
        for key, _ in pairs:
            if key.text() in seen:
                key.wrong(f"{key.text()!r} stands here twice", "remove one of the two")
            seen.add(key.text())
        return pairs

    def fields(self, required: Collection[str], optional: Collection[str]) -> dict[str, Item]:
        """The entries by name, which must be these; for an unknown name the nearest one is suggested."""
        found = {key.text(): (key, value) for key, value in self.entries()}
        known = [*required, *optional]
        for name, (key, _) in found.items():
            if name not in known:
                key.wrong(f"unknown entry {name!r}", nearest(name, known))
        for name in required:
            if name not in found:
                self.wrong(f"the entry {name!r} is missing", f"add a line {name}: …")
        return {name: value for name, (_, value) in found.items()}

    def one_of(self, known: Collection[str]) -> str:
        value = self.text()
        if value not in known:
            self.wrong(f"{value!r} is not known here", nearest(value, known))
        return value


def day_of(text: str) -> date | None:
    """The day that is written like 2026-04-01; the other ways of ISO 8601 would let one day stand twice."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def nearest(name: str, known: Collection[str]) -> str:
    """A remedy that names the likeliest word meant, and some of the others."""
    close = difflib.get_close_matches(name, list(known), 1)
    some = ", ".join(sorted(known)[:20])
    return f"did you mean {close[0]!r}?" if close else f"known here: {some}" if some else ""


def read(path: Path, shown_as: str) -> Item:
    """The one document of a file. Raises `Mistake` if it cannot be read as YAML."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        raise Mistake(Problem(Place(shown_as, 1, 1), "not UTF-8 text", "save the file as UTF-8")) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown_as, mark.line + 1, mark.column + 1) if mark else Place(shown_as, 1, 1)
        what = f"this is not YAML: {error.problem or error.context}"
        raise Mistake(Problem(place, what, "check indentation, quotes and colons on this line")) from error
    if node is None:
        raise Mistake(Problem(Place(shown_as, 1, 1), "the file is empty", "write its entries or remove it"))
    return Item(node, shown_as)


def files(folder: Path, pattern: str = "*.yml") -> Iterator[tuple[Path, str]]:
    """Every file of a folder in a fixed order, with the name by which mistakes refer to it."""
    for path in sorted(folder.glob(pattern)):
        yield path, f"{folder.name}/{path.name}"
