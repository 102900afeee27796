"""Reading rules/facts: what can be asked, how likely each answer is, and what one fact says of another."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.eligibility.area_files import check_areas, read_area
from bot.eligibility.areas import Area
from bot.eligibility.expressions import BadExpression, Syntax, parse
from bot.eligibility.model import ABOVE, BELOW, Fact, FactType, Tick
from bot.eligibility.priors import Band, BandPrior, ChoicePrior, Prior, even
from bot.eligibility.ticks import read_ticks
from bot.eligibility.values import Interval, Values
from bot.eligibility.yamlfile import Item

_TYPES: Final[tuple[FactType, ...]] = ("yes_no", "choice", "count", "amount", "age", "place")
_NUMBERS: Final = ("count", "amount", "age")
_COMMON: Final = ("type", "label", "ask")
_OPTIONAL: Final = (
    "help", "tick", "unit", "range", "choices", "territories", "cost", "prior", "only_if", "otherwise", "change",
)  # fmt: skip
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
RESERVED: Final = frozenset({"and", "or", "not", "if", "else", "in", "min", "max", "per_month", "per_year"})
MOST_CHOICES: Final = 5
PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A fact as its file states it. Where `only_if` does not hold, the fact is `otherwise` and is not asked."""

    fact: Fact
    prior: Prior
    item: Item
    only_if: tuple[Syntax, Item] | None = None
    otherwise: Values = frozenset({"no"})


@dataclass(frozen=True, slots=True)
class Let:
    """A named expression; `label` says in French what it is, for those who read the rules."""

    name: str
    tree: Syntax
    item: Item
    label: str = ""


def expression(item: Item) -> Syntax:
    """The syntax tree of an expression, its mistakes shown at their character."""
    text = item.text()
    try:
        return parse(text)
    except BadExpression as error:
        item.wrong(error.what, error.remedy, error.at)


def checked_name(key: Item) -> str:
    name = key.text()
    if not _NAME.fullmatch(name) or name in RESERVED:
        key.wrong(f"{name!r} cannot be a name", "use small letters, digits and _, starting with a letter")
    return name


def read_let(item: Item) -> list[Let]:
    """The entries of a ``let``: an expression each, or {is: expression, label: words}."""
    lets = []
    for key, value in item.entries():
        if value.is_text:
            lets.append(Let(checked_name(key), expression(value), value))
        else:
            fields = value.fields(("is",), ("label",))
            label = fields["label"].sentence() if "label" in fields else ""
            lets.append(Let(checked_name(key), expression(fields["is"]), fields["is"], label))
    _in_order(lets)
    return lets


def _in_order(lets: list[Let]) -> None:
    """Each name uses only those above it. Raises `Mistake`: a circle, or one that only stands too low."""
    needs = {let.name: _names(let.tree) for let in lets}
    for position, let in enumerate(lets):
        for name in (later.name for later in lets[position:]):
            if name in needs[let.name]:
                at = needs[let.name][name]
                if let.name in _behind(name, needs):
                    circle = "itself" if name == let.name else repr(name)
                    let.item.wrong(
                        f"{let.name!r} needs {circle} in a circle",
                        "let one of them do without the others",
                        at,
                    )
                let.item.wrong(
                    f"{name!r} is only defined further down", f"move {name!r} above {let.name!r}", at
                )


def _names(tree: Syntax) -> dict[str, int]:
    """The names in an expression, each with the place where it first stands; choices are none."""
    if tree.op == "name":
        return {tree.value: tree.at}
    args = tree.args[:1] if tree.op == "in" else tree.args
    if tree.op in ("==", "!=") and tree.args[1].op == "name":
        args = tree.args[:1]
    found: dict[str, int] = {}
    for arg in args:
        found = {**_names(arg), **found}
    return found


