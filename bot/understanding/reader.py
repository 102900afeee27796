"""The layers through which a text becomes a meaning, in this order, each able to answer alone:

the very label of a button · danger · what cannot be read · the code of an appointment · a wish · the answer to
the question at hand · a topic · else a friendly sentence. Pure and quick; the text is kept nowhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.conversation.events import Asked, Chosen, Code, InDanger, Places, Puzzled, Said, Topics
from bot.conversation.messages import Prompt
from bot.eligibility.problems import one_is_all
from bot.storage import references
from bot.understanding import labels
from bot.understanding.commands import Commands
from bot.understanding.crisis import CrisisLexicon
from bot.understanding.model import FILE, UNKNOWN, Trained
from bot.understanding.numbers import Numbers
from bot.understanding.opinions import Opinion
from bot.understanding.phrases import sound
from bot.understanding.topics import ENOUGH, TopicWords

LONGEST = 4_000  # characters that are read
LONGEST_WORD = 60  # letters: beyond it, this is no word
SURE = 2 * ENOUGH  # votes for a topic where something else was asked, and no model is
CONTROLS = frozenset("\n\r\t")

Search: TypeAlias = Callable[[str], tuple[str, ...]]
"""The INSEE codes of the communes that a text may mean (`bot.offices.territory.Territory.search`)."""


@dataclass(frozen=True)
class Reader:
    crisis: CrisisLexicon
    commands: Commands
    numbers: Numbers
    topics: TopicWords
    model: Trained
    search: Search

    @classmethod
    def read_from(cls, content: Path, search: Search) -> Reader:
        """The lexicons of a content folder. Raises `RuleErrors` with the place of a mistake."""
        with one_is_all():
            return cls(
                CrisisLexicon.read(content / "crisis"),
                Commands.read(content),
                Numbers.read(content),
                TopicWords.read(content / "utterances"),
                Trained(content / "trained" / FILE),
                search,
            )

    def read(self, text: str, language: str, prompt: Prompt) -> Said:
        """What a text means as the answer to this prompt. `language` is that of the conversation; people mix
        languages, so all of them are read whatever it is.
        """
        return self.before_topics(text, language, prompt) or self.by_topic(text)

    def before_topics(self, text: str, language: str, prompt: Prompt) -> Said | None:
        """What every layer above that of topics makes of a text; None where it is left to that one."""
        shown = text[:LONGEST]
        if action := labels.exact(shown, prompt):
            return Chosen(action)
        sounds = sound(shown)
        if kind := self.crisis.find(sounds):
            return InDanger(kind)
        return (
            _unreadable(text)
            or _code(text)
            or self._wish(sounds)
            or self._answer(shown, sounds, language, prompt)
        )

    def by_topic(self, text: str, opinion: Opinion | None = None) -> Said:
        """What a text is about that answers nothing: by an engine's opinion where it is sure of it, else by the
        listed words and the trained model.
        """
        names = _believed(opinion) or self.topics.find(sound(text)) or _believed(opinion or self._own(text))
        return _topics(names)

    def _wish(self, sounds: str) -> Asked | None:
        return self.commands.find(self.commands.bare(sounds))

    def _answer(self, text: str, sounds: str, language: str, prompt: Prompt) -> Said | None:
        if action := labels.near(self.commands.bare(sounds), prompt, self.commands):
            return Chosen(action)
        if prompt.wants == "number":
            return self.numbers.parse(text, language)
        if prompt.wants == "place":
            codes = self.search(text)
            return Places(codes) if codes else Puzzled("unknown_place")
        return _topics(self.topics.find(sounds, SURE)) if prompt.wants == "words" else None

    def _own(self, text: str) -> Opinion | None:
        """What the trained model thinks, where there is one."""
        if not self.model.there:
            return None
        shares = self.model.guesses(text)
        return Opinion(shares, shares[0][1] >= self.model.line)


def _topics(names: tuple[str, ...]) -> Topics | Puzzled:
    return Topics(names) if names else Puzzled("not_understood")


def _believed(opinion: Opinion | None) -> tuple[str, ...]:
    if opinion is None or not opinion.sure or opinion.shares[0][0] == UNKNOWN:
        return ()
    return (opinion.shares[0][0],)


def _code(text: str) -> Code | None:
    """The code of an appointment that stands alone."""
    return Code(references.tidy(text)) if references.is_one(text) else None


def _unreadable(text: str) -> Puzzled | None:
    """Why a text cannot be read at all."""
    if not text.strip():
        return Puzzled("empty")
    if any(_binary(character) for character in text[:LONGEST]):
        return Puzzled("unreadable")
    if len(text) > LONGEST:
        return Puzzled("too_long")
    if not any(character.isalnum() for character in text):
        return Puzzled("not_text")
    return Puzzled("unreadable") if max(map(len, text.split())) > LONGEST_WORD else None


def _binary(character: str) -> bool:
    """Whether no keyboard writes this: control characters, private ones, what could not be decoded."""
    return character == "\ufffd" or (
        character not in CONTROLS and unicodedata.category(character) in ("Cc", "Co", "Cs")
    )
