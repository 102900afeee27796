"""What several processes must know of each other: messages taken, whose turn it is, who lives, how fast."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_taken_at", "deliveries", ["taken_at"])
    op.create_table(
        "lines",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(32), nullable=True),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_lines"),
    )
    op.create_index("ix_lines_ready_at", "lines", ["ready_at"])
    processes_and_pace()


def processes_and_pace() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("alive_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
    )
    op.create_table(
        "pace",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pace"),
    )
