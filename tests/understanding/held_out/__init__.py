"""What the understanding is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from bot.folding import fold

_HERE: Final = Path(__file__).parent
OUT_OF_SCOPE: Final = "unknown_scope"


class Said(NamedTuple):
    """A text written apart; `unread` where nobody looked at it after it was written."""

    language: str
    label: str
    text: str
    unread: bool


def crises() -> Iterator[Said]:
    for path in sorted((_HERE / "crisis").glob("*.yml")):
        yield from _all(path.stem, yaml.safe_load(path.read_text("utf-8")))


def harmless() -> Iterator[Said]:
    for language, block in yaml.safe_load((_HERE / "harmless.yml").read_text("utf-8")).items():
        yield from _all(language, {"": block})


def topics() -> Iterator[Said]:
    """Less what stands among the examples by chance."""
    learnt = {fold(line[2:]) for line in _learnt()}
    return (said for said in _topics() if fold(said.text) not in learnt)


def _learnt() -> Iterator[str]:
    for path in (_HERE.parents[2] / "content" / "utterances").glob("*.yml"):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            yield from block["examples"].splitlines()


def _topics() -> Iterator[Said]:
    yield from _file("topics.yml")


def later_topics() -> Iterator[Said]:
    """Written after the model was trained."""
    yield from _file("topics_second.yml")


@dataclass(frozen=True)
class Apart:
    """A set that was written apart from every example, with its folder's name."""

    name: str

    def topics(self) -> Iterator[Said]:
        """Less what stands among the examples by chance."""
        learnt = {fold(line[2:]) for line in _learnt()}
        said = (said for said in _file(f"{self.name}/topics.yml") if said.label != OUT_OF_SCOPE)
        return (one for one in said if fold(one.text) not in learnt)

    def out_of_scope(self) -> Iterator[Said]:
        """What belongs to no topic: no topic may be taken for sure here."""
        return (said for said in _file(f"{self.name}/topics.yml") if said.label == OUT_OF_SCOPE)

    def several(self) -> Iterator[Said]:
        """Messages of two or three topics at once; `label` names them all, with a space between."""
        for language, block in _read(f"{self.name}/several.yml").items():
            for place, line in enumerate(block.strip().splitlines()):
                topics, text = line.split(" | ", maxsplit=1)
                yield Said(language, topics, text, unread=place % 2 == 1)

    def crises(self) -> Iterator[Said]:
        yield from _file(f"{self.name}/crisis.yml")

    def harmless(self) -> Iterator[Said]:
        for language, block in _read(f"{self.name}/harmless.yml").items():
            yield from _all(language, {"": block})


THIRD: Final = Apart("third")
FOURTH: Final = Apart("fourth")
FIFTH: Final = Apart("fifth")
"""Danger and what looks like it, no topics."""


def _file(name: str) -> Iterator[Said]:
    for language, blocks in _read(name).items():
        yield from _all(language, blocks)


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return read


def _all(language: str, blocks: dict[str, str]) -> Iterator[Said]:
    for label, block in blocks.items():
        for place, text in enumerate(block.strip().splitlines()):
            yield Said(language, label, text, unread=place % 2 == 1)
