"""Ridge regression over letter groups and nearness to landmarks, solved by conjugate gradients: after some tens of
steps as good as the exact solution, in the memory of its columns. Needs the extra "training".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

PENALTY: Final = 0.5  # for each example of weight one: what is learnt against simplicity
STEPS: Final = 120
NEAR_ENOUGH: Final = 0.01  # of the first misfit
FAINT: Final = 1e-5  # directions between landmarks that are hardly ever taken, beside the strongest


@dataclass(frozen=True)
class Columns:
    """What is known of each text: sparse `grams`, and dense `near`, or nothing."""

    grams: Any
    near: Any | None = None

    def __getitem__(self, rows: Any) -> Columns:
        return Columns(self.grams[rows], None if self.near is None else self.near[rows])

    def across(self, duals: Any) -> tuple[Any, Any | None]:
        """The weight of each column that these shares of each text make."""
        return self.grams.T @ duals, None if self.near is None else self.near.T @ duals

    def along(self, weights: tuple[Any, Any | None]) -> Any:
        """What these weights say of each text."""
        by_gram, by_near = weights
        return self.grams @ by_gram + (0 if self.near is None or by_near is None else self.near @ by_near)


@dataclass(frozen=True)
class Fit:
    """Weights by column and meaning."""

    weights: tuple[Any, Any | None]
    bias: Any

    def of(self, columns: Columns) -> Any:
        """The score of each text for each meaning: about 1 where it is true, -1 where not."""
        return columns.along(self.weights) + self.bias


def fitted(columns: Columns, true: Any, weight: Any) -> Fit:
    """The weights that tell what is `true` of each text (rows) for each meaning (columns)."""
    target = np.where(true, 1.0, -1.0).astype(np.float32)
    bias = (target * weight[:, None]).sum(0) / weight.sum()
    loose = (PENALTY / weight).astype(np.float32)[:, None]
    return Fit(columns.across(_solved(columns, target - bias, loose)), bias)


def _solved(columns: Columns, wanted: Any, loose: Any) -> Any:
    """Shares of each text with `(K + loose) shares = wanted`, all meanings at once, each with steps of its own."""
    shares, left = np.zeros_like(wanted), wanted.copy()
    eased = left / (loose + 1)
    course, strength = eased.copy(), (left * eased).sum(0)
    enough = NEAR_ENOUGH**2 * strength
    for _ in range(STEPS):
        moved = columns.along(columns.across(course)) + loose * course
        step = strength / np.maximum((course * moved).sum(0), 1e-30)
        shares += step * course
        left -= step * moved
        eased = left / (loose + 1)
        before, strength = strength, (left * eased).sum(0)
        if (strength <= enough).all():
            break
        course = eased + (strength / np.maximum(before, 1e-30)) * course
    return shares


def apart(near_each_other: Any) -> Any:
    """What makes independent columns of nearness to landmarks: the inverse root of their nearness to each other."""
    strengths, ways = np.linalg.eigh(near_each_other.astype(np.float64))
    kept = strengths > FAINT * strengths[-1]
    return (ways[:, kept] / np.sqrt(strengths[kept])).astype(np.float32)
