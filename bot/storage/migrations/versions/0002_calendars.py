"""What is known of the partners' calendars: busy times, profiles, and what partners did to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moves()
    tidings()
    readings()
    profiles()


def moves() -> None:
    op.add_column("appointments", sa.Column("sequence", sa.Integer, nullable=False, server_default="0"))
    op.add_column("appointments", sa.Column("moves", sa.String(16), nullable=True))


def tidings() -> None:
    op.create_table(
        "tidings",
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_tidings"),
        sa.CheckConstraint("what IN ('cancelled', 'moved')", name="ck_tidings_what"),
    )


def readings() -> None:
    op.create_table(
        "calendar_readings",
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("read_at", sa.BigInteger, nullable=False),
        sa.Column("whole_at", sa.BigInteger, nullable=False),
        sa.Column("covers_from", sa.BigInteger, nullable=False),
        sa.Column("covers_until", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_calendar_readings"),
    )
    op.create_table(
        "calendar_times",
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("file", sa.String(32), nullable=False),
        sa.Column("etag", sa.String(32), nullable=False),
        sa.Column("times", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "file", name="pk_calendar_times"),
    )


def profiles() -> None:
    op.create_table(
        "calendar_profiles",
        sa.Column("calendar", sa.String(500), nullable=False),
        sa.Column("checked_at", sa.BigInteger, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("calendar", name="pk_calendar_profiles"),
    )
