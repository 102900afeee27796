"""Reading what people write with an engine of topics beside the model of this process."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.events import Said
from bot.conversation.messages import Prompt
from bot.knowledge import Knowledge
from bot.understanding.opinions import Engine


@dataclass(frozen=True)
class Hearing:
    """Fulfils `bot.turns.Reads`: danger, wishes and answers are read at once, and never wait for the engine."""

    knowledge: Knowledge
    engine: Engine

    def read(self, text: str, language: str, prompt: Prompt) -> Said:
        return self.knowledge.read(text, language, prompt)

    def in_its_language(self, text: str, said: Said) -> Said:
        return self.knowledge.in_its_language(text, said)

    async def hear(self, text: str, language: str, prompt: Prompt) -> Said:
        await self.knowledge.prepared()
        reader = self.knowledge.reader
        seen = reader.see(text)
        early = reader.before_topics(seen, language, prompt)
        return early or reader.by_topic(seen, await self.engine.opinions(text, *seen.apart))

    def near(self, latitude: float, longitude: float) -> tuple[str, ...]:
        return self.knowledge.near(latitude, longitude)