def _behind(name: str, needs: Mapping[str, Mapping[str, int]]) -> set[str]:
    """All that a name needs, however far."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in needs.get(waiting.pop(), {}):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def read_fact(key: Item, item: Item) -> FactEntry:
    """One fact. Raises `Mistake`."""
    name = checked_name(key)
    fields = item.fields(_COMMON, _OPTIONAL)
    kind: FactType = fields["type"].one_of(_TYPES)  # type: ignore[assignment]
    fact = Fact(
        name=name, type=kind, label=fields["label"].sentence(), ask=fields["ask"].sentence(),
        help=_optional(fields, "help"), ticks=_ticks(kind, fields), unit=_unit(kind, fields, item),
        range=_range(kind, fields, item), choices=_choices(kind, fields, item), cost=_cost(fields),
        change=_change(kind, fields), areas=_areas(kind, fields, item),
    )  # fmt: skip
    prior = _prior(fact, fields["prior"]) if "prior" in fields else even(fact.domain)
    condition = fields.get("only_if")
    only_if = (expression(condition), condition) if condition else None
    return FactEntry(fact, prior, item, only_if, _otherwise(fact, fields, item))


def _optional(fields: Mapping[str, Item], name: str) -> str:
    return fields[name].sentence() if name in fields else ""


def _ticks(kind: FactType, fields: Mapping[str, Item]) -> tuple[Tick, ...]:
    if "tick" not in fields:
        return ()
    item = fields["tick"]
    span, scale = _range(kind, fields, item), 100 if kind == "amount" else 1
    return read_ticks(item, span, scale, tuple(_choices(kind, fields, item)))


def _unit(kind: FactType, fields: Mapping[str, Item], item: Item) -> str:
    if kind != "amount":
        if "unit" in fields:
            fields["unit"].wrong("only an amount has a unit", "remove this line")
        return {"age": "years", "count": "persons"}.get(kind, "")
    if "unit" not in fields:
        item.wrong("an amount needs its unit", "add unit: EUR/month")
    return fields["unit"].one_of(("EUR/month", "EUR/year", "EUR"))


def _range(kind: FactType, fields: Mapping[str, Item], item: Item) -> Interval | None:
    if kind not in _NUMBERS:
        if "range" in fields:
            fields["range"].wrong(f"a {kind} fact has no range", "remove this line")
        return None
    if "range" not in fields:
        item.wrong(f"a fact of type {kind} needs its range", "add range: 0..10")
    low, high = _ends(fields["range"], fields["range"].text())
    if low == high:
        fields["range"].wrong("a range of one value leaves nothing to ask", "write its lowest..highest value")
    scale = 100 if kind == "amount" else 1
    return Interval(round(low * scale), round(high * scale))


def _ends(item: Item, text: str) -> tuple[float, float]:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)", text.replace("_", ""))
    if not match:
        item.wrong(f"{text!r} is not a range", "write it as 0..110")
    low, high = float(match[1]), float(match[2])
    if low > high:
        item.wrong(f"the range {text} is empty", f"write {match[2]}..{match[1]}?")
    return low, high


def _choices(kind: FactType, fields: Mapping[str, Item], item: Item) -> dict[str, str]:
    if kind == "yes_no":
        return {"yes": "", "no": ""}
    if kind == "place":
        return {name: read_area(value)[1] for name, value in _territories(fields, item)}
    if kind != "choice":
        return {}
    if "choices" not in fields:
        item.wrong("a choice needs its choices", "add choices: {first: …, second: …}")
    choices = {checked_name(key): value.sentence() for key, value in fields["choices"].entries()}
    if not 2 <= len(choices) <= MOST_CHOICES:  # noqa: PLR2004 - one would be no choice
        fields["choices"].wrong(f"{len(choices)} choices", f"two to {MOST_CHOICES} fit into one message")
    return choices


def _territories(fields: Mapping[str, Item], item: Item) -> list[tuple[str, Item]]:
    if "territories" not in fields:
        item.wrong("a place needs its territories", "add territories: {here: {communes: [...], label: …}, …}")
    listed = fields["territories"].entries()
    if not 2 <= len(listed) <= MOST_CHOICES:  # noqa: PLR2004 - one would be no choice
        fields["territories"].wrong(
            f"{len(listed)} territories", f"two to {MOST_CHOICES} fit into one message"
        )
    return [(checked_name(key), value) for key, value in listed]


def _areas(kind: FactType, fields: Mapping[str, Item], item: Item) -> dict[str, Area]:
    if kind != "place":
        if "territories" in fields:
            fields["territories"].wrong(
                "only a place has territories", "write type: place, or remove this line"
            )
        return {}
    listed = [(name, value, read_area(value)[0]) for name, value in _territories(fields, item)]
    check_areas((value, area) for _, value, area in listed)
    return {name: area for name, _, area in listed}


def _change(kind: FactType, fields: Mapping[str, Item]) -> dict[str, str]:
    """What may be named as a change: nothing but that people grow older, unless the file has words for it."""
    if "change" not in fields:
        return {ABOVE: ""} if kind == "age" else {}
    known = (ABOVE, BELOW) if kind in _NUMBERS else tuple(_choices(kind, fields, fields["change"]))
    return {key.one_of(known): _changed(value) for key, value in fields["change"].entries()}


def _changed(item: Item) -> str:
    words = item.sentence()
    for name in PLACEHOLDER.findall(words):
        if name != "value":
            item.wrong(f"{{{name}}} means nothing here", "the figure is called {value}")
    return words


def _cost(fields: Mapping[str, Item]) -> float:
    if "cost" not in fields:
        return 1.0
    cost = fields["cost"].number()
    if not 0 < cost <= 10:  # noqa: PLR2004 - a scale of one to three with room to spare
        fields["cost"].wrong("a cost lies above 0, up to 10", "1 is easy to answer, 3 hard or sensitive")
    return cost


def _prior(fact: Fact, item: Item) -> Prior:
    fields = {key.text(): value for key, value in item.entries()}
    if "source" not in fields:
        item.wrong("a prior needs its source", "add source: … (a publication, or 'estimate' with a note)")
    for name, value in fields.items():
        if name not in ("source", "url", "note", "bands", *fact.choices):
            value.wrong(f"unknown entry {name!r} in a prior")
    prior = _band_prior(fact, item, fields) if fact.numeric else _choice_prior(fact, item, fields)
    total = prior.share(fact.domain)
    if not math.isclose(total, 1, abs_tol=1e-6):
        item.wrong(f"the shares sum to {total:.4g}, not to 1", "mend the shares")
    return prior


def _choice_prior(fact: Fact, item: Item, fields: Mapping[str, Item]) -> ChoicePrior:
    missing = [choice for choice in fact.choices if choice not in fields]
    if missing:
        item.wrong(f"the prior has no share for {missing[0]!r}", f"add {missing[0]}: 0.…")
    return ChoicePrior({choice: _share(fields[choice]) for choice in fact.choices})


def _share(item: Item) -> float:
    share = item.number()
    if not 0 <= share <= 1:
        item.wrong("a share lies between 0 and 1")
    return share


def _band_prior(fact: Fact, item: Item, fields: Mapping[str, Item]) -> BandPrior:
    if "bands" not in fields:
        item.wrong("the prior of a number needs bands", "write bands: {0..17: 0.2, 18..110: 0.8}")
    assert fact.range is not None
    bands: list[Band] = []
    for key, value in fields["bands"].entries():
        low, high = (round(end * fact.scale) for end in _ends(key, key.text()))
        # Bands of an amount share their edges in euros; in cents the upper one keeps the edge.
        high -= fact.type == "amount" and high < fact.range.high
        if low < fact.range.low or high > fact.range.high:
            key.wrong(f"the band {key.text()} lies outside the fact's range")
        if bands and low <= bands[-1].high:
            key.wrong(f"the band {key.text()} overlaps the one before it", "start it where that one ends")
        bands.append(Band(low, high, _share(value)))
    return BandPrior(tuple(bands))


def _otherwise(fact: Fact, fields: Mapping[str, Item], item: Item) -> Values:
    if "otherwise" in fields and "only_if" not in fields:
        fields["otherwise"].wrong(
            "'otherwise' means nothing without 'only_if'", "add only_if: … or remove it"
        )
    if fact.range is not None:
        raw = fields["otherwise"].number() if "otherwise" in fields else fact.range.low / fact.scale
        value = round(raw * fact.scale)
        if not fact.range.low <= value <= fact.range.high:
            item.wrong(f"{raw:g} lies outside the fact's range")
        return Interval(value, value)
    default = "no" if fact.type == "yes_no" else next(iter(fact.choices))
    return frozenset({fields["otherwise"].one_of(tuple(fact.choices)) if "otherwise" in fields else default})
