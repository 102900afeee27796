from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.memory import RememberedConversations


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path / 'kept' / 'clairdroit.sqlite'}"


@pytest.fixture
async def database(url):
    async with Database(url) as opened:
        yield opened


@pytest.fixture(params=["database", "in memory", "remembered"])
async def store(request, url, clock):
    """The conversation store in a file, in an in-memory database, and its twin without one."""
    if request.param == "remembered":
        yield RememberedConversations(clock)
    else:
        async with Database(url if request.param == "database" else "sqlite+aiosqlite:///:memory:") as opened:
            yield Conversations(opened, clock)
