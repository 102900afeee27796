import pytest

from tests.appointments.radicale import calendar, radicale_url
from tests.postgres import postgres, postgres_url

__all__ = ["calendar", "postgres", "postgres_url", "radicale_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path):
    """A fresh database, of each kind in turn."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite+aiosqlite:///{tmp_path}/clairdroit.sqlite"
