"""The real rules, the real sentences and the demonstration territory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import texts
from bot.conversation.world import World
from bot.eligibility import library
from bot.offices import helplines
from bot.offices.directory import Directory
from bot.offices.territory import Territory
from tests.conversation.vocabulary import NOW, TODAY, Chat

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def world() -> World:
    content = ROOT / "content"
    words = texts.read(ROOT)
    territory = Territory.read(content)
    return World(
        rules=library.read(ROOT / "rules").on(TODAY),
        directory=Directory.read(content, territory, lambda: TODAY),
        phrases=words.phrases,
        now=NOW,
        topics=words.topics,
        anyone=words.anyone,
        helplines=helplines.read(content),
    )


@pytest.fixture(scope="session")
def french(world: World) -> World:
    """As if no other language were there."""
    return replace(world, phrases={"fr": world.phrases["fr"]})


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(world)
