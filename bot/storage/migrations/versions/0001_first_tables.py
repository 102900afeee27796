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
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name="pk_conversations"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])


def appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("seat", sa.SmallInteger, nullable=False),
        sa.Column("place", sa.String(200), nullable=False, server_default=""),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("calendar_uid", sa.String(80), nullable=False),
        sa.Column("etag", sa.String(200)),
        sa.Column("claim_expires_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.UniqueConstraint("reference", name="uq_appointments_reference"),
        sa.UniqueConstraint("calendar_uid", name="uq_appointments_calendar_uid"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_appointments_order"),
        sa.CheckConstraint(
            "status IN ('claimed', 'written', 'confirmed', 'cancelling', 'cancelled', 'withdrawn')",
            name="ck_appointments_status",
        ),
    )
    live = sa.text("status IN ('claimed', 'written', 'confirmed', 'cancelling')")
    op.create_index(
        "uq_appointments_live_seat",
        "appointments",
        ["office", "starts_at", "seat"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_appointments_office_ends_at", "appointments", ["office", "ends_at"])


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
