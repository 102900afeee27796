"""Every French sentence that people read, gathered from rules/ and content/ for the translators.

``python -m bot.texts`` and ``pybabel extract -F babel.cfg`` both end here: Babel calls `extract` for each YAML file
(entry point ``babel.extractors`` of pyproject.toml).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.eligibility import yamlfile
from bot.eligibility.yamlfile import Item

DOMAIN: Final = "clairdroit"
_PLURAL: Final = frozenset({"one", "other"})

Entries: TypeAlias = frozenset[str] | None
"""The entries of a file that people read; None stands for all."""

_READ_BY_PEOPLE: Final[dict[str, Entries]] = {
    "content/messages.yml": None,
    "content/topics.yml": frozenset({"label"}),
    "content/telegram.yml": frozenset(
        {
            "in_short",
            "answers",
            "no_answers",
            "answer",
            "groups",
            "trouble",
            "erased",
            "here",
            "here_ask",
            "here_button",
            "here_thanks",
        }
    ),
    "content/web.yml": frozenset({"words"}),
    "content/appointments.yml": frozenset({"file.summary", "file.description"}),
    "content/offices/words.yml": None,
    "content/offices/kinds.yml": frozenset({"name"}),
    "content/offices/*.yml": frozenset({"access"}),
    "content/helplines/*.yml": frozenset({"lead", "name", "hours", "happens", "advice"}),
    "rules/facts/*.yml": frozenset({"label", "ask", "help", "tick", "choices", "change"}),
    "rules/rights/*/*.yml": frozenset(
        {"name", "short", "in_short", "say", "papers", "steps", "appeal.within", "appeal.how", "coarse"}
    ),
}
_NO_WORDS: Final = frozenset({"tick.in", "tick.from"})  # which answers a box stands for
_NEVER_SHOWN: Final = frozenset({"rules/facts/shared.yml"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A French sentence, where it stands, and its plural where it has one."""

    text: str
    file: str
    line: int
    key: str
    plural: str = field(default="")

    @property
    def source(self) -> str | tuple[str, str]:
        """As gettext names it."""
        return (self.text, self.plural) if self.plural else self.text


def is_plural(item: Item) -> bool:
    """Whether an entry is one sentence in its forms ``{one: …, other: …}``."""
    return not (item.is_text or item.is_list) and {key.text() for key, _ in item.entries()} == _PLURAL


def sentences(data: Path, read: Mapping[str, Entries] = _READ_BY_PEOPLE) -> Iterator[Sentence]:
    """Every French sentence that people read, file by file. `read` maps files to the entries that count in them.
    Raises `Mistake`.
    """
    for pattern, entries in read.items():
        for path in sorted(data.glob(pattern)):
            shown_as = path.relative_to(data).as_posix()
            if shown_as not in _NEVER_SHOWN:
                yield from _within(yamlfile.read(path, shown_as), "", entries, inside=entries is None)


def _within(item: Item, key: str, entries: Entries, *, inside: bool) -> Iterator[Sentence]:
    if item.is_text:
        if inside:
            yield Sentence(item.sentence(), item.file, item.place.line, key)
    elif item.is_list:
        for member in item.members():
            yield from _within(member, key, entries, inside=inside)
    elif inside and is_plural(item):
        forms = {form.text(): said.sentence() for form, said in item.entries()}
        yield Sentence(forms["one"], item.file, item.place.line, key, forms["other"])
    else:
        for name, value in item.entries():
            below = f"{key}.{name.text()}".lstrip(".")
            named = {name.text(), ".".join(below.split(".")[-2:])}
            if named.isdisjoint(_NO_WORDS):
                yield from _within(
                    value, below, entries, inside=inside or not named.isdisjoint(entries or ())
                )


def extract(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],  # noqa: ARG001 - Babel's signature
    comment_tags: Sequence[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[tuple[int, str, str | tuple[str, str], list[str]]]:
    """The sentences of one file, for Babel. A file whose entries nobody reads gives none. Raises `Mistake`."""
    path = Path(fileobj.name).absolute()
    for pattern, entries in _READ_BY_PEOPLE.items():
        if path.match(pattern) and not any(path.match(name) for name in _NEVER_SHOWN):
            for each in _within(yamlfile.read(path, path.name), "", entries, inside=entries is None):
                yield each.line, "ngettext" if each.plural else "gettext", each.source, [each.key]


def template(data: Path) -> Catalog:
    """All sentences as a gettext template."""
    return _catalogue(sentences(data))


def _catalogue(found: Iterable[Sentence]) -> Catalog:
    catalogue = Catalog(project=DOMAIN, charset="utf-8", fuzzy=False)
    for each in found:
        catalogue.add(each.source, locations=[(each.file, each.line)], auto_comments=[each.key])
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, ignore_obsolete=True)
    return buffer.getvalue()
