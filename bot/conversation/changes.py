"""What would turn a condition, in words: "from 25 years on", "if your income falls under 977 euros"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.conversation.labels import in_words
from bot.eligibility.model import ABOVE, BELOW, Figure
from bot.eligibility.values import Answer, Interval, Values

if TYPE_CHECKING:
    from bot.conversation.phrases import Phrases
    from bot.eligibility.model import Fact

_EURO: Final = 100


def in_other_words(fact: Fact, now: Answer, then: Values, phrases: Phrases) -> str:
    """A whole sentence: with these values instead of those, the condition would hold."""
    way = _way(fact, now, then)
    words = fact.change.get(way, "")
    if not isinstance(then, Interval):
        return phrases.say("change.words", change=phrases.translate(words))
    value = _figure(fact, then, way, phrases)
    if not value:
        band = phrases.inline(in_words(fact, then, phrases))
        return phrases.say("change.thus", label=_label(fact, phrases), change=band)
    if words:
        return phrases.say("change.words", change=phrases.fill(words, value=value))
    return phrases.say(
        "change.thus", label=_label(fact, phrases), change=phrases.say(f"change.{way}", value=value)
    )


def _label(fact: Fact, phrases: Phrases) -> str:
    return phrases.inline(fact.label)


def _way(fact: Fact, now: Answer, then: Values) -> str:
    """The entry of the fact's `change` that this is."""
    if isinstance(then, Interval):
        return ABOVE if isinstance(now, Interval) and then.low > now.high else BELOW
    return next((choice for choice in fact.choices if choice in then), "")


def _figure(fact: Fact, then: Interval, way: str, phrases: Phrases) -> str:
    """The one line of a change; empty where there are two, or none that reads well."""
    domain = fact.range or then
    if (then.high < domain.high) if way == ABOVE else (then.low > domain.low + fact.scale):
        return ""
    if fact.type == "amount":
        euros = -(-then.low // _EURO) if way == ABOVE else (then.high + 1) // _EURO
        inside = euros * _EURO <= then.high if way == ABOVE else euros * _EURO > then.low
        return phrases.euros(euros * _EURO) if inside and euros else ""
    edge = then.low if way == ABOVE else then.high + 1
    unit = "years" if fact.type == "age" else "none"
    return phrases.show(Figure(edge, edge, unit))
