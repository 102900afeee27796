"""The few words that only Telegram needs, from ``content/telegram.yml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from bot import texts
from bot.conversation.messages import Mark
from bot.conversation.phrases import Phrases


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
    `here` offers to share a position, `here_ask` stands over the `here_button` that does it, `here_thanks` says
    what became of it.
    """

    commands: tuple[Command, ...]
    answers: str
    no_answers: str
    answer: str
    chosen: str
    groups: str
    trouble: str
    erased: str
    here: str
    here_ask: str
    here_button: str
    here_thanks: str
    marks: Mapping[Mark, str]
    boxes: Mapping[str, str]
    others: Mapping[str, Wording] = field(default_factory=dict, repr=False)

    def speaking(self, language: str) -> Wording:
        """The same in this language; in French where there is no other."""
        return self.others.get(language, self)

    def meant(self, text: str) -> str:
        """What a command stands for; any other text as it is. ``/start payload`` is ``/start``."""
        if not text.startswith("/"):
            return text
        name = text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if text[1:].strip() else ""
        return next((command.says for command in self.commands if command.name == name), text)


def load_wording(content: Path, phrases: Mapping[str, Phrases] | None = None) -> Wording:
    """In every language of these catalogues, or else of those beside the folder. Raises KeyError or TypeError at
    start-up when the file lacks something.
    """
    french = _in_french(content)
    others = (texts.read(content.parent).phrases if phrases is None else phrases).values()
    return replace(french, others={each.language: _translated(french, each.translate) for each in others})


def _translated(french: Wording, translate: Callable[[str], str]) -> Wording:
    said: dict[str, Any] = {
        each.name: translate(getattr(french, each.name)) for each in fields(french) if each.type == "str"
    }
    commands = tuple(replace(command, in_short=translate(command.in_short)) for command in french.commands)
    return replace(french, commands=commands, **said)


def _in_french(content: Path) -> Wording:
    words = yaml.safe_load((content / "telegram.yml").read_text(encoding="utf-8"))
    commands = tuple(Command(**command) for command in words.pop("commands"))
    return Wording(commands=commands, **words)
