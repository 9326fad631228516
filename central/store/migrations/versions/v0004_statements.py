"""Clearing statements: what each included, and what it came to.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of statements."""
    op.create_table(
        "statements",
        sa.Column("number", Number, nullable=False, comment="from 1, without a gap"),
        sa.Column("label", sa.String(), nullable=False, comment="the period, in the operator's words"),
        sa.Column("made_at", Number, nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False, comment="JSON: by terminal and life, the last included"),
        sa.Column("digest", sa.String(), nullable=False, comment="SHA-256 of the statement's JSON"),
        sa.PrimaryKeyConstraint("number"),
    )
