"""The first tables: conversations, appointments, journal."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    conversations()
    appointments()
    journal()


def conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("pseudonym", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name="pk_conversations"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])


def appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("seat", sa.SmallInteger, nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("calendar", sa.String(500), nullable=False),
        sa.Column("uid", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_appointments"),
        sa.UniqueConstraint("uid", name="uq_appointments_uid"),
        sa.CheckConstraint("starts < ends AND ends <= until", name="ck_appointments_order"),
        sa.CheckConstraint(
            "state IN ('claimed', 'confirmed', 'leaving', 'gone')", name="ck_appointments_state"
        ),
    )
    held = sa.text("state IN ('claimed', 'confirmed', 'leaving')")
    op.create_index(
        "uq_appointments_held_seat",
        "appointments",
        ["office", "seat", "starts"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    op.create_index("ix_appointments_office_until", "appointments", ["office", "until"])
    op.create_index("ix_appointments_due", "appointments", ["due"])


def journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("did", sa.String(32), nullable=False),
        sa.Column("how_many", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_at", "journal", ["at"])
