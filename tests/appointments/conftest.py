import pytest

from tests.appointments.davical import davical_calendar, davical_url
from tests.appointments.radicale import calendar, radicale_url
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
