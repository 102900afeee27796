"""Reading how a fact is worded as a box to tick beside others.

`tick` is a sentence (yes/no; a number: with {value}), or {in: choices, say: …}, {from: number, say: …}, or several.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.eligibility.model import YES_NO, Tick
from bot.eligibility.values import Interval
from bot.eligibility.yamlfile import Item


def read_ticks(item: Item, span: Interval | None, scale: int, choices: Sequence[str]) -> tuple[Tick, ...]:
    """The boxes of one fact. Raises `Mistake`."""
    listed = item.members() if item.is_list else [item]
    if not listed:
        item.wrong("this list is empty", "write a sentence, or remove the line")
    if span is not None:
        return tuple(_of_number(each, span, scale) for each in listed)
    if frozenset(choices) == YES_NO:
        if len(listed) > 1 or not listed[0].is_text:
            item.wrong("a tick of a yes/no fact means yes", "write tick: and its sentence, alone")
        return (Tick(listed[0].sentence()),)
    return tuple(_of_choice(each, choices) for each in listed)


def _of_number(item: Item, span: Interval, scale: int) -> Tick:
    if item.is_text:
        if "{value}" not in item.sentence():
            item.wrong("a tick of a number names its line", "write {value} in it, or {from: 1, say: …}")
        return Tick(item.sentence())
    fields = item.fields(("from", "say"), ())
    low = round(fields["from"].number() * scale)
    if not span.low < low <= span.high:
        fields["from"].wrong(
            "this line parts nobody", "it lies above the range's low end, up to its high end"
        )
    return Tick(fields["say"].sentence(), Interval(low, span.high))


def _of_choice(item: Item, choices: Sequence[str]) -> Tick:
    if item.is_text:
        item.wrong("a tick must say which choices it stands for", "write {in: [first, second], say: …}")
    fields = item.fields(("in", "say"), ())
    told = frozenset(member.one_of(choices) for member in fields["in"].members())
    if not told or told == frozenset(choices):
        fields["in"].wrong("a tick must part the choices in two", "name some of them, not all")
    return Tick(fields["say"].sentence(), told)
