"""What terminals are told beside members: coupons, clerks, budgets, price lists.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of documents."""
    op.create_table(
        "document_versions",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False, comment="shop:ID, terminal:ID, or empty for all of them"),
        sa.Column("version", Number, nullable=False, comment="of the newest change that these terminals see"),
        sa.PrimaryKeyConstraint("name", "whose"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coupon_terms",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="JSON, as terminals get it"),
        sa.Column("set_at", Number, nullable=False),
        sa.Column("retired_at", Number, comment="terminals are not told of it any more"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "clerks",
        sa.Column("shop", sa.String(), nullable=False, comment="empty for a clerk of all shops"),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("pin", sa.String(), nullable=False, comment="PHC string of Argon2id"),
        sa.Column("pin_set_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("shop", "number"),
    )
    _budgets()
    _totals()
    _prices()


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("paid", Number, comment="points paid for in advance, in all; null: points are paid for later"),
        sa.Column("warn_below", Number, nullable=False),
        sa.Column("set_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("shop"),
    )
    op.create_table(
        "deals",
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="JSON, as the terminal gets it"),
        sa.PrimaryKeyConstraint("terminal", "version"),
        comment="allowances dealt out, from the one on that the terminal has recorded",
    )


def _totals() -> None:
    op.create_table(
        "terminal_totals",
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", Number, nullable=False),
        sa.PrimaryKeyConstraint("terminal", "shop", "what", "name"),
        sqlite_with_rowid=False,
    )
    op.get_bind().exec_driver_sql(_ISSUED)


def _prices() -> None:
    op.create_table(
        "price_lists",
        sa.Column("shop", sa.String(), nullable=False, comment="empty for all shops that have none of their own"),
        sa.Column("items", Number, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("loaded_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("shop"),
    )
    op.create_table(
        "price_parts",
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "part"),
    )


_ISSUED = """
    INSERT INTO terminal_totals
    SELECT lives.terminal, coalesce(json_extract(CAST(body AS TEXT), '$.shop'), ''), 'issued', '',
        sum(points - min(reversed, points))
    FROM lots JOIN entries ON entries.id = lots.entry JOIN lives ON lives.id = entries.life GROUP BY 1, 2
"""
"""Before this there was nothing else to count: coupons could be handed out, and not used."""
