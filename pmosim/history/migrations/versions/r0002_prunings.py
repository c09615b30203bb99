"""What was ever pruned from a ledger is written down in it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "prunings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recorded", sa.DateTime, nullable=False),
        sa.Column("keep", sa.Integer, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("models", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prunings"),
    )
