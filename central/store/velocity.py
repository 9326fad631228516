"""Central's tables of what clerks do in a day."""

from sqlalchemy import Column, Integer, String, Table

from central.store.base import Number, metadata

__all__ = ["clerk_days", "clerk_members", "followed"]

clerk_days = Table(
    "clerk_days",
    metadata,
    Column("day", String, primary_key=True, comment="YYYY-MM-DD of the programme's calendar"),
    Column("shop", String, primary_key=True),
    Column("clerk", String, primary_key=True, comment="empty where nobody signed on"),
    Column("sales", Number, nullable=False),
    Column("voids", Number, nullable=False, comment="voids and refunds"),
    Column("earned", Number, nullable=False, comment="purchases that gave points"),
    Column("unproved", Number, nullable=False, comment="those of them by a number that can be copied"),
    sqlite_with_rowid=False,
)

clerk_members = Table(
    "clerk_members",
    metadata,
    Column("day", String, primary_key=True),
    Column("shop", String, primary_key=True),
    Column("clerk", String, primary_key=True),
    Column("member", Number, primary_key=True),
    Column("purchases", Number, nullable=False),
    sqlite_with_rowid=False,
)

followed = Table(
    "followed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", Number, nullable=False, comment="up to here entries are counted in clerks' days"),
    comment="one row",
)
