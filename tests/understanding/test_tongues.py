"""The language of the first free words is told, and only of free words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.conversation.events import (
    Asked,
    Chosen,
    Doubtful,
    InDanger,
    Number,
    PerhapsInDanger,
    Places,
    Puzzled,
    Spoken,
    Topics,
)
from bot.understanding.tongues import spoken

LOST = Puzzled("not_understood")


@pytest.mark.parametrize(
    "said",
    [
        Topics(("housing",)),
        Doubtful(("housing", "debt")),
        LOST,
        InDanger("crisis_violence"),
        PerhapsInDanger("crisis_violence", LOST),
    ],
)
def test_free_words_are_told_with_their_language(said):
    assert spoken("i cannot pay my rent anymore", said) == Spoken("en", said)


@pytest.mark.parametrize(
    "said",
    [
        Chosen("a:0"),
        Number(Decimal(800)),
        Places(("89206",)),
        Asked("human"),
        Puzzled("unknown_place"),
        Puzzled("not_a_number"),
    ],
)
def test_answers_and_wishes_have_none(said):
    assert spoken("i cannot pay my rent anymore", said) == said


@pytest.mark.parametrize("text", ["ok", "", "rsa", "12 34"])
def test_what_is_not_clear_has_none(text):
    assert spoken(text, LOST) == LOST
