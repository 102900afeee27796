"""Exact values as people and programs write them (``true``, ``1200.5``, ``tenant``), to answers and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from bot.eligibility.areas import area_of, is_code
from bot.eligibility.model import Fact
from bot.eligibility.values import BadValue, Interval, Values
from bot.eligibility.yamlfile import nearest

_YES = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}


def answer(fact: Fact, value: object) -> Values:
    """The one-value answer that an exact value stands for; beyond the top of a range, the top. A place may
    be given by its commune's INSEE code.

    Raises `BadValue`.
    """
    if fact.range is not None:
        return _number(fact, value)
    name = str(value).lower() if isinstance(value, (str, bool)) else ""
    name = _YES.get(name, name) if fact.type == "yes_no" else name
    if fact.type == "place" and is_code(name.upper()):
        name = area_of(name.upper(), fact.areas)
    if name not in fact.choices:
        raise BadValue(fact.name, value)
    return frozenset({name})


def _number(fact: Fact, value: object) -> Interval:
    assert fact.range is not None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadValue(fact.name, value)
    try:
        units = round(Decimal(str(value)) * fact.scale)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise BadValue(fact.name, value) from error
    if units < fact.range.low:
        raise BadValue(fact.name, value)
    units = min(units, fact.range.high)
    return Interval(units, units)


def answers(facts: Mapping[str, Fact], values: Mapping[str, object]) -> dict[str, Values]:
    """A whole household; `None` stands for what is not known.

    Raises `BadValue` for a value outside its fact's domain, `KeyError` with a remedy for an unknown fact.
    """
    found = {}
    for name, value in values.items():
        if name not in facts:
            raise KeyError(f"unknown fact {name!r}; {nearest(name, facts)}")
        if value is not None:
            found[name] = answer(facts[name], value)
    return found
