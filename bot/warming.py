"""What the first messages of all would have to wait for, done before they come: some two seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.knowledge import Knowledge
from bot.understanding.phrases import sound

ANYTHING: Final = sound("bonjour")


def warm(knowledge: Knowledge, now: datetime) -> None:
    """Before anybody asks: today's rules are resolved, the phrases compiled, each topic's first question found."""
    warm_phrases(knowledge)
    world = knowledge.on(now.date(), now)
    for topic in world.topics:
        about = [right for right, text in world.rules.texts.items() if topic.name in text.topics]
        world.rules.next_question({}, about)


def warm_phrases(knowledge: Knowledge) -> None:
    """The phrases of danger and of wishes are compiled. May go on in a thread while people are served."""
    reader = knowledge.reader
    reader.crisis.find(ANYTHING)
    reader.commands.find(reader.commands.bare(ANYTHING))
