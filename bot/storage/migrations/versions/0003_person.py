"""What is kept until a visit for who agreed to it: how to write to them, and that they wait for an earlier slot."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("kind", sa.String(8), nullable=False, server_default=""))
    reaches()
    waiting()


def reaches() -> None:
    op.create_table(
        "reaches",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("visit", name="pk_reaches"),
    )
    op.create_index("ix_reaches_due", "reaches", ["due"])
    op.create_index("ix_reaches_until", "reaches", ["until"])


def waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("claim", sa.String(16), nullable=True),
        sa.Column("offered_until", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("visit", name="pk_waiting"),
    )
    op.create_index("ix_waiting_office", "waiting", ["office"])
