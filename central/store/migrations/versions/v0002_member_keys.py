"""What members' phones prove themselves with: keys, links, pages, and the values used or wrongly tried.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of members' phones."""
    op.create_table(
        "member_keys",
        sa.Column("member", Number, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="32 random bytes; a secret"),
        sa.Column("created_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("member"),
    )
    op.create_table(
        "links",
        sa.Column("digest", sa.String(), nullable=False, comment="SHA-256 of the link's token"),
        sa.Column("member", Number, nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("expires", Number, nullable=False),
        sa.Column("used_at", Number),
        sa.Column("wallet", sa.String(), comment="the digest of the phone that used it"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("links_by_member", "links", ["member"], unique=False)
    op.create_table(
        "wallets",
        sa.Column("digest", sa.String(), nullable=False, comment="SHA-256 of the phone's secret"),
        sa.Column("member", Number, nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("wallets_by_member", "wallets", ["member"], unique=False)
    op.create_table(
        "used_steps",
        sa.Column("member", Number, nullable=False),
        sa.Column("step", Number, nullable=False, comment="of a rotating code that counted"),
        sa.PrimaryKeyConstraint("member", "step"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wrong_values",
        sa.Column("member", Number, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("since", Number, nullable=False, comment="when the first of them was tried"),
        sa.PrimaryKeyConstraint("member"),
    )
