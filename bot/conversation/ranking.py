"""In which order rights are told: what is probable first, then what the person came for, then what it is worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from bot.eligibility.model import RightText, Verdict

_ORDER: Final = {"likely": 0, "open": 1, "orientation": 2, "demonstration": 3, "unlikely": 4}
_FAR: Final = 99  # a right of none of the topics that brought the person
_MONTHS: Final = {"EUR/month": 1, "EUR/year": 12, "EUR": 12}  # what is paid once counts like a year's


def standing(verdict: Verdict, text: RightText) -> str:
    """Under which heading a right stands: one that only shows the way, or is invented, has no yes."""
    if verdict.conclusion == "unlikely":
        return "unlikely"
    return (
        "demonstration" if text.demonstration else "orientation" if text.orientation else verdict.conclusion
    )


def ranked(
    verdicts: Mapping[str, Verdict], texts: Mapping[str, RightText], topics: Collection[str]
) -> dict[str, Verdict]:
    """These verdicts in order."""
    wished = list(topics)
    return dict(sorted(verdicts.items(), key=lambda item: _rank(item[1], texts[item[0]], wished)))


def _rank(verdict: Verdict, text: RightText, topics: list[str]) -> tuple[int, int, float]:
    near = min((text.topics.index(topic) for topic in topics if topic in text.topics), default=_FAR)
    return _ORDER[standing(verdict, text)], near, -worth(verdict)


def worth(verdict: Verdict) -> float:
    """Euros a month, in the middle of what is possible."""
    if verdict.amount is None:
        return 0.0
    return (verdict.amount.low + verdict.amount.high) / 2 / _MONTHS.get(verdict.amount.unit, 1)
