"""What is taught to the trained heads, and where their lines lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from bot.conversation.events import Crisis
from bot.understanding import model, training
from bot.understanding.danger import HARMLESS
from bot.understanding.danger import LEARNT as DANGER
from bot.understanding.training import Example

WRONG: Final = (
    0.005  # of the examples kept back may be believed and wrong; people write less clearly than they do
)
ALARMED: Final = 0.015  # of what only looks like danger may be taken for it
ASKED: Final = 0.3  # how likely danger must be to be asked about: a needless question costs less than silence
ORDINARY: Final = 0.3  # how much a sentence about a topic weighs beside one that looks like danger


def teach(content: Path) -> dict[str, dict[str, float]]:
    """Train both heads from a content folder and write them there; what was found of each."""
    return {"topics": of_topics(content), "danger": of_danger(content)}


def of_topics(content: Path) -> dict[str, float]:
    utterances = content / "utterances"
    told = training.told(utterances)
    topics = sorted({name for example in told for name in example.meanings})
    those, of = [*told, *training.joined(told)], training.learnt_from(utterances)
    return training.train(those, topics, _believed, content / "trained" / model.FILE, of)


def of_danger(content: Path) -> dict[str, float]:
    danger, utterances = content / "crisis" / "examples", content / "utterances"
    those = _of_danger(danger, training.told(utterances))
    of = training.learnt_from(danger, utterances)
    return training.train(those, get_args(Crisis), _heard, content / "trained" / DANGER, of)


def _of_danger(folder: Path, told: Sequence[Example]) -> list[Example]:
    """Danger, what only looks like it, and what people say of their troubles."""
    spoken = [example._replace(meanings=example.meanings - {HARMLESS}) for example in training.told(folder)]
    ordinary = [example._replace(meanings=frozenset(), weight=ORDINARY) for example in told]
    return [*spoken, *ordinary]


def _believed(likely: Any, true: Any, _: Sequence[Example]) -> dict[str, float]:
    wrong = ~true[np.arange(len(true)), likely.argmax(1)]
    line = training.share_above(np.where(wrong, likely.max(1), 0.0), WRONG)
    sure = likely.max(1) >= line
    return {"line": line, "right": float(1 - wrong.mean()), "sure": float(sure.mean())}


def _heard(likely: Any, true: Any, those: Sequence[Example]) -> dict[str, float]:
    top, danger = likely.max(1), true.any(1)
    looks_like = ~danger & np.array([example.weight == 1 for example in those])
    alarm = training.share_above(top[looks_like], ALARMED)
    return {
        "alarm": alarm,
        "ask": ASKED,
        "heard": float((top[danger] >= alarm).mean()),
        "heard or asked": float((top[danger] >= ASKED).mean()),
    }
