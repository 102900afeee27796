"""What is known of a fact: a set of possible values, never more than was needed."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias


class Interval(NamedTuple):
    """Whole units, both ends included: cents for an amount, years for an age, persons for a count."""

    low: int
    high: int

    def __and__(self, other: Interval) -> Interval:
        return Interval(max(self.low, other.low), min(self.high, other.high))

    @property
    def empty(self) -> bool:
        return self.low > self.high


Values: TypeAlias = Interval | frozenset[str]
"""The values that a fact may still have: an interval of a numeric fact, or a set of named choices
(a yes/no fact is the choice between ``yes`` and ``no``)."""

Unknown: TypeAlias = Literal["dont_know", "declined"]
DONT_KNOW: Final = "dont_know"
DECLINED: Final = "declined"

Answer: TypeAlias = Values | Unknown
"""What a person said of a fact: the values it may have, or that they do not know, or would rather not say."""


def apart(answer: Answer, values: Values) -> bool:
    """Whether an answer rules all of these values out."""
    if isinstance(answer, Interval) and isinstance(values, Interval):
        return (answer & values).empty
    return isinstance(answer, frozenset) and isinstance(values, frozenset) and not answer & values


class BadValue(Exception):  # noqa: N818 - the sentence a caller reads is the message below
    """A value that is not of this fact's domain."""

    def __init__(self, fact: str, value: object) -> None:
        super().__init__(f"{value!r} is not a value of the fact {fact!r}")
        self.fact, self.value = fact, value


def pack(answer: Answer) -> Any:
    """An answer as JSON: ``"dont_know"``, ``[low, high]`` or ``{"of": [...]}``."""
    if isinstance(answer, Interval):
        return [answer.low, answer.high]
    return {"of": sorted(answer)} if isinstance(answer, frozenset) else answer


def unpack(data: Any) -> Answer:
    """The inverse of `pack`."""
    if isinstance(data, list):
        return Interval(*data)
    if isinstance(data, dict):
        return frozenset(data["of"])
    return DECLINED if data == DECLINED else DONT_KNOW
