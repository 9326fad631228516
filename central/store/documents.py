"""Central's tables of what terminals are told beside members: coupons, clerks, budgets, price lists."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from central.store.base import Number, metadata

__all__ = [
    "budgets",
    "clerks",
    "coupon_terms",
    "deals",
    "document_versions",
    "price_lists",
    "price_parts",
    "terminal_totals",
]

document_versions = Table(
    "document_versions",
    metadata,
    Column("name", String, primary_key=True),
    Column("whose", String, primary_key=True, comment="shop:ID, terminal:ID, or empty for all of them"),
    Column("version", Number, nullable=False, comment="of the newest change that these terminals see"),
    sqlite_with_rowid=False,
)

coupon_terms = Table(
    "coupon_terms",
    metadata,
    Column("name", String, primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="JSON, as terminals get it"),
    Column("set_at", Number, nullable=False),
    Column("retired_at", Number, comment="terminals are not told of it any more"),
)

clerks = Table(
    "clerks",
    metadata,
    Column("shop", String, primary_key=True, comment="empty for a clerk of all shops"),
    Column("number", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("pin", String, nullable=False, comment="PHC string of Argon2id"),
    Column("pin_set_at", Number, nullable=False),
)

budgets = Table(
    "budgets",
    metadata,
    Column("shop", String, primary_key=True),
    Column("paid", Number, comment="points paid for in advance, in all; null: points are paid for later"),
    Column("warn_below", Number, nullable=False),
    Column("set_at", Number, nullable=False),
)

deals = Table(
    "deals",
    metadata,
    Column("terminal", String, primary_key=True),
    Column("version", Number, primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="JSON, as the terminal gets it"),
    comment="allowances dealt out, from the one on that the terminal has recorded",
)

terminal_totals = Table(
    "terminal_totals",
    metadata,
    Column("terminal", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("what", String, primary_key=True, comment="issued (points, less those taken back), coupon (uses)"),
    Column("name", String, primary_key=True, comment="of the coupon; else empty"),
    Column("value", Number, nullable=False),
    sqlite_with_rowid=False,
    comment="what terminals have done in all, by shop; -before: until their journal was lost last, in all shops",
)

price_lists = Table(
    "price_lists",
    metadata,
    Column("shop", String, primary_key=True, comment="empty for all shops that have none of their own"),
    Column("items", Number, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("loaded_at", Number, nullable=False),
)

price_parts = Table(
    "price_parts",
    metadata,
    Column("shop", String, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("text", String, nullable=False),
)
