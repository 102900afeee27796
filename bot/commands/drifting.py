"""Our legal amounts beside those of openfisca-france: which have drifted apart.

Reads its parameter files (YAML, with dates), never its program. tools/openfisca_check/parameters.yml says which
of its files holds each of our parameters.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from bot.eligibility import yamlfile
from bot.eligibility.library import Library
from bot.eligibility.nodes import Table
from bot.eligibility.parameters import Parameter
from bot.eligibility.problems import one_is_all
from bot.eligibility.yamlfile import Item

MAPPING: Final = "tools/openfisca_check/parameters.yml"
MORE: Final = "each_more"
_CLOSE: Final = 1e-6
Dated = list[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Drift:
    """A parameter, or one row of a table, that has another value there."""

    name: str
    ours: float
    since: date
    theirs: float
    their_since: date


@dataclass(frozen=True, slots=True)
class Drifts:
    """`unmapped` are those of ours that stand nowhere in openfisca-france (or that the mapping leaves out)."""

    drifted: tuple[Drift, ...]
    compared: int
    unmapped: tuple[str, ...]


def openfisca_folder(given: Path | None) -> Path | None:
    """The folder of its parameters: below what is given, else of the installed package, else of `make oracle`."""
    found = importlib.util.find_spec("openfisca_france")
    installed = [Path(place) for place in (found.submodule_search_locations or [])] if found else []
    oracle = sorted(Path(".oracle").glob("lib/python3*/site-packages/openfisca_france"))
    for place in [given] if given else [*installed, *oracle]:
        for folder in (place / "openfisca_france" / "parameters", place / "parameters", place):
            if (folder / "prestations_sociales").is_dir():
                return folder
    return None


def drifts(library: Library, folder: Path, data: Path, today: date) -> Drifts:
    """What differs on a day, or will from a later day on which openfisca already knows another value.

    Raises `RuleErrors` for a mapping that names a parameter or a file that is not there.
    """
    with one_is_all():
        mapping = dict(_mapping(data, library, folder))
    rows = [row for name, paths in mapping.items() for row in _rows(library.parameters[name], paths)]
    drifted = [drift for name, ours, theirs in rows if (drift := _drift(name, ours, theirs, today))]
    return Drifts(tuple(drifted), len(mapping), tuple(sorted(library.parameters.keys() - mapping.keys())))


def _mapping(data: Path, library: Library, folder: Path) -> Iterator[tuple[str, dict[str, Dated]]]:
    for key, value in yamlfile.read(data / MAPPING, MAPPING).entries():
        if key.text() not in library.parameters:
            key.wrong("there is no such parameter", yamlfile.nearest(key.text(), library.parameters))
        if value.is_text:
            yield key.text(), {"": _theirs(value, folder)}
        else:
            yield key.text(), {row.text(): _theirs(path, folder) for row, path in value.entries()}


def _theirs(item: Item, folder: Path) -> Dated:
    """The dated values of one of their files, the oldest first."""
    path = folder / f"{item.text()}.yaml"
    if not path.exists():
        item.wrong(f"{path} is not there", "look for the file that took its place")
    values: Mapping[Any, Any] = yaml.safe_load(path.read_text("utf-8"))["values"]
    figures = [(day, each["value"] if isinstance(each, dict) else each) for day, each in values.items()]
    return sorted(
        (date.fromisoformat(str(day)), float(figure)) for day, figure in figures if figure is not None
    )


def _rows(parameter: Parameter, paths: dict[str, Dated]) -> Iterator[tuple[str, Dated, Dated]]:
    for row, theirs in paths.items():
        ours = [(each.day, _figure(each.value, row)) for each in parameter.values]
        yield f"{parameter.name}[{row}]" if row else parameter.name, ours, theirs


def _figure(value: float | Table, row: str) -> float:
    if not isinstance(value, Table):
        return value
    return value.more if row == MORE else value.at(int(row))


def _drift(name: str, ours: Dated, theirs: Dated, today: date) -> Drift | None:
    """The first day, from today on, on which the two differ."""
    for day in [today, *(day for day, _ in theirs if day > today)]:
        mine, other = _on(ours, day), _on(theirs, day)
        if mine and other and abs(mine[1] - other[1]) > _CLOSE:
            return Drift(name, mine[1], mine[0], other[1], other[0])
    return None


def _on(values: Dated, day: date) -> tuple[date, float] | None:
    held = [value for value in values if value[0] <= day]
    return held[-1] if held else None
