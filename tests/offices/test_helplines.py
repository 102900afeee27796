"""The numbers people are given in danger."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.conversation.events import Crisis
from bot.eligibility.problems import RuleErrors
from bot.offices import helplines

CONTENT = Path(__file__).parents[2] / "content"
FILE = CONTENT / "helplines" / "fr.yml"
READ = helplines.read(CONTENT)


def test_every_crisis_has_the_right_numbers():
    assert set(READ) == set(get_args(Crisis))
    numbers = {kind: [line.number for line in helpline.lines] for kind, helpline in READ.items()}
    assert {"17", "114", "3919"} <= set(numbers["crisis_violence"])
    assert numbers["crisis_suicide"][0] == "3114"
    assert "119" in numbers["crisis_child"]
    assert numbers["crisis_medical"][:2] == ["15", "112"]
    assert numbers["crisis_shelter"][0] == "115"


def test_each_number_is_dialled_as_it_is_shown():
    for helpline in READ.values():
        for line in helpline.lines:
            assert line.href.split(":")[1] == line.number.replace(" ", "")


def test_each_number_has_a_source_and_was_checked_this_year():
    for number in yaml.safe_load(FILE.read_text("utf-8"))["numbers"].values():
        assert number["source"]["url"].startswith("https://")
        assert number["checked"] >= date(2026, 1, 1)


def test_sentences_are_short():
    for helpline in READ.values():
        texts = [
            helpline.lead,
            *helpline.advice,
            *(text for line in helpline.lines for text in (line.hours, line.happens)),
        ]
        for text in texts:
            for sentence in re.split(r"(?<=[.?!]) ", text):
                assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('lines: ["115", "112"]', 'lines: ["155"]', "'155' is not known here"),
        ("href: tel:115", "href: 115", "'115' cannot be called"),
        ("checked: 2026-11-21", "checked: hier", "'hier' is not a day"),
        ("  crisis_shelter:", "  crisis_cold:", "unknown entry 'crisis_cold'"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(tmp_path, old, new, what):
    (tmp_path / "helplines").mkdir()
    text = FILE.read_text("utf-8").replace(old, new, 1)
    (tmp_path / "helplines" / "fr.yml").write_text(text, "utf-8")
    line = text.splitlines().index(next(row for row in text.splitlines() if new in row)) + 1
    with pytest.raises(RuleErrors) as caught:
        helplines.read(tmp_path)
    assert caught.value.problems[0].place.line == line
    assert what in caught.value.problems[0].what
