"""Sentences in one language, with their figures written as that language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import ceil, floor
from typing import Final, Literal, TypeAlias

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.conversation.writing import capitalised, locale_of, money, together, uncapitalised
from bot.eligibility.model import Figure, Said

Value: TypeAlias = str | int | float | Decimal | date | datetime | time | Figure | Sequence[str]
Template: TypeAlias = str | Mapping[str, str]
"""A French sentence, or its forms for one and for several: ``{one: …, other: …}``, chosen by ``count``."""

SOURCE: Final = "fr"
"""The language in which every sentence is written first."""
_WIDE: Final = 3
_HALF_A_CENT: Final = 0.005
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Phrases:
    """`templates` are the French sentences by key; `translations` maps each French sentence to this
    language's (to its plural forms, chosen by `plural`). What is not translated is said in French.

    `name` is the language's name in itself. `missed` collects the sentences that had to be said in French,
    if somebody asked for that (`watched`). Nothing here raises: an unknown key or placeholder shows as it is.
    """

    language: str
    name: str
    templates: Mapping[str, Template]
    translations: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = lambda count: int(count > 1)
    missed: set[str] | None = field(default=None, compare=False)

    def watched(self) -> Phrases:
        """The same, collecting anew what is missed."""
        return replace(self, missed=set())

    def say(self, key: str, **figures: Value) -> str:
        """The sentence of this key with its figures; `count` picks between one and several."""
        template = self.templates.get(key, key)
        if isinstance(template, str):
            return self._fill(self.translate(template), figures)
        count = figures.get("count", 0)
        return self._fill(self._form(template, count if isinstance(count, int) else 0), figures)

    def has(self, key: str) -> bool:
        return key in self.templates

    def translate(self, french: str) -> str:
        """A sentence of the rules or of the content in this language."""
        found = self.translations.get(french)
        if found is None:
            return self._french(french)
        return found if isinstance(found, str) else found[0]

    def _french(self, sentence: str) -> str:
        """Said in French for want of a translation. Easy French is French too: nothing is missed."""
        if self.missed is not None and sentence and self.language.partition("-")[0] != SOURCE:
            self.missed.add(sentence)
        return sentence

    def tell(self, said: Said) -> str:
        """A sentence of a rule, with the figures it has for this household."""
        return self._fill(self.translate(said.template), said.figures)

    def fill(self, french: str, **figures: Value) -> str:
        """A sentence of the rules in this language, with its figures."""
        return self._fill(self.translate(french), figures)

    def _form(self, template: Mapping[str, str], count: int) -> str:
        forms = self.translations.get(template["one"])
        if isinstance(forms, tuple):
            return forms[min(self.plural(count), len(forms) - 1)]
        return self._french(template["one" if count < 2 else "other"])  # noqa: PLR2004 - French: zero is singular

    def _fill(self, template: str, figures: Mapping[str, Value]) -> str:
        def shown(match: re.Match[str]) -> str:
            return together(self.show(figures[match[1]]), self.language) if match[1] in figures else match[0]

        return _PLACEHOLDER.sub(shown, template)

    def show(self, value: Value) -> str:
        """A value as this language writes it."""
        match value:
            case str():
                return value
            case Figure():
                return self.figure(value)
            case datetime():
                return self.say("figure.moment", day=value.date(), hour=value.time())
            case date():
                return self._date(value, "date")
            case time():
                return self._hour(value)
            case int() | float() | Decimal():
                return format_decimal(value, locale=locale_of(self.language))
            case _:
                return self._listed(value, "standard")

    def inline(self, french: str) -> str:
        """A few words that stand alone elsewhere, within a sentence: a single capital at the start goes."""
        words = self.translate(french)
        return words if words[1:2].isupper() else uncapitalised(words, self.language)

    def either(self, parts: Sequence[str]) -> str:
        """Several possibilities: "a, b ou c"."""
        return self._listed(parts, "or")

    def _listed(self, parts: Sequence[str], style: Literal["standard", "or"]) -> str:
        each = [together(part, self.language) for part in parts]
        return format_list(each, style=style, locale=locale_of(self.language))

    def kept(self, words: str) -> str:
        """Words that stay as they are in any language: a name, an address."""
        return together(words, self.language)

    def day(self, value: date) -> str:
        """A date with its year, as in "le 21 novembre 2026"."""
        return self._date(value, "date_with_year")

    def moment(self, value: datetime) -> str:
        """A day and hour that stand alone: "Mardi 24 novembre à 9 h 30"."""
        return capitalised(self.show(value), self.language)

    def euros(self, cents: int | Decimal) -> str:
        """An amount: cents are shown only where there are any."""
        amount = Decimal(cents) / 100
        whole = amount == amount.to_integral_value()
        return str(money(self.language, 0 if whole else 2).apply(amount, locale_of(self.language)))

    def about(self, amount: Figure) -> str:
        """What a right may bring, in whole euros around it: "entre 150 € et 251 € par mois environ"; only its
        top where the bottom would tell nothing.
        """
        low = Decimal(str(amount.low)).to_integral_value(ROUND_FLOOR)
        high = Decimal(str(amount.high)).to_integral_value(ROUND_CEILING)
        per = self.say(f"per.{amount.unit}") if self.has(f"per.{amount.unit}") else ""
        if high <= 0:
            return ""
        if high - low <= 1:
            return _close(self.say("amount.about", amount=self.euros(high * 100), per=per))
        if self.wide(amount):
            return _close(self.say("amount.up_to", amount=self.euros(high * 100), per=per))
        return _close(
            self.say("amount.between", low=self.euros(low * 100), high=self.euros(high * 100), per=per)
        )

    def figure(self, figure: Figure) -> str:
        """A figure in its unit, without "per month": the sentence around it says that. Where it still depends
        on what is not known, that is said too.
        """
        if figure.high - figure.low < _HALF_A_CENT:
            return self._in_unit(figure.low, figure.unit)
        rounded = (
            (floor(figure.low), ceil(figure.high))
            if figure.unit.startswith("EUR")
            else (figure.low, figure.high)
        )
        low, high = (self._in_unit(end, figure.unit) for end in rounded)
        return self.say("figure.up_to" if self.wide(figure) else "figure.between", low=low, high=high)

    @staticmethod
    def wide(figure: Figure) -> bool:
        """Whether a range is too wide for its bottom to tell anything."""
        return figure.low < 1 < figure.high or figure.high > _WIDE * figure.low

    def _in_unit(self, value: float, unit: str) -> str:
        if unit.startswith("EUR"):
            return self.euros(round(Decimal(str(value)) * 100))
        if unit == "rate":
            return self.say("figure.rate", value=Decimal(str(value)) * 100)
        if not self.has(f"figure.{unit}"):
            return self.show(value)
        return self.say(f"figure.{unit}", count=int(value), value=value)

    def _date(self, value: date, pattern: str) -> str:
        """The first of a month is written otherwise in some languages: "1er avril"."""
        key = f"figure.first_{pattern}" if value.day == 1 else f"figure.{pattern}"
        return format_date(value, self.say(key), locale=locale_of(self.language))

    def _hour(self, value: time) -> str:
        pattern = self.say("figure.whole_hour" if value.minute == 0 else "figure.hour")
        return format_time(value, pattern, locale=locale_of(self.language))


def _close(words: str) -> str:
    """Without the gap that an empty figure leaves."""
    return words.replace("  ", " ").strip()
