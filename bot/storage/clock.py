"""The database's own clock: the one that all processes and machines share."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Now(FunctionElement[int]):
    """Milliseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


NOW: Final = _Now()


@compiles(_Now, "sqlite")
def _on_sqlite(_element: _Now, _compiler: Any, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(_Now, "postgresql")
def _on_postgresql(_element: _Now, _compiler: Any, **_: Any) -> str:
    """The clock on the wall: `now()` would stand still for the length of a transaction."""
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
