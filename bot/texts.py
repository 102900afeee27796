"""The words of people: content/messages.yml, content/topics.yml and the gettext catalogues of locales/.

French is the source. A sentence that a catalogue misses is said in French. ``python -m bot.texts`` gathers
every sentence of rules/ and content/ into locales/clairdroit.pot and brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.conversation.phrases import SOURCE, Phrases, Template
from bot.conversation.world import Topic
from bot.conversation.writing import PRIVATE, capitalised, locale_of
from bot.eligibility import yamlfile
from bot.eligibility.problems import Mistake, RuleErrors
from bot.eligibility.yamlfile import Item
from bot.gathering import DOMAIN, is_plural, template, written

PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_DATED: Final = re.compile(rb'"POT-Creation-Date: .*')
_SENTENCE_END: Final = re.compile(r"(?<=[.?!]) (?=[A-ZÀ-Ý«])")
_OWN_NAME: Final = "language.name"


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
    found = {code: _as_it_is(path, *_stamp(path)) for code, path in catalogues(data / "locales").items()}
    languages = sorted({SOURCE, *found}, key=lambda code: (code.partition("-")[0] != SOURCE, code))
    return Texts({code: _phrases(code, templates, found.get(code)) for code in languages}, topics, anyone)


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
        elif is_plural(value):
            yield name, {form.text(): said.sentence() for form, said in value.entries()}
        else:
            yield from _flat(value, f"{name}.")


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


def catalogues(folder: Path) -> dict[str, Path]:
    """The catalogue of each language below a folder. Easy French lies in ``fr@falc``, as CLDR writes it."""
    paths = sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return {path.parts[-3].replace("_", "-").replace("@", PRIVATE): path for path in paths}


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


@lru_cache(maxsize=32)
def _as_it_is(path: Path, _changed: int, _size: int) -> Catalog:
    """Read once for all channels, until it changes; nobody writes into it."""
    return catalogue(path)


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _phrases(code: str, templates: Mapping[str, Template], translated: Catalog | None) -> Phrases:
    translations = _translations(translated) if translated else {}
    if PRIVATE in code:
        translations = {french: _on_lines(said) for french, said in translations.items()}
    own = capitalised(_own_name(code, templates, translations), code)
    if translated is None:
        return Phrases(code, own, templates)
    return Phrases(code, own, templates, translations, gettext.c2py(translated.plural_expr))


def _on_lines(said: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Easy French stands sentence under sentence. A label is one sentence, and stays as it is."""
    if isinstance(said, str):
        return _SENTENCE_END.sub("\n", said) if said.endswith((".", "?", "!", ":")) else said
    return said


def _own_name(code: str, templates: Mapping[str, Template], translations: Mapping[str, object]) -> str:
    """What a language calls itself: what its catalogue says, else what CLDR says."""
    said = translations.get(str(templates.get(_OWN_NAME)))
    return str(said or locale_of(code).get_display_name() or code)


def _translations(translated: Catalog) -> dict[str, str | tuple[str, ...]]:
    return {
        sources_of(message)[0]: message.string if isinstance(message.string, str) else forms_of(message)
        for message in translated
        if message.id and usable(message)
    }


def usable(message: Message) -> bool:
    """Translated, checked, and with the very placeholders of the French."""
    forms = forms_of(message)
    if not any(forms):
        return False
    expected = set(PLACEHOLDER.findall(" ".join(sources_of(message))))
    whole = all(form and set(PLACEHOLDER.findall(form)) <= expected for form in forms)
    return whole and "fuzzy" not in message.flags and set(PLACEHOLDER.findall(forms[-1])) == expected


def sources_of(message: Message) -> tuple[str, ...]:
    """The French sentence, or its forms for one and for several."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    """The translation, or its plural forms; empty ones where there is none."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


# --- bringing the catalogues up to date ----------------------------------------------------------------------


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
    for code, path in catalogues(folder).items():
        known = catalogue(path)
        known.update(gathered, no_fuzzy_matching=True)
        _write(path, written(known))
        done = sum(1 for message in known if message.id and usable(message))
        click.echo(f"{code}: {done} of {len(gathered)} sentences")


if __name__ == "__main__":
    main()
