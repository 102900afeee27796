"""The words of people: content/messages.yml, content/topics.yml and the gettext catalogues of locales/.

French is the source. A sentence that a catalogue misses is said in French. ``python -m bot.texts`` gathers
every sentence of rules/ and content/ into locales/clairdroit.pot and brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

import click
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.conversation.phrases import Phrases, Template
from bot.conversation.world import Topic
from bot.eligibility import yamlfile
from bot.eligibility.problems import Mistake, RuleErrors
from bot.eligibility.yamlfile import Item

SOURCE: Final = "fr"
DOMAIN: Final = "clairdroit"
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_DATED: Final = re.compile(rb'"POT-Creation-Date: .*')
_PLURAL: Final = frozenset({"one", "other"})

# Which entries of which files people read; None stands for all of a file.
_READ_BY_PEOPLE: Final[dict[str, frozenset[str] | None]] = {
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
    "content/offices/kinds.yml": frozenset({"name"}),
    "content/helplines/*.yml": frozenset({"lead", "name", "hours", "happens", "advice"}),
    "rules/facts/*.yml": frozenset({"label", "ask", "help", "tick", "choices", "change"}),
    "rules/rights/*/*.yml": frozenset(
        {"name", "short", "in_short", "say", "papers", "steps", "appeal.within", "appeal.how", "coarse"}
    ),
}
_NO_WORDS: Final = frozenset({"tick.in", "tick.from"})  # which answers a box stands for
_NEVER_SHOWN: Final = frozenset({"rules/facts/shared.yml"})


@dataclass(frozen=True)
class Texts:
    """What people read, in every language there is: French first. `anyone` are the kinds of office that
    receive everybody.
    """

    phrases: Mapping[str, Phrases]
    topics: tuple[Topic, ...]
    anyone: tuple[str, ...]


def read(data: Path) -> Texts:
    """The words below a data folder. Raises `RuleErrors` with the place of the first mistake."""
    try:
        templates = dict(_flat(yamlfile.read(data / "content" / "messages.yml", "content/messages.yml"), ""))
        topics, anyone = _topics(yamlfile.read(data / "content" / "topics.yml", "content/topics.yml"))
    except Mistake as mistake:
        raise RuleErrors([mistake.problem]) from mistake
    catalogues = _catalogues(data / "locales")
    languages = [SOURCE, *sorted(catalogues)]
    return Texts(
        {code: _phrases(code, templates, catalogues.get(code)) for code in languages}, topics, anyone
    )


def phrases_of(data: Path, name: str) -> Phrases:
    """The French sentences of one content file, for those who are not in a conversation (editors)."""
    both = [yamlfile.read(data / "content" / each, f"content/{each}") for each in ("messages.yml", name)]
    return _phrases(SOURCE, {key: said for item in both for key, said in _flat(item, "")}, None)


def _flat(item: Item, prefix: str) -> Iterator[tuple[str, Template]]:
    """Every sentence with its key, the levels joined by points."""
    for key, value in item.entries():
        name = f"{prefix}{key.text()}"
        if value.is_text:
            yield name, value.sentence()
        elif _is_plural(value):
            yield name, {form.text(): said.sentence() for form, said in value.entries()}
        else:
            yield from _flat(value, f"{name}.")


def _is_plural(item: Item) -> bool:
    return not (item.is_text or item.is_list) and {key.text() for key, _ in item.entries()} == _PLURAL


def _topics(item: Item) -> tuple[tuple[Topic, ...], tuple[str, ...]]:
    given = item.fields(["topics", "anyone"], [])
    return (
        tuple(_topic(each) for each in given["topics"].members()),
        tuple(kind.text() for kind in given["anyone"].members()),
    )


def _topic(item: Item) -> Topic:
    given = item.fields(["name", "label", "offices"], [])
    kinds = tuple(kind.text() for kind in given["offices"].members())
    return Topic(given["name"].text(), given["label"].sentence(), kinds)


# --- catalogues ---------------------------------------------------------------------------------------------


def _catalogues(folder: Path) -> dict[str, Catalog]:
    found = {}
    for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        code = path.parts[-3]
        with path.open("rb") as file:
            found[code.replace("_", "-")] = read_po(file, locale=code)
    return found


def _phrases(code: str, templates: Mapping[str, Template], catalogue: Catalog | None) -> Phrases:
    name = Locale.parse(code, sep="-").get_display_name() or code
    own = name[:1].upper() + name[1:]
    if catalogue is None:
        return Phrases(code, own, templates)
    return Phrases(code, own, templates, _translations(catalogue), gettext.c2py(catalogue.plural_expr))


def _translations(catalogue: Catalog) -> dict[str, str | tuple[str, ...]]:
    return {
        _source(message): _translated(message) for message in catalogue if message.id and _usable(message)
    }


def _usable(message: Message) -> bool:
    """Translated, checked, and with the very placeholders of the French."""
    translated = _translated(message)
    forms = translated if isinstance(translated, tuple) else (translated,)
    if not forms:
        return False
    expected = set(_PLACEHOLDER.findall(" ".join(_ids(message))))
    whole = all(form and set(_PLACEHOLDER.findall(form)) <= expected for form in forms)
    return whole and "fuzzy" not in message.flags and set(_PLACEHOLDER.findall(forms[-1])) == expected


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _source(message: Message) -> str:
    return _ids(message)[0]


def _translated(message: Message) -> str | tuple[str, ...]:
    return message.string if isinstance(message.string, str) else tuple(message.string or ())


# --- extraction ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sentence:
    """A French sentence, where it stands, and its plural where it has one."""

    text: str
    file: str
    line: int
    key: str
    plural: str = field(default="")


def sentences(data: Path, read: Mapping[str, frozenset[str] | None] = _READ_BY_PEOPLE) -> Iterator[Sentence]:
    """Every French sentence that people read, file by file. `read` maps files to the entries that count in them,
    None for all. Raises `Mistake`.
    """
    for pattern, keys in read.items():
        for path in sorted(data.glob(pattern)):
            shown_as = path.relative_to(data).as_posix()
            if shown_as in _NEVER_SHOWN:
                continue
            yield from _within(yamlfile.read(path, shown_as), "", keys, inside=keys is None)


def _within(item: Item, key: str, keys: frozenset[str] | None, *, inside: bool) -> Iterator[Sentence]:
    if item.is_text:
        if inside:
            yield Sentence(item.sentence(), item.file, item.place.line, key)
    elif item.is_list:
        for member in item.members():
            yield from _within(member, key, keys, inside=inside)
    elif inside and _is_plural(item):
        forms = {form.text(): said.sentence() for form, said in item.entries()}
        yield Sentence(forms["one"], item.file, item.place.line, key, forms["other"])
    else:
        for name, value in item.entries():
            below = f"{key}.{name.text()}".lstrip(".")
            named = {name.text(), ".".join(below.split(".")[-2:])}
            if named.isdisjoint(_NO_WORDS):
                yield from _within(value, below, keys, inside=inside or not named.isdisjoint(keys or ()))


def template(data: Path) -> Catalog:
    """All sentences as a gettext template."""
    catalogue = Catalog(project=DOMAIN, charset="utf-8", fuzzy=False)
    for each in sentences(data):
        source = (each.text, each.plural) if each.plural else each.text
        catalogue.add(source, locations=[(each.file, each.line)], auto_comments=[each.key])
    return catalogue


def written(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, ignore_obsolete=True)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Write, unless nothing but the day of extraction would change."""
    before = path.read_bytes() if path.exists() else b""
    if _DATED.sub(b"", before) != _DATED.sub(b"", data):
        path.write_bytes(data)


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
def main(data: Path) -> None:
    """Gather all sentences into locales/clairdroit.pot and bring the catalogues up to date."""
    gathered, folder = template(data), data / "locales"
    folder.mkdir(exist_ok=True)
    _write(folder / f"{DOMAIN}.pot", written(gathered))
    for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3])
        catalogue.update(gathered, no_fuzzy_matching=True)
        _write(path, written(catalogue))
        done = sum(1 for message in catalogue if message.id and _usable(message))
        click.echo(f"{path.parts[-3]}: {done} of {len(gathered)} sentences")


if __name__ == "__main__":
    main()
