"""Answers in words: what stands on a button, and how an answer given reads in a summary."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from bot.eligibility.model import Figure
from bot.eligibility.values import DECLINED, Answer, Interval, Values

if TYPE_CHECKING:
    from bot.conversation.phrases import Phrases
    from bot.eligibility.model import Fact

LONGEST: Final = 64
_CENTS: Final = 100


def choice_labels(fact: Fact, choices: Sequence[Values], phrases: Phrases) -> list[str]:
    """One label a choice, each different from the others and at most `LONGEST` characters."""
    whole = _whole_euros(fact, choices)
    labels = [shortened(_values(fact, choice, phrases, whole=whole)) for choice in choices]
    return (
        labels if len(set(labels)) == len(labels) else [_numbered(i, label) for i, label in enumerate(labels)]
    )


def tick_label(fact: Fact, ticked: Values, phrases: Phrases) -> str:
    """How a box reads; a number's box names the value from which on it is true."""
    words = _tick_words(fact, ticked)
    if not isinstance(ticked, Interval):
        return phrases.translate(words)
    if fact.type == "amount":
        return phrases.fill(words, value=phrases.euros(-(-ticked.low // _CENTS) * _CENTS))
    return phrases.fill(
        words,
        value=phrases.show(Figure(ticked.low, ticked.low, "years" if fact.type == "age" else "none")),
    )


def _tick_words(fact: Fact, ticked: Values) -> str:
    """The words of the box that means these values: the narrowest that holds them all."""
    if isinstance(ticked, Interval):
        fixed = (t.say for t in fact.ticks if isinstance(t.values, Interval) and t.values.low == ticked.low)
        open_ = (t.say for t in fact.ticks if t.values is None)
        return next(chain(fixed, open_), fact.label)
    held = [t for t in fact.ticks if isinstance(t.values, frozenset) and ticked <= t.values]
    return min(held, key=lambda t: len(t.values or ())).say if held else fact.tick or fact.label


def full_labels(fact: Fact, choices: Sequence[Values], phrases: Phrases) -> list[str]:
    """The same, however long."""
    whole = _whole_euros(fact, choices)
    return [_values(fact, choice, phrases, whole=whole) for choice in choices]


def rounded(fact: Fact, choices: Sequence[Values]) -> bool:
    """Whether a sum may fall between the labels of these choices: they name whole euros, the line has cents."""
    cuts = [choice.high + 1 for choice in choices if isinstance(choice, Interval)][:-1]
    return (
        fact.type == "amount" and _whole_euros(fact, choices) and any(cut % _CENTS for cut in cuts if cut > 1)
    )


def in_words(fact: Fact, answer: Answer, phrases: Phrases) -> str:
    """An answer as a summary shows it beside its label, amounts with "per month" or "per year"."""
    if isinstance(answer, str):
        return phrases.say("answer.declined" if answer == DECLINED else "answer.dont_know")
    text = _values(fact, answer, phrases, whole=_whole_euros(fact, [answer]))
    per = phrases.say(f"per.{fact.unit}") if phrases.has(f"per.{fact.unit}") else ""
    return text if per in phrases.translate(fact.label) else f"{text} {per}"


def _values(fact: Fact, values: Values, phrases: Phrases, *, whole: bool) -> str:
    if isinstance(values, Interval):
        return _interval(fact, values, phrases, whole=whole)
    named = [name for name in fact.choices if name in values]
    return phrases.either([_choice(fact, name, phrases) for name in named])


def _choice(fact: Fact, name: str, phrases: Phrases) -> str:
    words = fact.choices[name]
    return phrases.translate(words) if words else phrases.say(f"answer.{name}")


def _interval(fact: Fact, band: Interval, phrases: Phrases, *, whole: bool) -> str:
    kind = fact.type if fact.type in ("amount", "age") else "count"
    domain = fact.range or band
    if fact.type == "amount" and whole and (key := _exact_line(band, domain)):
        below, top = phrases.euros(max(band.low - 1, 0)), phrases.euros(band.high + 1)
        return phrases.say(key, low=phrases.euros(-(-band.low // _CENTS) * _CENTS), below=below, under=top)
    low, high = _ends(fact, band, whole=whole)
    figures = {"low": _show(kind, low, phrases), "high": _show(kind, high, phrases)}
    if low >= high and band.high < domain.high:
        return phrases.say(f"band.{kind}.one", **figures)
    if band.high >= domain.high:
        return phrases.say(f"band.{kind}.from", **figures)
    if band.low <= domain.low:
        return phrases.say(f"band.{kind}.up_to", **figures, under=_show(kind, high + 1, phrases))
    return phrases.say(f"band.{kind}.between", **figures)


def _exact_line(band: Interval, domain: Interval) -> str:
    """The sentence for a band whose line is a whole number of euros: "under" it leaves no cent out."""
    if band.low == 1 and band.high >= domain.high:
        return "band.amount.more"
    if (band.high + 1) % _CENTS or band.high >= domain.high:
        return ""
    if band.low <= domain.low:
        return "band.amount.under"
    return "band.amount.between_under" if band.high - band.low >= _CENTS else ""


def _ends(fact: Fact, band: Interval, *, whole: bool) -> tuple[int, int]:
    """Both ends, for amounts moved inwards to whole euros where these still tell the choices apart."""
    if fact.type != "amount" or not whole:
        return band
    return -(-band.low // _CENTS) * _CENTS, band.high // _CENTS * _CENTS


def _show(kind: str, value: int, phrases: Phrases) -> str:
    return phrases.euros(value) if kind == "amount" else phrases.show(value)


def _whole_euros(fact: Fact, choices: Sequence[Values]) -> bool:
    """Whole euros do when every band holds at least one whole euro beside its neighbours."""
    bands = [choice for choice in choices if isinstance(choice, Interval)]
    ends = [(-(-band.low // _CENTS), band.high // _CENTS) for band in bands]
    holds = all(low <= high for low, high in ends)
    return fact.type == "amount" and holds and all(a[1] < b[0] for a, b in pairwise(sorted(ends)))


def shortened(label: str) -> str:
    """A label that fits a button."""
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip(" ,") + "…"


def _numbered(index: int, label: str) -> str:
    return shortened(f"{index + 1}. {label}")
