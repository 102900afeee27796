"""The page's own words, from content/web.yml, in the language of the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError

from bot import texts
from bot.conversation.phrases import Phrases

_FILE: Final = "web.yml"
_PREFIX: Final = "words."


@dataclass(frozen=True)
class Words:
    """`french` has the sentences by the names that the templates use; `hide_address` is where hiding leads."""

    french: Mapping[str, str]
    languages: Mapping[str, Phrases]
    hide_address: str

    @classmethod
    def read(cls, data: Path) -> Words:
        """The words below a data folder. Raises `RuleErrors` with the place of the first mistake."""
        found = {
            key: said
            for key, said in texts.phrases_of(data, _FILE).templates.items()
            if isinstance(said, str)
        }
        french = {key.removeprefix(_PREFIX): said for key, said in found.items() if key.startswith(_PREFIX)}
        return cls(french, texts.read(data).phrases, found["hide_address"])

    def in_language(self, code: str) -> Mapping[str, str]:
        """All words in this language; those not translated yet are French."""
        if code not in self.languages:
            return self.french
        return {key: self.languages[code].translate(said) for key, said in self.french.items()}


def direction(language: str) -> str:
    """``ltr`` or ``rtl``; a language that CLDR does not know is written like French."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
