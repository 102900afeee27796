from __future__ import annotations

from pathlib import Path

import pytest

from bot.offices.territory import Territory
from bot.understanding.reader import Reader

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader.read_from(CONTENT, Territory.read(CONTENT).search)
