"""What clerks do in a day.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; what is recorded so far is nobody's day of now."""
    op.create_table(
        "clerk_days",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("clerk", sa.String(), nullable=False),
        sa.Column("sales", Number, nullable=False),
        sa.Column("voids", Number, nullable=False),
        sa.Column("earned", Number, nullable=False),
        sa.Column("unproved", Number, nullable=False),
        sa.PrimaryKeyConstraint("day", "shop", "clerk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clerk_members",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("clerk", sa.String(), nullable=False),
        sa.Column("member", Number, nullable=False),
        sa.Column("purchases", Number, nullable=False),
        sa.PrimaryKeyConstraint("day", "shop", "clerk", "member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "followed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", Number, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.get_bind().exec_driver_sql("INSERT INTO followed SELECT 1, coalesce(max(id), 0) FROM entries")
