"""Whole conversations, word by word. CLAIRDROIT_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.conversation.world import World
from tests.conversation.people import PEOPLE, script
from tests.conversation.vocabulary import Chat

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
ANEW = bool(os.environ.get("CLAIRDROIT_GOLDEN"))


def lines(path: Path) -> list[str]:
    given = path.read_text("utf-8").splitlines()
    return [line for line in given if line.strip() and not line.startswith("#")]


def transcript(said: list[str], world: World) -> str:
    chat = Chat(world)
    parts = [chat.text]
    for line in said:
        parts += [f"> {line}\n", chat.say(line)]
    assert len(chat.state.appointments) == 1, "this conversation ends in an appointment"
    return "\n".join(parts)


def compare(path: Path, text: str) -> None:
    if ANEW:
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("name", PEOPLE)
def test_a_whole_conversation(french: World, name: str) -> None:
    path = EXAMPLES / f"{name}.script"
    if ANEW:
        person = PEOPLE[name]
        said = [*(f"# {line}" for line in person.life), *script(person, Chat(french))]
        path.write_text("\n".join(said) + "\n", "utf-8")
    compare(HERE / "golden" / f"{name}.txt", transcript(lines(path), french))
