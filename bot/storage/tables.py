"""Every column that is stored. Each has its purpose and term in ``content/privacy/inventory.yml``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    text,
)

LIVE_STATUSES: Final = ("claimed", "written", "confirmed", "cancelling")
ENDED_STATUSES: Final = ("cancelled", "withdrawn")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: aware going in, aware UTC coming out, on databases without time zones too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


conversations = Table(
    "conversations",
    metadata,
    Column("pseudonym", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("turn", Integer, nullable=False),  # grows by one a turn: tells a second writer that it is late
    Column("updated_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)
"""What is known of a person between two turns, sealed. Nothing else links a person to an appointment."""

appointments = Table(
    "appointments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("office", String(80), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("seat", SmallInteger, nullable=False),
    Column("place", String(200), nullable=False, server_default=""),
    Column("language", String(16), nullable=False),
    Column("status", String(12), nullable=False),
    Column("calendar_uid", String(80), nullable=False, unique=True),
    Column("etag", String(200)),
    Column("claim_expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("starts_at < ends_at", name="order"),
    CheckConstraint(_one_of("status", LIVE_STATUSES + ENDED_STATUSES), name="status"),
)
"""A seat claimed, written to the partner's calendar, confirmed. It names no person and no right."""

_LIVE = text(_one_of("status", LIVE_STATUSES))
Index(
    "uq_appointments_live_seat",
    appointments.c.office,
    appointments.c.starts_at,
    appointments.c.seat,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("ix_appointments_office_ends_at", appointments.c.office, appointments.c.ends_at)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("who", String(16), nullable=False),
    Column("did", String(32), nullable=False),
    Column("how_many", Integer, nullable=False),
)
"""Who saw or erased what, in codes and counts: nobody can be found again in it."""
