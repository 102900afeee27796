"""Every column that is stored. Each has its purpose and term in ``content/privacy/inventory.yml``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    Text,
    TypeDecorator,
    text,
)

STATES: Final = ("claimed", "confirmed", "leaving", "gone")
HELD: Final = ("claimed", "confirmed", "leaving")
TIDINGS: Final = ("cancelled", "moved")

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
    Column("expires_at", Instant, nullable=False, index=True),
)
"""What is known of a person between two turns, sealed. Nothing else links a person to an appointment."""

appointments = Table(
    "appointments",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("office", String(80), nullable=False),
    Column("seat", SmallInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),  # these four in seconds since 1970, UTC
    Column("ends", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),  # the end and the office's pause after it: the seat is taken
    Column("due", BigInteger, nullable=False, index=True),  # when the sweeper looks at it
    Column("calendar", String(500), nullable=False),  # the address of the collection
    Column("uid", String(80), nullable=False, unique=True),  # the event's, and its file's name
    Column("state", String(12), nullable=False),
    Column("sequence", Integer, nullable=False, server_default="0"),  # how often it was moved
    Column("moves", String(16), nullable=True),  # while claimed: whose place it is to take
    Column("kind", String(8), nullable=False, server_default=""),  # desk, home, phone or video
    CheckConstraint("starts < ends AND ends <= until", name="order"),
    CheckConstraint(_one_of("state", STATES), name="state"),
)
"""A seat claimed, written to the partner's calendar, confirmed. It names no person and no right: the code
inside a conversation's sealed state is the only link."""

_HELD = text(_one_of("state", HELD))
Index(
    "uq_appointments_held_seat",
    appointments.c.office,
    appointments.c.seat,
    appointments.c.starts,
    unique=True,
    sqlite_where=_HELD,
    postgresql_where=_HELD,
)
Index("ix_appointments_office_until", appointments.c.office, appointments.c.until)

tidings = Table(
    "tidings",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("what", String(12), nullable=False),
    Column("starts", BigInteger, nullable=False),  # the visit as the partner's calendar has it now, or had it
    Column("ends", BigInteger, nullable=False),
    CheckConstraint(_one_of("what", TIDINGS), name="what"),
)
"""What partners did to confirmed appointments in their calendars, until the person was told."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", LargeBinary, primary_key=True),  # a digest of the channel and its own id of a message
    Column("taken_at", Instant, nullable=False, index=True),
    Column("owed", Boolean, nullable=False),  # what was decided upon it is not known to have been sent
)
"""The messages that were taken: each once, in the transaction that keeps what it led to."""

lines = Table(
    "lines",
    metadata,
    Column("name", String(64), primary_key=True),  # the pseudonym; or what only one process may do at a time
    Column("holder", String(32), nullable=True),  # the process whose turn it is, as long as that one lives
    Column("ready_at", BigInteger, nullable=False, index=True),  # milliseconds since 1970
    Column("asked", BigInteger, nullable=True),  # the channel's id of the message with the newest buttons
)
"""One person at a time over all processes, and when they may be written to again."""

processes = Table(
    "processes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("alive_until", BigInteger, nullable=False),  # milliseconds since 1970; moved on while it lives
)
"""What is left of a process that died: nothing that it held counts after this."""

pace = Table(
    "pace",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("next_at", BigInteger, nullable=False),  # milliseconds since 1970
)
"""When the next call may go out to a service that counts them, over all processes."""

reaches = Table(
    "reaches",
    metadata,
    Column("visit", String(64), primary_key=True),  # a keyed hash of the appointment's code
    Column("sealed", LargeBinary, nullable=False),  # the chat's address, the appointment, the reminders left
    Column("due", BigInteger, nullable=False, index=True),  # when something is to be written, or it is erased
    Column("until", BigInteger, nullable=False, index=True),  # the end of the visit
)
"""How to write to somebody who agreed to it, until their visit. Only the key leads from a row to an appointment."""

waiting = Table(
    "waiting",
    metadata,
    Column("visit", String(64), primary_key=True),  # as in `reaches`
    Column("office", String(80), nullable=False, index=True),
    Column("since", BigInteger, nullable=False),  # who waits longest is asked first
    Column("until", BigInteger, nullable=False),  # the start of the visit that they have
    Column(
        "sealed", LargeBinary, nullable=False
    ),  # the code, the right, the kind, and what was offered already
    Column("claim", String(16), nullable=True),  # the seat kept for an offer, in `appointments`
    Column("offered_until", BigInteger, nullable=True),  # the end of the offer
)
"""Who waits for an earlier slot, in what order."""

calendar_readings = Table(
    "calendar_readings",
    metadata,
    Column(
        "source", String(32), primary_key=True
    ),  # a fingerprint of the calendar, zone and owner's addresses
    Column("version", Integer, nullable=False),  # grows with each reading: a slower one never overwrites it
    Column("token", Text, nullable=False),  # the server's, to ask for what changed since; may be empty
    Column("read_at", BigInteger, nullable=False),  # this and the next ones in seconds since 1970, UTC
    Column("whole_at", BigInteger, nullable=False),  # the last reading of everything
    Column("covers_from", BigInteger, nullable=False),
    Column("covers_until", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),  # when it is to be read next, by whichever process comes first
)
"""When each calendar was read, and how to go on from there."""

calendar_times = Table(
    "calendar_times",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("file", String(32), primary_key=True),  # fingerprints of the event's name and version: a name may
    Column("etag", String(32), nullable=False),  # hold words
    Column("times", Text, nullable=False),  # [start, end, fingerprint of the UID] for each time it is busy
)
"""The times at which the partners' calendars are busy. Not one word of an event."""

calendar_profiles = Table(
    "calendar_profiles",
    metadata,
    Column("calendar", String(500), primary_key=True),
    Column("checked_at", BigInteger, nullable=False),
    Column("findings", Text, nullable=False),  # what the server can and cannot do, as JSON
)
"""What `clairdroit calendar check` found out."""

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
