"""The few words that only Telegram needs, from ``content/telegram.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.conversation.messages import Mark


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the commands menu: ``/name``, and the words that it stands for (none: see `Wording`)."""

    name: str
    in_short: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """`answers` stands over the answers given so far, each written as `answer`; the command without words of
    its own shows them. `chosen` is added under an answered question; `groups` is said before leaving a
    group; `trouble` when a turn failed on our side; `erased` under the farewell.
    """

    commands: tuple[Command, ...]
    answers: str
    no_answers: str
    answer: str
    chosen: str
    groups: str
    trouble: str
    erased: str
    marks: Mapping[Mark, str]
    boxes: Mapping[str, str]

    def meant(self, text: str) -> str:
        """What a command stands for; any other text as it is. ``/start payload`` is ``/start``."""
        if not text.startswith("/"):
            return text
        name = text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if text[1:].strip() else ""
        return next((command.says for command in self.commands if command.name == name), text)


def load_wording(content: Path) -> Wording:
    """Raises KeyError or TypeError at start-up when the file lacks something."""
    words = yaml.safe_load((content / "telegram.yml").read_text(encoding="utf-8"))
    commands = tuple(Command(**command) for command in words.pop("commands"))
    return Wording(commands=commands, **words)
