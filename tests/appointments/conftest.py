import pytest

from bot.appointments.in_memory import InMemory
from bot.appointments.store import Appointments
from bot.storage.database import Database
from tests.appointments.davical import davical_calendar, davical_url
from tests.appointments.radicale import calendar, radicale_url
from tests.appointments.worlds import world
from tests.appointments.xandikos import xandikos_calendar, xandikos_url
from tests.postgres import postgres, postgres_url

__all__ = [
    "calendar", "davical_calendar", "davical_url", "postgres", "postgres_url", "radicale_url", "xandikos_calendar",
    "xandikos_url",
]  # fmt: skip


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path}/clairdroit.sqlite"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    """A fresh database, of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request):
    """Where appointments are kept, of each kind in turn."""
    if request.param == "memory":
        yield InMemory()
    else:
        async with Database(request.getfixturevalue(f"{request.param}_url")) as database:
            yield Appointments(database)


@pytest.fixture
async def ours(calendar, store):
    """Bookings of one office whose calendar is real."""
    async with world(calendar.url, store) as made:
        yield made
