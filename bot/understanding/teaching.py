"""What is taught to the trained heads, and where their lines lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from bot.conversation.events import Crisis
from bot.understanding import landmarks, model, training
from bot.understanding.danger import ANY, HARMLESS
from bot.understanding.danger import LEARNT as DANGER
from bot.understanding.training import Example

WRONG: Final = (
    0.004  # of the examples kept back may be believed and wrong; people write less clearly than they do
)
ALARMED: Final = 0.015  # of what only looks like danger may be taken for it
ASKED: Final = 0.3  # how likely danger must be to be asked about: a needless question costs less than silence
ORDINARY: Final = 0.3  # how much a sentence about a topic weighs beside one that looks like danger


def teach(content: Path) -> dict[str, dict[str, float]]:
    """Train both heads from a content folder and write them there; what was found of each."""
    utterances, dangers = content / "utterances", content / "crisis" / "examples"
    told = training.told(utterances)
    danger = [*_of_danger(training.told(dangers)), *_ordinary(told)]
    marks = training.pick(danger, content / "trained" / landmarks.FILE)
    topics = sorted({name for example in told for name in example.meanings})
    those, of = [*told, *training.joined(told)], training.learnt_from(utterances)
    found = training.train(those, topics, _believed, content / "trained" / model.FILE, of, marks)
    kinds, of = [*get_args(Crisis), ANY], training.learnt_from(dangers, utterances)
    heard = training.train(danger, kinds, _heard, content / "trained" / DANGER, of, marks)
    return {"topics": found, "danger": heard}


def _of_danger(spoken: Sequence[Example]) -> list[Example]:
    """Danger, and what only looks like it."""
    return [
        example._replace(meanings=frozenset() if HARMLESS in example.meanings else example.meanings | {ANY})
        for example in spoken
    ]


def _ordinary(told: Sequence[Example]) -> list[Example]:
    """What people say of their troubles: no danger."""
    return [example._replace(meanings=frozenset(), weight=ORDINARY) for example in told]


def _believed(likely: Any, true: Any, _: Sequence[Example]) -> dict[str, float]:
    wrong = ~true[np.arange(len(true)), likely.argmax(1)]
    line = training.share_above(np.where(wrong, likely.max(1), 0.0), WRONG)
    sure = likely.max(1) >= line
    return {"line": line, "right": float(1 - wrong.mean()), "sure": float(sure.mean())}


def _heard(likely: Any, true: Any, those: Sequence[Example]) -> dict[str, float]:
    """By the last column, that of any danger."""
    top, danger = likely[:, -1], true[:, -1]
    looks_like = ~danger & np.array([example.weight == 1 for example in those])
    alarm = training.share_above(top[looks_like], ALARMED)
    return {
        "alarm": alarm,
        "ask": ASKED,
        "heard": float((top[danger] >= alarm).mean()),
        "heard or asked": float((top[danger] >= ASKED).mean()),
        "asked without need": float((top[looks_like] >= ASKED).mean()),
    }
