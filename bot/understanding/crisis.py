"""Danger, read from words alone, before anything else is asked of a text and whatever its language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bot.conversation.events import Crisis
from bot.eligibility import yamlfile
from bot.eligibility.yamlfile import Item
from bot.understanding import phrases
from bot.understanding.phrases import Phrases, sound

# The most pressing first: where two are said, this one is answered.
ORDER: tuple[Crisis, ...] = (
    "crisis_medical", "crisis_suicide", "crisis_child", "crisis_violence", "crisis_shelter",
)  # fmt: skip


@dataclass(frozen=True)
class CrisisLexicon:
    """The phrases of content/crisis/<language>.yml, of all languages at once."""

    harmless: Phrases
    distant: Phrases  # long ago, in a film, in a lesson: danger beside it is asked about first …
    lasting: Phrases  # … unless it goes on, or was last night
    kinds: Mapping[Crisis, Phrases]
    spellings: Mapping[str, str]  # words of messages in a hurry, and how they are spelled

    @classmethod
    def read(cls, folder: Path) -> CrisisLexicon:
        """Raises `Mistake` with the place of a phrase or entry that cannot be read."""
        found = defaultdict[str, list[Phrases]](list)
        spellings: dict[str, str] = {}
        for path in sorted(folder.glob("*.yml")):
            given = yamlfile.read(path, f"content/crisis/{path.name}")
            entries = given.fields(
                [*get_args(Crisis), "harmless"], ["groups", "spellings", "distant", "lasting"]
            )
            spellings |= _spellings(entries.pop("spellings", None))
            groups = phrases.groups(entries.pop("groups")) if "groups" in entries else {}
            for name, item in entries.items():
                found[name].append(phrases.phrases(item.members(), groups))
        all_of = {name: Phrases.any_of(found[name]) for name in (*ORDER, "harmless", "distant", "lasting")}
        kinds = {kind: all_of[kind] for kind in ORDER}
        return cls(all_of["harmless"], all_of["distant"], all_of["lasting"], kinds, spellings)

    def find(self, sounds: str) -> Crisis | None:
        """The danger in a text brought to `phrases.sound`, if there is one. What is harmless is left out."""
        respelt = self._respelt(sounds)
        return self._find(sounds) or (None if respelt == sounds else self._find(respelt))

    def is_far(self, sounds: str) -> bool:
        """Whether it tells of long ago, of a film, of a lesson: whoever tells it is asked whether it is now."""
        return self.distant.found_in(sounds) and not self.lasting.found_in(sounds)

    def bare(self, sounds: str) -> str:
        """The words of a text that stand in no harmless phrase."""
        return " ".join(word for word in self.harmless.without(sounds).split() if word != "·")

    def _find(self, sounds: str) -> Crisis | None:
        rest = self.harmless.without(sounds)
        return next((kind for kind in ORDER if self.kinds[kind].found_in(rest)), None)

    def _respelt(self, sounds: str) -> str:
        return " ".join(self.spellings.get(word, word) for word in sounds.split())


def _spellings(item: Item | None) -> dict[str, str]:
    """Each way to write a word in a hurry, as it sounds, with the word."""
    entries = item.entries() if item else ()
    return {sound(way.text()): sound(key.text()) for key, value in entries for way in value.members()}
