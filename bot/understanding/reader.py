"""The layers through which a text becomes a meaning, in this order, each able to answer alone:

the very label of a button · danger that is listed · what cannot be read · the code of an appointment · a wish ·
danger that was learnt · the answer to the question at hand · topics · else a question back. Danger that is told of
long ago, of a film or of a lesson is asked about first. Pure and quick; the text is kept nowhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.conversation.events import (
    Asked,
    Chosen,
    Code,
    Crisis,
    Doubtful,
    InDanger,
    PerhapsInDanger,
    Places,
    Puzzled,
    Said,
    Topics,
)
from bot.conversation.messages import Prompt
from bot.eligibility.problems import one_is_all
from bot.storage import references
from bot.understanding import labels
from bot.understanding.clauses import Clauses
from bot.understanding.commands import Commands
from bot.understanding.crisis import CrisisLexicon
from bot.understanding.danger import Ear
from bot.understanding.model import FILE, UNKNOWN, Trained
from bot.understanding.numbers import Numbers
from bot.understanding.opinions import Opinion
from bot.understanding.phrases import sound
from bot.understanding.seen import Seen
from bot.understanding.told import Told
from bot.understanding.topics import ENOUGH, TopicWords

LONGEST = 4_000  # characters that are read
LONGEST_WORD = 60  # letters: beyond it, this is no word
SURE = 2 * ENOUGH  # votes for a topic where something else was asked, and no model is
REST = 5  # words beside a harmless phrase that may tell of danger all the same
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
    ear: Ear
    clauses: Clauses
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
                Ear.of(content / "trained"),
                Clauses.read(content),
                search,
            )

    def read(self, text: str, language: str, prompt: Prompt) -> Said:
        """What a text means as the answer to this prompt. `language` is that of the conversation; people mix
        languages, so all of them are read whatever it is.
        """
        seen = self.see(text)
        return self.before_topics(seen, language, prompt) or self.by_topic(seen)

    def see(self, text: str) -> Seen:
        """The text with its parts."""
        return Seen(text, self.clauses.of(text))

    def before_topics(self, seen: Seen, language: str, prompt: Prompt) -> Said | None:
        """What every layer above that of topics makes of a text; None where it is left to that one."""
        shown = seen.text[:LONGEST]
        if action := labels.exact(shown, prompt):
            return Chosen(action)
        sounds = sound(shown)
        if kind := self.crisis.find(sounds):
            return None if self.crisis.is_far(sounds) else InDanger(kind)
        return (
            _unreadable(seen.text)
            or _code(seen.text)
            or self._wish(sounds)
            or self.danger(seen, sounds)
            or self._answer(seen, sounds, language, prompt)
        )

    def by_topic(self, seen: Seen, opinions: Sequence[Opinion] = ()) -> Said:
        """What a text is about that answers nothing: by an engine's opinions of it and of its parts where one is
        sure, else by the trained model, else by the listed words.
        """
        names = believed(opinions)
        return self._with_care(seen, Topics(names) if names else self._own(seen))

    def _wish(self, sounds: str) -> Asked | None:
        return self.commands.find(self.commands.bare(sounds))

    def danger(self, seen: Seen, sounds: str) -> InDanger | None:
        """What the second ear hears for certain."""
        quiet = self._harmless(sounds) or self.crisis.is_far(sounds)
        kind = None if quiet else self.ear.hears(seen)
        return InDanger(kind) if kind else None

    def _with_care(self, seen: Seen, said: Topics | Doubtful | Puzzled) -> Said:
        """What it means, or a question first where it may tell of danger."""
        kind = self._perhaps(seen, sound(seen.text[:LONGEST]))
        return PerhapsInDanger(kind, said) if kind else said

    def _perhaps(self, seen: Seen, sounds: str) -> Crisis | None:
        """The danger that is likely enough to ask about it; any that is told of long ago or of a film."""
        if self.crisis.is_far(sounds) and (kind := self.crisis.find(sounds) or self.ear.hears(seen)):
            return kind
        return None if self._harmless(sounds) else self.ear.doubts(seen, self._clearest(seen))

    def _clearest(self, seen: Seen) -> float:
        """The share of the likeliest topic; a half, which tells nothing, where no model is."""
        if not self.model.there:
            return 0.5
        return max(share for name, share in self.model.guesses(seen) if name != UNKNOWN)

    def _harmless(self, sounds: str) -> bool:
        """Whether hardly anything is said but phrases that are listed as harmless."""
        bare = self.crisis.bare(sounds)
        return bare != sounds and len(bare.split()) < REST

    def _answer(self, seen: Seen, sounds: str, language: str, prompt: Prompt) -> Said | None:
        if action := labels.near(self.commands.bare(sounds), prompt, self.commands):
            return Chosen(action)
        said = self._asked_for(seen.text[:LONGEST], sounds, language, prompt)
        return self._with_care(seen, said) if isinstance(said, Puzzled | Topics) else said

    def _asked_for(self, text: str, sounds: str, language: str, prompt: Prompt) -> Said | None:
        if prompt.wants == "number":
            return self.numbers.parse(text, language)
        if prompt.wants == "place":
            codes = self.search(text)
            return Places(codes) if codes else Puzzled("unknown_place")
        if prompt.wants == "words":
            names = self.topics.find(sounds, SURE)
            return Topics(names) if names else Puzzled("not_understood")
        return None

    def _own(self, seen: Seen) -> Topics | Doubtful | Puzzled:
        """What the trained model thinks; where there is none, what the listed words name."""
        if not self.model.there:
            names = self.topics.find(sound(seen.text))
            return Topics(names) if names else Puzzled("not_understood")
        told = self.told(seen)
        if sure := told.sure:
            return Topics(sure)
        return Doubtful(told.offered) if told.offered else Puzzled("not_understood")

    def told(self, seen: Seen) -> Told:
        """What the trained model makes of a message and of its parts."""
        guesses = [self.model.guesses(part) for part in seen.parts]
        listed = self.topics.find(sound(seen.text))
        return Told(self.model.guesses(seen), guesses, self.model.line(seen), listed)


def believed(opinions: Sequence[Opinion]) -> tuple[str, ...]:
    """What is sure of the whole, and of its parts where they tell of several topics: one part alone misleads more
    often than it helps (decision 118).
    """
    sure = [opinion.shares[0][0] if opinion.sure else UNKNOWN for opinion in opinions]
    parts = set(sure[1:]) - {UNKNOWN}
    names = sure if len(parts) > 1 else sure[:1]
    return tuple(dict.fromkeys(name for name in names if name != UNKNOWN))


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
