"""`clairdroit understand`: one label a line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bot.commands.understand import understand
from bot.offices.entries import TOPICS

LABELS = (
    set(TOPICS)
    | {
        "book",
        "cancel",
        "reschedule",
        "human",
        "erase",
        "stop",
        "restart",
        "back",
        "why",
        "yes",
        "no",
        "dont_know",
        "unknown_scope",
    }
    | {"crisis_violence", "crisis_suicide", "crisis_child", "crisis_medical", "crisis_shelter"}
)


def run(*lines: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(understand, input="\n".join(lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("il m'a encore tapée", "crisis_violence"),
        ("je veux un rdv", "book"),
        ("je voudrais déplacer mon rendez-vous", "reschedule"),
        ("annuler mon rdv", "cancel"),
        ("oui", "yes"),
        ("لا", "no"),
        ("chais pas", "dont_know"),
        ("jarive pu a payé mon loyé", "housing"),
        ("la tour eiffel", "unknown_scope"),
        ("", "unknown_scope"),
        ("ce loyer me tue", "housing"),
    ],
)
def test_one_label_a_line(text, label):
    (said,) = run(json.dumps({"text": text}))
    assert said["label"] == label
    assert said["label"] in LABELS
    assert 0 <= said["confidence"] <= 1


def test_the_language_given_is_given_back():
    assert [said["lang"] for said in run('{"text": "oui", "lang": "fr"}', "", '{"text": "oui"}')] == [
        "fr",
        "und",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("je ne peux plus payer mon loyer", "fr"),
        ("i cannot pay my rent", "en"),
        ("no puedo pagar el alquiler", "es"),
        ("لا أستطيع دفع الإيجار", "ar"),
        ("не можу платити за оренду", "uk"),
        ("kiramı ödeyemiyorum artık", "tr"),
        ("nu mai pot plăti chiria", "ro"),
        ("ok", "und"),
    ],
)
def test_the_language_is_told_where_none_is_given(text, code):
    assert run(json.dumps({"text": text}))[0]["lang"] == code


@pytest.mark.parametrize(
    "line", ["secret words", '["secret words"]', '{"texte": "secret words"}', '{"text": 5}']
)
def test_a_line_that_is_none_is_refused_without_repeating_it(line):
    result = CliRunner().invoke(understand, input=f'{{"text": "oui"}}\n{line}\n')
    assert result.exit_code == 1
    assert "line 2" in result.output
    assert "secret" not in result.output
