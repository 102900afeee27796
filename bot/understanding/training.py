"""Training the heads of `model` from examples; needs scikit-learn (the extra "training").

Each meaning is told from all others by a ridge regression of its own, so that one message may have several. For
that, examples of two topics are joined to one as well.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import normalize

from bot.eligibility import yamlfile
from bot.understanding import encoder, grams, landmarks, ridge
from bot.understanding.landmarks import Landmarks
from bot.understanding.model import ALONE, TOGETHER, UNKNOWN
from bot.understanding.ridge import Columns
from bot.understanding.topics import examples

BY_GRAMS: Final = 1.0  # what letter groups weigh beside nearness to landmarks
PICKED: Final = 5_000  # examples that become landmarks
APART: Final = 0.2  # of the examples, kept back to measure on
BYTE: Final = 127
BETWEEN: Final = (", ", ". ", " + ")  # two topics of one message
JOINED: Final = 0.3  # of the examples are also joined to another …
WEIGHS: Final = 0.2  # … and weigh so much


class Example(NamedTuple):
    language: str
    text: str
    meanings: frozenset[str]
    weight: float = 1.0


Choose = Callable[[Any, Any, Sequence[Example]], dict[str, float]]
"""The lines of a head, from what it says of examples that it was not taught (likely, true, examples)."""


def learnt_from(*folders: Path) -> str:
    """A fingerprint of the examples, so that a stale file is noticed."""
    parts = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.yml"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def told(folder: Path) -> list[Example]:
    """The examples of a folder of Rasa training files."""
    return [
        Example(path.stem, text, frozenset({name}))
        for path in sorted(folder.glob("*.yml"))
        for name, text in examples(yamlfile.read(path, f"{folder.name}/{path.name}"))
    ]


def joined(single: Sequence[Example], seed: int = 1) -> Iterator[Example]:
    """Two examples of one language in one message."""
    draw = random.Random(seed)  # noqa: S311 - no secret: the same file each time
    groups: dict[str, list[Example]] = {}
    for example in single:
        if UNKNOWN not in example.meanings:
            groups.setdefault(example.language, []).append(example)
    for language, those in sorted(groups.items()):
        for _ in range(int(JOINED * len(those))):
            first, second = draw.choice(those), draw.choice(those)
            if first.meanings != second.meanings:
                text = first.text + draw.choice(BETWEEN) + second.text
                yield Example(language, text, first.meanings | second.meanings, WEIGHS)


def pick(those: Sequence[Example], path: Path) -> Landmarks | None:
    """Examples drawn by their weight, as landmarks; None where there is no encoder."""
    weight = np.array([example.weight for example in those])
    drawn = np.random.default_rng(1).choice(
        len(those), min(PICKED, len(those)), replace=False, p=weight / weight.sum()
    )
    points = _points([those[row].text for row in sorted(drawn)])
    return None if points is None else landmarks.write(points, path)


@dataclass(frozen=True)
class Taught:
    """One way of looking: weights by column and meaning, and the lines."""

    by_gram: Any
    by_near: Any | None
    bias: Any
    lines: Mapping[str, float]


def train(
    all_of_them: Sequence[Example],
    names: Sequence[str],
    choose: Choose,
    path: Path,
    of: str,
    marks: Landmarks | None,
) -> dict[str, float]:
    """Write the heads that tell these meanings; what examples kept back say of them. `of`: their fingerprint."""
    texts = [example.text for example in all_of_them]
    counted = _counted(texts)
    rarity = np.log((1 + len(texts)) / (1 + np.diff(counted.tocsc().indptr))) + 1
    grams_of_all = normalize(counted.multiply(rarity).tocsr()).astype(np.float32) * np.float32(BY_GRAMS**0.5)
    true = np.array([[name in example.meanings for name in names] for example in all_of_them])
    taught = {ALONE: _taught(Columns(grams_of_all), true, all_of_them, choose)}
    if marks:
        apart = ridge.apart(marks.near(marks.places))
        columns = Columns(grams_of_all, marks.near(_points(texts)) @ apart)
        near = _taught(columns, true, all_of_them, choose)
        taught[TOGETHER] = replace(near, by_near=apart @ near.by_near)
    _write(path, names, rarity, taught, of)
    way = TOGETHER if TOGETHER in taught else ALONE
    return {
        "examples": float(len(texts)),
        **{f"{way}: {name}": line for name, line in taught[way].lines.items()},
    }


def _taught(columns: Columns, true: Any, those: Sequence[Example], choose: Choose) -> Taught:
    weight = np.array([example.weight for example in those], dtype=np.float32)
    learnt, kept = train_test_split(np.arange(len(those)), test_size=APART, random_state=1)
    scores = ridge.fitted(columns[learnt], true[learnt], weight[learnt]).of(columns[kept])
    steep, shift = _calibrated(scores, true[kept], weight[kept])
    likely = 1 / (1 + np.exp(-(steep * scores + shift)))
    lines = choose(likely, true[kept], [those[row] for row in kept])
    fit = ridge.fitted(columns, true, weight)
    by_gram, by_near = (None if part is None else part * steep for part in fit.weights)
    return Taught(by_gram, by_near, fit.bias * steep + shift, lines)


def _calibrated(scores: Any, true: Any, weight: Any) -> tuple[float, float]:
    """What makes the shares as high as they are often right (Platt's scaling, one for all meanings)."""

    def surprise(given: Any) -> float:
        steep, shift = given
        along = (steep * scores + shift) * np.where(true, 1, -1)
        return float((np.logaddexp(0, -along).mean(1) * weight).sum())

    found = minimize(surprise, (1.0, 0.0), method="Nelder-Mead")
    return float(found.x[0]), float(found.x[1])


def _counted(texts: Sequence[str]) -> Any:
    hits = [grams.counts(text) for text in texts]
    rows = [row for row, hit in enumerate(hits) for _ in hit]
    places = [place for hit in hits for place in hit]
    values = 1 + np.log([count for hit in hits for count in hit.values()])
    return csr_matrix((values, (rows, places)), shape=(len(texts), grams.WIDTH))


def _points(texts: Sequence[str]) -> Any | None:
    model = encoder.encoder()
    return None if model is None else model.encode([text[: encoder.LONGEST] for text in texts])


def _write(path: Path, names: Sequence[str], rarity: Any, taught: Mapping[str, Taught], of: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Any] = {
        "names": np.array(names),
        "rarity": rarity.astype(np.float16),
        "learnt_from": np.array(of),
    }
    for way, each in taught.items():
        by_gram = each.by_gram * BY_GRAMS**0.5
        scale = np.abs(by_gram).max() / BYTE
        kept[f"{way}_grams"] = np.round(by_gram / scale).astype(np.int8)
        kept[f"{way}_scale"] = np.float32(scale)
        kept[f"{way}_bias"] = each.bias.astype(np.float32)
        kept |= {f"{way}_{name}": np.float32(line) for name, line in each.lines.items()}
    if TOGETHER in taught:
        kept["near"] = np.asarray(taught[TOGETHER].by_near, dtype=np.float32)
    np.savez_compressed(path, **kept)


def share_above(likely: Iterable[float], most: float) -> float:
    """The lowest line above which no more than this share of them lie."""
    ordered = np.sort(np.fromiter(likely, float))[::-1]
    allowed = int(most * len(ordered))
    return float(ordered[allowed]) + 1e-6 if len(ordered) > allowed else 0.0
