"""A right past its review date says so to the person who reads about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.conversation.events import Asked, Topics
from bot.conversation.world import World
from bot.eligibility import library
from tests.conversation.conftest import ROOT
from tests.conversation.vocabulary import Chat

REVIEW = "Nous devons revoir cette règle. Elle a peut-être changé."


@pytest.mark.parametrize(("day", "said"), [(date(2026, 11, 21), False), (date(2035, 1, 1), True)])
def test_a_rule_past_its_review_date_is_told(world: World, day: date, said: bool) -> None:
    chat = Chat(replace(world, rules=library.read(ROOT / "rules").on(day)))
    chat.happens(Topics(("papers",)))
    chat.happens(Asked("results"))
    while "Domiciliation" not in chat.labels:
        chat.press("Voir la suite")
    page = chat.press("Domiciliation")
    assert (REVIEW in page) is said
