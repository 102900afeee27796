"""All that the assistant knows of the world, from the data folder: the law, the partners, the sentences."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot import texts
from bot.appointments.desks import BadDesk, Desk, desk_of
from bot.conversation.events import Said
from bot.conversation.messages import Prompt
from bot.conversation.phrases import Phrases
from bot.conversation.ports import Helpline
from bot.conversation.world import World
from bot.eligibility import library
from bot.eligibility.problems import RuleErrors
from bot.offices import helplines
from bot.offices.directory import Directory
from bot.offices.nearby import Nearby
from bot.offices.territory import Territory
from bot.reloading import Reloaded
from bot.texts import Texts
from bot.understanding import encoder, tongues
from bot.understanding.reader import Reader

MISTAKES = (RuleErrors, BadDesk)
"""Whose messages say what an editor wrote, and may be logged."""


@dataclass(frozen=True)
class Content:
    """What the folders content and locales hold."""

    directory: Directory
    helplines: Mapping[str, Helpline]
    nearby: Nearby
    reader: Reader
    texts: Texts
    desks: Mapping[str, Desk]

    @classmethod
    def read(cls, data: Path, today: Callable[[], date]) -> Content:
        """Raises one of `MISTAKES`."""
        content = data / "content"
        territory = Territory.read(content)
        directory = Directory.read(content, territory, today)
        return cls(
            directory=directory,
            helplines=helplines.read(content),
            nearby=Nearby(content / "centres.tsv.gz"),
            reader=Reader.read_from(content, territory.search),
            texts=texts.read(data),
            desks=_desks(directory),
        )


class Knowledge:
    """Rules and content in force; `refresh` reads them again when an editor has changed them.

    `now` is the time in the zone of the people who are served. Raises one of `MISTAKES` at a broken file.
    """

    def __init__(self, data: Path, now: Callable[[], datetime]) -> None:
        rules, content = data / "rules", [data / "content", data / "locales"]
        self._rules = Reloaded(lambda: library.read(rules), [rules], MISTAKES)
        self._content = Reloaded(lambda: Content.read(data, lambda: now().date()), content, MISTAKES)

    @property
    def desks(self) -> Mapping[str, Desk]:
        """The offices that can be booked, always those of the content in force."""
        return _Desks(self._content)

    @property
    def phrases(self) -> Mapping[str, Phrases]:
        """The sentences in every language there is, French first."""
        return self._content.value.texts.phrases

    def on(self, day: date, now: datetime) -> World:
        """The world as a conversation sees it that is pinned to the rules of this day."""
        known = self._content.value
        return World(
            rules=self._rules.value.on(day),
            directory=known.directory,
            phrases=known.texts.phrases,
            now=now,
            topics=known.texts.topics,
            anyone=known.texts.anyone,
            helplines=known.helplines,
        )

    @property
    def reader(self) -> Reader:
        """What reads somebody's words, of the content in force."""
        return self._content.value.reader

    @property
    def topics(self) -> frozenset[str]:
        """The names of what may bring a person."""
        return frozenset(topic.name for topic in self._content.value.texts.topics)

    def read(self, text: str, language: str, prompt: Prompt) -> Said:
        """What somebody's words mean here."""
        return self.reader.read(text, language, prompt)

    async def hear(self, text: str, language: str, prompt: Prompt) -> Said:
        """As `read`: all is read here."""
        await self.prepared()
        return self.read(text, language, prompt)

    async def prepared(self) -> None:
        """`load`, if need be, beside the loop, so that nobody else waits for that second."""
        if not encoder.loaded():
            await asyncio.to_thread(self.load)

    def load(self) -> None:
        """Read the models that free words need."""
        encoder.encoder()
        tongues.identifier()

    def in_its_language(self, text: str, said: Said) -> Said:
        """The same, as the first words in a language, where they are free and it is clear."""
        return tongues.spoken(text, said)

    def near(self, latitude: float, longitude: float) -> tuple[str, ...]:
        """The INSEE codes of the communes around a position."""
        return self._content.value.nearby.communes(latitude, longitude)

    async def refresh(self) -> bool:
        """Whether something new is in force."""
        return any([await self._rules.refresh(), await self._content.refresh()])


class _Desks(Mapping[str, Desk]):
    def __init__(self, content: Reloaded[Content]) -> None:
        self._content = content

    def __getitem__(self, office: str) -> Desk:
        return self._content.value.desks[office]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content.value.desks)

    def __len__(self) -> int:
        return len(self._content.value.desks)


def _desks(directory: Directory) -> Mapping[str, Desk]:
    """The offices that can be booked."""
    found = (
        desk_of(entry.id, entry.zone, entry.hours, directory.booking(entry.id))
        for entry in directory.entries.values()
    )
    return {desk.office: desk for desk in found if desk is not None}
