"""What was written apart is heard as well as was measured; `clairdroit bench understanding` prints the figures."""

from __future__ import annotations

from collections import defaultdict

from bot.understanding.phrases import sound
from tests.understanding import held_out


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_danger_is_heard_in_every_language(reader):
    heard = defaultdict(list)
    for said in held_out.crises():
        heard[said.language].append(reader.crisis.find(sound(said.text)) is not None)
    assert set(heard) == {"fr", "en", "es", "pt", "ar", "uk", "tr", "ro"}
    assert {language: share(found) for language, found in heard.items() if share(found) < 0.96} == {}


def test_few_are_alarmed_for_nothing(reader):
    alarmed = [reader.crisis.find(sound(said.text)) is not None for said in held_out.harmless()]
    assert len(alarmed) >= 300
    assert share(alarmed) <= 0.02
