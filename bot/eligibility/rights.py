"""Reading rules/rights: the conditions of a right from a day on, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from bot.eligibility.expressions import Syntax
from bot.eligibility.facts import Let, checked_name, expression, read_let
from bot.eligibility.model import Appeal, Apply, RightText, Source
from bot.eligibility.resolve import UNITS
from bot.eligibility.yamlfile import Item

TOPICS: Final = (
    "housing", "income", "health", "disability", "children", "ageing", "energy", "papers", "work", "food",
    "debt", "justice",
)  # fmt: skip
_REQUIRED: Final = (
    "name", "in_short", "topics", "offices", "conditions", "apply", "appeal", "sources", "checked",
    "review_before",
)  # fmt: skip
_OPTIONAL: Final = (
    "short",
    "let",
    "amount",
    "amount_unit",
    "coarse",
    "local",
    "orientation",
    "demonstration",
)
_JOINTS: Final = ("all", "any", "none")

Tree: TypeAlias = "Leaf | Joint"


@dataclass(frozen=True, slots=True)
class Leaf:
    syntax: Syntax
    item: Item


@dataclass(frozen=True, slots=True)
class Joint:
    """Several conditions together: ``all``, ``any`` or ``none`` of them."""

    how: str
    parts: tuple[Tree, ...]
    item: Item


@dataclass(frozen=True, slots=True)
class Condition:
    """`tree` says when it surely holds; where only `maybe` holds, it stays open on purpose."""

    id: str
    say: str
    tree: Tree
    papers: tuple[str, ...]
    item: Item
    maybe: Tree | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One right from `day` on, as its file states it; `ended` when from that day it no longer exists."""

    right: str
    day: date
    item: Item
    text: RightText | None = None
    lets: tuple[Let, ...] = ()
    conditions: tuple[Condition, ...] = ()
    amount: tuple[Syntax, Item] | None = None

    @property
    def ended(self) -> bool:
        return self.text is None


def read_version(right: str, day: date, item: Item) -> Version:
    """One version file. Raises `Mistake`."""
    names = {key.text(): value for key, value in item.entries()}
    if "ended" in names and names["ended"].truth():
        item.fields(("ended", "sources"), ())
        return Version(right, day, item)
    fields = item.fields(_REQUIRED, _OPTIONAL)
    conditions = tuple(_condition(entry) for entry in fields["conditions"].members())
    _unlike(conditions)
    amount = (expression(fields["amount"]), fields["amount"]) if "amount" in fields else None
    lets = tuple(read_let(fields["let"])) if "let" in fields else ()
    return Version(right, day, item, _text(fields), lets, conditions, amount)


def _unlike(conditions: tuple[Condition, ...]) -> None:
    seen: set[str] = set()
    for condition in conditions:
        if condition.id in seen:
            condition.item.wrong(f"two conditions are called {condition.id!r}", "give one of them another id")
        seen.add(condition.id)


def _condition(item: Item) -> Condition:
    fields = item.fields(("id", "say"), ("when", *_JOINTS, "papers", "maybe"))
    papers = tuple(paper.sentence() for paper in fields["papers"].members()) if "papers" in fields else ()
    tests = {name: value for name, value in fields.items() if name in ("when", *_JOINTS)}
    tree = _tree(item, tests)
    maybe = _part(fields["maybe"]) if "maybe" in fields else None
    return Condition(checked_name(fields["id"]), fields["say"].sentence(), tree, papers, fields["say"], maybe)


def _tree(item: Item, tests: Mapping[str, Item]) -> Tree:
    if len(tests) != 1:
        item.wrong("exactly one of 'when', 'all', 'any', 'none' is needed", "add when: … with an expression")
    how, value = next(iter(tests.items()))
    if how == "when":
        return Leaf(expression(value), value)
    parts = tuple(_part(part) for part in value.members())
    if not parts:
        value.wrong("the list is empty", "add the expressions that it joins")
    return Joint(how, parts, value)


def _part(item: Item) -> Tree:
    if item.is_text:
        return Leaf(expression(item), item)
    return _tree(item, item.fields((), _JOINTS))


def _text(fields: Mapping[str, Item]) -> RightText:
    checked = fields["checked"].fields(("on", "how"), ("note",))
    name = fields["name"].sentence()
    return RightText(
        name=name,
        short=fields["short"].sentence() if "short" in fields else name,
        in_short=fields["in_short"].sentence(),
        topics=tuple(topic.one_of(TOPICS) for topic in fields["topics"].members()),
        offices=tuple(office.text() for office in fields["offices"].members()),
        apply=_apply(fields["apply"]),
        appeal=_appeal(fields["appeal"]),
        sources=tuple(_source(source) for source in fields["sources"].members()),
        checked_on=checked["on"].day(),
        checked_how=checked["how"].one_of(("oracle", "sources", "draft")),  # type: ignore[arg-type]
        review_before=fields["review_before"].day(),
        coarse=fields["coarse"].sentence() if "coarse" in fields else "",
        amount_unit=fields["amount_unit"].one_of(UNITS) if "amount_unit" in fields else "EUR/month",
        local="local" in fields and fields["local"].truth(),
        orientation="orientation" in fields and fields["orientation"].truth(),
        demonstration="demonstration" in fields and fields["demonstration"].truth(),
    )


def _apply(item: Item) -> Apply:
    fields = item.fields(("steps", "papers"), ("online",))
    return Apply(
        tuple(step.sentence() for step in fields["steps"].members()),
        tuple(paper.sentence() for paper in fields["papers"].members()),
        fields["online"].text() if "online" in fields else "",
    )


def _appeal(item: Item) -> Appeal:
    fields = item.fields(("within", "how"), ("url",))
    return Appeal(
        fields["within"].sentence(), fields["how"].sentence(), fields["url"].text() if "url" in fields else ""
    )


def _source(item: Item) -> Source:
    fields = item.fields(("title",), ("url",))
    return Source(fields["title"].sentence(), fields["url"].text() if "url" in fields else "")
