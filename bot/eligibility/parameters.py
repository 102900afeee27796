"""Reading rules/parameters: legal amounts and rates, each from a day on, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.eligibility.facts import checked_name
from bot.eligibility.model import Source
from bot.eligibility.nodes import Table
from bot.eligibility.resolve import UNITS, ParameterValue
from bot.eligibility.yamlfile import Item

NO_RHYTHM: Final = "none"
RHYTHMS: Final = {"yearly-january": 1, "yearly-april": 4, "yearly-october": 10}
"""The month on whose first day the law gives a figure its new value each year."""
_MONEY: Final = frozenset({"EUR", "EUR/month", "EUR/year"})


@dataclass(frozen=True, slots=True)
class DatedValue:
    day: date
    value: float | Table
    source: Source
    draft: bool
    item: Item


@dataclass(frozen=True, slots=True)
class Parameter:
    """A legal amount or rate through time, the oldest value first.

    `rhythm` is one of `RHYTHMS` or `NO_RHYTHM`; `checked` the day on which its last value was seen to hold still.
    """

    name: str
    label: str
    unit: str
    values: tuple[DatedValue, ...]
    item: Item
    rhythm: str = NO_RHYTHM
    checked: date | None = None

    def on(self, day: date) -> ParameterValue | None:
        """What it is worth on a day; None before its first value."""
        held = [value for value in self.values if value.day <= day]
        return ParameterValue(self.name, self.unit, held[-1].value, held[-1].draft) if held else None


def read_parameter(key: Item, item: Item) -> Parameter:
    """One parameter. Raises `Mistake`."""
    fields = item.fields(("label", "unit", "values"), ("note", "rhythm", "checked"))
    unit = fields["unit"].one_of(UNITS)
    values = [_value(day, value) for day, value in fields["values"].entries()]
    if not values:
        fields["values"].wrong("no value", "add 2026-04-01: {value: …, source: …}")
    values.sort(key=lambda value: value.day)
    return Parameter(
        checked_name(key), fields["label"].sentence(), unit, tuple(values), item,
        rhythm=fields["rhythm"].one_of((*RHYTHMS, NO_RHYTHM)) if "rhythm" in fields else _shown(unit, values),
        checked=fields["checked"].day() if "checked" in fields else None,
    )  # fmt: skip


def _shown(unit: str, values: list[DatedValue]) -> str:
    """The rhythm that an amount's own history shows: two values or more, each from the same month's first day."""
    starts = {(value.day.month, value.day.day) for value in values}
    if unit not in _MONEY or len(values) == 1 or len(starts) > 1:
        return NO_RHYTHM
    return next((name for name, month in RHYTHMS.items() if starts == {(month, 1)}), NO_RHYTHM)


def _value(day: Item, item: Item) -> DatedValue:
    fields = item.fields(("source",), ("value", "table", "each_more", "url", "draft", "note"))
    if ("value" in fields) == ("table" in fields):
        item.wrong("one of 'value' and 'table' is needed", "write value: 651.69, or table: {1: …, 2: …}")
    if "each_more" in fields and "table" not in fields:
        fields["each_more"].wrong("'each_more' belongs beside a table")
    value = fields["value"].number() if "value" in fields else _table(fields)
    source = Source(fields["source"].sentence(), fields["url"].text() if "url" in fields else "")
    draft = "draft" in fields and fields["draft"].truth()
    return DatedValue(day.day(), value, source, draft, item)


def _table(fields: dict[str, Item]) -> Table:
    rows = [(key, key.whole(), value.number()) for key, value in fields["table"].entries()]
    if not rows:
        fields["table"].wrong("the table is empty", "write table: {1: …, 2: …}")
    first = rows[0][1]
    for offset, (key, number, _) in enumerate(rows):
        if number != first + offset:
            key.wrong(f"{number} stands where {first + offset} is expected", "number the rows without gaps")
    more = fields["each_more"].number() if "each_more" in fields else 0.0
    return Table(first, tuple(value for _, _, value in rows), more)
