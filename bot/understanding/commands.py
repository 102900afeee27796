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
    leading: Phrases  # yes and no that answer when more words follow
    doubt: Phrases  # what makes a yes or no before it uncertain

    @classmethod
    def read(cls, content: Path) -> Commands:
        """Raises `Mistake` with the place of what cannot be read."""
        given = yamlfile.read(content / "commands.yml", "content/commands.yml").fields(
            ["polite", "commands", "language", "answers"], []
        )
        wishes = given["commands"].fields(get_args(Command), [])
        answers = given["answers"].fields(["yes", "no", "leading", "doubt"], [])
        return cls(
            polite=phrases.phrases(given["polite"].members()),
            wishes={command: phrases.phrases(wishes[command].members()) for command in get_args(Command)},
            languages={
                code.text(): phrases.phrases(item.members()) for code, item in given["language"].entries()
            },
            yes=phrases.phrases(answers["yes"].members()),
            no=phrases.phrases(answers["no"].members()),
            leading=phrases.phrases(answers["leading"].members()),
            doubt=phrases.phrases(answers["doubt"].members()),
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

    def agrees(self, bare: str) -> Phrases | None:
        """`yes` or `no`, whichever a message says: alone, or first and then in other words without a doubt."""
        first, _, rest = bare.partition(" ")
        plain = self.leading.are(first) and not self.doubt.found_in(rest)
        for meaning, other in ((self.yes, self.no), (self.no, self.yes)):
            if meaning.are(bare) or (plain and meaning.are(first) and not other.found_in(rest)):
                return meaning
        return None
