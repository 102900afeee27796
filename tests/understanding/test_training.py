"""What the heads are trained with: ridge regression by conjugate gradients, and nearness to landmarks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from bot.understanding import landmarks, ridge
from bot.understanding.landmarks import Landmarks
from bot.understanding.ridge import Columns
from bot.understanding.seen import Seen


def exact(columns, true, weight):
    """The same by solving the whole system."""
    target = np.where(true, 1.0, -1.0)
    bias = (target * weight[:, None]).sum(0) / weight.sum()
    all_of_them = np.hstack([columns.grams.toarray(), columns.near]).astype(np.float64)
    system = all_of_them @ all_of_them.T + np.diag(ridge.PENALTY / weight)
    return all_of_them @ (all_of_them.T @ np.linalg.solve(system, target - bias)) + bias


def texts(seed, rows=60):
    draw = np.random.default_rng(seed)
    grams = csr_matrix(draw.random((rows, 40)) * (draw.random((rows, 40)) < 0.2), dtype=np.float32)
    columns = Columns(grams, draw.random((rows, 7)).astype(np.float32))
    true = np.stack([draw.random(rows) < 0.3, draw.random(rows) < 0.5], axis=1)
    return columns, true, draw.choice([0.2, 1.0], rows).astype(np.float32)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_steps_end_where_the_exact_solution_lies(seed):
    columns, true, weight = texts(seed)
    assert np.abs(ridge.fitted(columns, true, weight).of(columns) - exact(columns, true, weight)).max() < 0.05


def test_what_weighs_more_is_fitted_better():
    columns, true, weight = texts(1)
    scores = ridge.fitted(columns, true, weight).of(columns)
    missed = np.abs(scores - np.where(true, 1, -1)).mean(1)
    assert missed[weight == 1].mean() < missed[weight < 1].mean()


def test_independent_columns_keep_how_near_texts_are():
    draw = np.random.default_rng(1)
    points = draw.normal(size=(30, 16))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    near = np.exp(landmarks.SHARP * (points @ points.T - 1))
    columns = near @ ridge.apart(near)
    assert np.abs(columns @ columns.T - near).max() < 0.001


@pytest.fixture
def marks(tmp_path):
    points = np.eye(4, 8, dtype=np.float32)
    return landmarks.write(points, tmp_path / "trained" / "landmarks.npz")


def test_a_landmark_is_nearest_to_itself(marks):
    near = marks.near(np.eye(4, 8, dtype=np.float32))
    assert near.argmax(1).tolist() == [0, 1, 2, 3]
    assert near.diagonal() == pytest.approx(1.0, abs=0.01)
    assert near[0, 1] == pytest.approx(np.exp(-landmarks.SHARP), rel=0.01)


def test_a_text_is_compared_once_with_the_same_landmarks(marks):
    asked = []
    seen = Seen("loyer", (), lambda texts: asked.append(texts) or np.eye(1, 8, dtype=np.float32))
    assert seen.near(marks) is seen.near(Landmarks(marks.path))
    assert asked == [("loyer",)]


def test_without_landmarks_or_encoder_nothing_is_near(marks, tmp_path):
    assert Seen("loyer", (), lambda _: [None]).near(marks) is None
    assert Seen("loyer", (), lambda _: [np.zeros(8)]).near(Landmarks(tmp_path / "none.npz")) is None
