"""Translations, checked by what can be told without knowing the language, message by message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.conversation.labels import LONGEST
from bot.conversation.phrases import SOURCE
from bot.conversation.writing import PRIVATE, locale_of
from bot.editing import bidi
from bot.eligibility.model import Place
from bot.eligibility.problems import Problem
from bot.eligibility.slips import LONGEST_TICK
from bot.texts import PLACEHOLDER, catalogue, forms_of, sources_of, usable
from bot.understanding import spoken

_NUMBER: Final = re.compile(r"\d+(?:[.,\u00a0\u202f  ]\d{3}(?!\d))*(?:[.,]\d{1,2}(?!\d))?")
_GAPS: Final = re.compile(r"[.,\u00a0\u202f ]")
_EURO: Final = re.compile(r"(€\s?)?\d[\d.,\u00a0\u202f ]*(\s?€)?")
_QUOTED: Final = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"|„[^”]*”|'[^']*'")
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
# Words that no other language of ours has, and no official name either.
_FRENCH: Final = frozenset({"vous", "votre", "vos", "nous", "notre", "êtes", "cette", "sont", "avec", "chez"})
_QUESTION: Final = ("?", "؟")
_HOURS: Final = 12
_MADE: Final = re.compile(r"^# How it was made: (.+)$", re.MULTILINE)
_REVIEWED: Final = re.compile(r"^# Reviewed by a person: (.+)$", re.MULTILINE)
LONGEST_ENTRY: Final = 100  # of Telegram's menu, that a telephone shows on two lines
_ALLOWED: Final = "allow:"  # a translator's comment: "# allow: number, because …"

# The most characters of a sentence by its key: what a button, a box and a line of Telegram's menu bear.
_LIMITS: Final = (
    (re.compile(r"^button\.(?!correct|tell_topic)|^here$|^here_button$|^label$"), LONGEST),
    (re.compile(r"\.tick\.label$|\.tick$"), LONGEST_TICK),
    (re.compile(r"^commands\.in_short$"), LONGEST_ENTRY),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one catalogue. `made` and `reviewed` are what its head says."""

    language: str
    covered: int
    sentences: int
    made: str
    reviewed: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One message in one language."""

    language: str
    message: Message

    @property
    def french(self) -> tuple[str, ...]:
        return sources_of(self.message)

    @property
    def forms(self) -> tuple[str, ...]:
        return forms_of(self.message)

    @property
    def easy(self) -> bool:
        return PRIVATE in self.language


def check(language: str, path: Path, shown_as: str) -> Checked:
    """One catalogue, read from its file."""
    read = catalogue(path)
    messages = [message for message in read if message.id]
    said = [_Said(language, message) for message in messages if any(forms_of(message))]
    problems = [*_head(language, read, shown_as), *_missing(messages, shown_as)]
    problems += [problem for each in said for problem in _wrong(each, shown_as)]
    return Checked(
        language=language,
        covered=sum(1 for message in messages if usable(message)),
        sentences=len(messages),
        made=_found(_MADE, read.header_comment),
        reviewed=_found(_REVIEWED, read.header_comment),
        problems=tuple(problems),
    )


def _found(says: re.Pattern[str], head: str) -> str:
    found = says.search(head)
    return found[1].strip() if found else ""


def _head(language: str, read: Catalog, shown_as: str) -> Iterator[Problem]:
    place = Place(shown_as, 1, 1)
    expected = get_plural(locale_of(language))
    if (read.num_plurals, read.plural_expr) != (expected.num_plurals, expected.plural_expr):
        yield Problem(place, f"Plural-Forms is not CLDR's for {language}", f"Plural-Forms: {expected}")
    for says in (_MADE, _REVIEWED):
        if not says.search(read.header_comment):
            yield Problem(place, "the head does not say how it was made and who reviewed it",
                          "# How it was made: …   and   # Reviewed by a person: no, or who and when")  # fmt: skip


def _missing(messages: list[Message], shown_as: str) -> Iterator[Problem]:
    for message in messages:
        if not any(forms_of(message)):
            yield Problem(
                _place(message, shown_as), f"not translated: « {sources_of(message)[0]} »", "", warning=True
            )


def _wrong(said: _Said, shown_as: str) -> Iterator[Problem]:
    excused = " ".join(comment for comment in said.message.user_comments if comment.startswith(_ALLOWED))
    for name, rule in _RULES.items():
        if name not in excused:
            for what in rule(said):
                shown = f"{name}: {what}: « {said.forms[-1]} »"
                yield Problem(_place(said.message, shown_as), shown, f"French: « {said.french[-1]} »")


def _place(message: Message, shown_as: str) -> Place:
    return Place(shown_as, message.lineno or 1, 1)


# --- the rules ------------------------------------------------------------------------------------------------


def _placeholders(said: _Said) -> Iterator[str]:
    expected = set(PLACEHOLDER.findall(" ".join(said.french)))
    for form in said.forms:
        if foreign := set(PLACEHOLDER.findall(form)) - expected:
            yield f"{', '.join(sorted(foreign))} is not in the French"
        if re.search(r"[{}]", PLACEHOLDER.sub("", form)):
            yield "a brace stands alone"
    if lost := expected - set(PLACEHOLDER.findall(said.forms[-1])):
        yield f"{', '.join(sorted(lost))} is lost"


def _plurals(said: _Said) -> Iterator[str]:
    if len(said.french) == 1:
        return
    wanted = get_plural(locale_of(said.language)).num_plurals
    if len(said.forms) != wanted or not all(said.forms):
        yield f"{sum(map(bool, said.forms))} of {wanted} plural forms"


def _length(said: _Said) -> Iterator[str]:
    """Where the French keeps to its limit, the translation does too."""
    keys = said.message.auto_comments
    limits = [most for named, most in _LIMITS if any(named.search(key) for key in keys)]
    most = min(limits, default=0)
    longest = max(map(len, said.forms))
    if most and longest > most >= max(map(len, said.french)):
        yield f"{longest} characters, {most} at most"


def _marks(said: _Said) -> Iterator[str]:
    for form in said.forms:
        if bidi.unbalanced(form):
            yield "an isolate or embedding is not closed"
        if locale_of(said.language).text_direction == "rtl" and bidi.right_to_left(form):
            yield from (f"« {part} » is shown in reverse without an isolate" for part in bidi.torn(form))
            if bidi.begins_wrongly(form):
                yield "begins with Latin letters or a placeholder: U+200F is needed first"


def _french_left(said: _Said) -> Iterator[str]:
    if said.language.partition("-")[0] == SOURCE:
        return
    for form in said.forms:
        words = {word.casefold() for word in _LETTERS.findall(_QUOTED.sub(" ", form))}
        if left := words & _FRENCH:
            yield f"French is left ({', '.join(sorted(left))})"


def _lines(said: _Said) -> Iterator[str]:
    if any(form.count("\n") != said.french[-1].count("\n") for form in said.forms):
        yield "the line breaks are not those of the French"
    if any(form != form.strip() or "  " in form for form in said.forms):
        yield "a space too many"


def _questions(said: _Said) -> Iterator[str]:
    asked = said.french[-1].rstrip().endswith("?")
    if not said.easy and asked != said.forms[-1].rstrip("\u200f\u2069 ").endswith(_QUESTION):
        yield "only one of the two is a question"


def _figures(said: _Said) -> Iterator[str]:
    """The law's figures: each of the French, none that the French has not, in digits or in words."""
    french, here = " ".join(said.french), " ".join(said.forms)
    meant = _numbers(french) | _numbers(spoken.in_digits(french.replace("-", " "), SOURCE))
    shown = said_here = _numbers(here)
    wanted, language = _numbers(french), said.language.partition("-")[0]
    if language in spoken.LANGUAGES:  # numbers in words count on both sides
        wanted, said_here = meant, shown | _numbers(spoken.in_digits(here.replace("-", " "), language))
    if lost := {n for n in wanted - said_here if n > 2}:  # noqa: PLR2004 - "both" and "once" are words
        yield f"{', '.join(f'{n:g}' for n in sorted(lost))} is lost"
    if (foreign := {n for n in shown - meant - _ages(french) if n > _HOURS}) and not said.easy:
        yield f"{', '.join(f'{n:g}' for n in sorted(foreign))} is not in the French"


def _ages(french: str) -> set[float]:
    """Of age or not: eighteen, which other languages rather say in figures."""
    return {18.0} if re.search(r"\bm(?:in|aj)eur", french) else set()


def _numbers(text: str) -> set[float]:
    return {float(_GAPS.sub("", found)) for found in _NUMBER.findall(PLACEHOLDER.sub(" ", text))}


def _euros(said: _Said) -> Iterator[str]:
    pattern = locale_of(said.language).currency_formats["standard"].pattern.lstrip("\u200f")
    for form in said.forms:
        for before, after in _EURO.findall(form):
            if (before or after) and bool(before) != pattern.startswith("¤"):
                yield f"« € » stands {'behind' if pattern.endswith('¤') else 'before'} the figure in this language"
        if re.search(r"\bEUR\b", form):
            yield "amounts are written with « € »"


_RULES: Final[dict[str, Callable[[_Said], Iterator[str]]]] = {
    "placeholder": _placeholders,
    "plural": _plurals,
    "length": _length,
    "direction": _marks,
    "french": _french_left,
    "lines": _lines,
    "question": _questions,
    "number": _figures,
    "euro": _euros,
}
