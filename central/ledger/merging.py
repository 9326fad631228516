"""Memberships that lead to others: what a code stands for."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from central.store.points import merges

__all__ = ["codes_of", "merged", "resolved"]


def merged(connection: Connection) -> dict[int, int]:
    """Every code that leads to another membership, and to which."""
    return {row.code: row.into for row in connection.execute(select(merges.c.code, merges.c.into))}


def resolved(connection: Connection, code: int) -> int:
    """The membership that a code leads to: itself, unless it was merged."""
    into = connection.execute(select(merges.c.into).where(merges.c.code == code)).scalar()
    return code if into is None else into


def codes_of(connection: Connection, member: int) -> Sequence[int]:
    """All codes of a membership, its own first."""
    led = connection.execute(select(merges.c.code).where(merges.c.into == member).order_by(merges.c.code))
    return [member, *led.scalars()]
