"""Training the model of topics from content/utterances; needs scikit-learn (the group "dev")."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import normalize

from bot.eligibility import yamlfile
from bot.understanding import grams
from bot.understanding.topics import examples

STRENGTH: Final = 30.0  # of what is learnt against simplicity; chosen by cross-validation
FOLDS: Final = 5
WRONG: Final = 0.02  # of all messages may be believed and wrong
BYTE: Final = 127


def learnt_from(folder: Path) -> str:
    """A fingerprint of the examples, so that a stale file is noticed."""
    parts = [path.read_bytes() for path in sorted(folder.glob("*.yml"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def train(folder: Path, path: Path) -> dict[str, float]:
    """Write the model of the examples; what cross-validation says of it."""
    texts, names = _examples(folder)
    counted = _counted(texts)
    rarity = np.log((1 + len(texts)) / (1 + np.diff(counted.tocsc().indptr))) + 1
    seen = normalize(counted.multiply(rarity).tocsr())
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    apart = cross_val_predict(model, seen, names, cv=folds, method="decision_function")
    model.fit(seen, names)
    right = np.array([list(model.classes_).index(name) for name in names])
    temperature = _temperature(apart, right)
    line = _line(_softmax(apart / temperature), right)
    _write(path, model, rarity, temperature, line, learnt_from(folder))
    shares = _softmax(apart / temperature)
    believed = shares.max(1) >= line
    return {
        "examples": len(texts),
        "right": float((apart.argmax(1) == right).mean()),
        "line": line,
        "believed": float(believed.mean()),
        "believed and wrong": float((believed & (apart.argmax(1) != right)).mean()),
    }


def _examples(folder: Path) -> tuple[list[str], list[str]]:
    pairs = [
        pair
        for path in sorted(folder.glob("*.yml"))
        for pair in examples(yamlfile.read(path, f"content/utterances/{path.name}"))
    ]
    return [text for _, text in pairs], [name for name, _ in pairs]


def _counted(texts: list[str]) -> Any:
    hits = [grams.counts(text) for text in texts]
    rows = [row for row, hit in enumerate(hits) for _ in hit]
    places = [place for hit in hits for place in hit]
    values = 1 + np.log([count for hit in hits for count in hit.values()])
    return csr_matrix((values, (rows, places)), shape=(len(texts), grams.WIDTH))


def _softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def _temperature(scores: Any, right: Any) -> float:
    """What makes the shares as sure as they are often right."""

    def surprise(temperature: float) -> float:
        shares = _softmax(scores / temperature)[np.arange(len(right)), right]
        return float(-np.log(shares + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.1, 10), method="bounded").x)


def _line(shares: Any, right: Any) -> float:
    """The lowest share at which few of all messages are believed and wrong."""
    wrong = np.sort(shares.max(1)[shares.argmax(1) != right])[::-1]
    allowed = int(WRONG * len(right))
    return float(wrong[allowed]) + 1e-6 if len(wrong) > allowed else 0.0


def _write(path: Path, model: Any, rarity: Any, temperature: float, line: float, of: str) -> None:
    weights = model.coef_.T
    scale = np.abs(weights).max() / BYTE
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        names=np.array(model.classes_),
        weights=np.round(weights / scale).astype(np.int8),
        scale=np.float32(scale),
        rarity=rarity.astype(np.float32),
        intercept=(model.intercept_ / temperature).astype(np.float32),
        temperature=np.float32(temperature),
        line=np.float32(line),
        learnt_from=np.array(of),
    )
