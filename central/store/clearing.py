"""Central's table of clearing statements."""

from sqlalchemy import Column, LargeBinary, String, Table

from central.store.base import Number, metadata

__all__ = ["statements"]

statements = Table(
    "statements",
    metadata,
    Column("number", Number, primary_key=True, comment="from 1, without a gap"),
    Column("label", String, nullable=False, comment="the period, in the operator's words"),
    Column("made_at", Number, nullable=False),
    Column("marks", LargeBinary, nullable=False, comment="JSON: by terminal and life, the last entry included"),
    Column("digest", String, nullable=False, comment="SHA-256 of the statement's JSON"),
)
