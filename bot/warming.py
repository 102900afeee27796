"""What the first messages of all would have to wait for, done before they come: some four seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.conversation.messages import Prompt
from bot.knowledge import Knowledge
from bot.understanding import spoken
from bot.understanding.phrases import sound

ANYTHING: Final = "je ne trouve pas de logement pour deux"
FRENCH: Final = "fr"


def warm(knowledge: Knowledge, now: datetime) -> None:
    """Before anybody asks: today's rules are resolved and compiled, each topic's first question found, phrases
    compiled, communes indexed, the models of topics, danger, languages and numbers read.
    """
    warm_phrases(knowledge)
    knowledge.load()
    for language in (FRENCH, *spoken.OTHERS):
        knowledge.reader.numbers.parse(ANYTHING, language)
    knowledge.reader.search(ANYTHING)
    knowledge.read(ANYTHING, FRENCH, Prompt((), id="", wants="words"))
    world = knowledge.on(now.date(), now)
    world.rules.evaluate({})
    for topic in world.topics:
        about = [right for right, text in world.rules.texts.items() if topic.name in text.topics]
        world.rules.next_question({}, about)


def warm_phrases(knowledge: Knowledge) -> None:
    """Phrases are compiled, words counted. May go on in a thread while people are served."""
    reader = knowledge.reader
    sounds = sound(ANYTHING)
    reader.crisis.find(sounds)
    reader.crisis.is_far(sounds)
    reader.commands.find(reader.commands.bare(sounds))
    reader.topics.find(sounds)
