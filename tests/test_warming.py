"""What the first message would wait for is done before it comes."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest

from bot.conversation.events import Doubtful, Number, Topics
from bot.conversation.messages import Prompt
from bot.eligibility import compiled
from bot.knowledge import Knowledge
from bot.understanding import encoder
from bot.understanding.phrases import sound
from bot.warming import warm
from tests.talking import DATA, PARIS


@pytest.fixture
def knowledge():
    return Knowledge(DATA, lambda: datetime.now(PARIS))


def test_once_warm_a_first_message_compiles_nothing_and_looks_for_no_first_question(knowledge, monkeypatch):
    now = datetime.now(PARIS)
    warm(knowledge, now)

    def complain(*_):
        raise AssertionError

    monkeypatch.setattr(re, "compile", complain)
    monkeypatch.setattr(np, "load", complain)
    assert encoder.loaded()
    assert knowledge.reader.crisis.find(sound("il me frappe")) == "crisis_violence"
    rules = knowledge.on(now.date(), now).rules
    monkeypatch.setattr(type(rules._asker), "_best", complain)
    housing = [right for right, text in rules.texts.items() if "housing" in text.topics]
    assert rules.next_question({}, housing) is not None
    monkeypatch.setattr(compiled, "compile", complain, raising=False)
    assert rules.evaluate({})
    assert isinstance(
        knowledge.read("le propriétaire garde ma caution", "fr", Prompt((), id="")), Topics | Doubtful
    )
    assert knowledge.read("iki yüz", "tr", Prompt((), id="", wants="number")) == Number(Decimal(200))
    assert knowledge.reader.search("joigny")
