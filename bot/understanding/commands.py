"""Wishes that are open at any moment, and yes and no, as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bot.conversation.events import Asked, Command
from bot.eligibility import yamlfile
from bot.understanding import phrases
from bot.understanding.phrases import Phrases


@dataclass(frozen=True)
class Commands:
    """The phrases of content/commands.yml, of all languages at once."""

    polite: Phrases
    wishes: Mapping[Command, Phrases]
    languages: Mapping[str, Phrases]
    yes: Phrases
    no: Phrases
    reschedule: Phrases  # a wish that `clairdroit understand` tells apart; the conversation cancels and books

    @classmethod
    def read(cls, content: Path) -> Commands:
        """Raises `Mistake` with the place of what cannot be read."""
        given = yamlfile.read(content / "commands.yml", "content/commands.yml").fields(
            ["polite", "commands", "reschedule", "language", "answers"], []
        )
        wishes = given["commands"].fields(get_args(Command), [])
        answers = given["answers"].fields(["yes", "no"], [])
        return cls(
            polite=phrases.phrases(given["polite"].members()),
            wishes={command: phrases.phrases(wishes[command].members()) for command in get_args(Command)},
            languages={
                code.text(): phrases.phrases(item.members()) for code, item in given["language"].entries()
            },
            yes=phrases.phrases(answers["yes"].members()),
            no=phrases.phrases(answers["no"].members()),
            reschedule=phrases.phrases(given["reschedule"].members()),
        )

    def bare(self, sounds: str) -> str:
        """The sounds without words of politeness, unless they are nothing else."""
        rest = " ".join(word for word in self.polite.without(sounds).split() if word != "·")
        return rest or sounds

    def find(self, bare: str) -> Asked | None:
        """The wish that a whole message says."""
        for code, names in self.languages.items():
            if names.are(bare):
                return Asked("language", code)
        return next((Asked(command) for command, said in self.wishes.items() if said.are(bare)), None)
