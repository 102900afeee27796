from __future__ import annotations

from pathlib import Path

import pytest

from bot.offices.territory import Territory

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="session")
def content() -> Path:
    return CONTENT


@pytest.fixture(scope="session")
def territory() -> Territory:
    return Territory.read(CONTENT)
