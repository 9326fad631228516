"""Making clearing statements, and making them again: kept are what each included and the hash of what it said."""

from collections.abc import Iterator
from hashlib import sha256

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from central.clearing.errors import NothingToSettle, StatementDiffers, StatementUnknown
from central.clearing.reading import Marks, runs_between, settled_up_to, the_marks
from central.clearing.statement import Statement, Totals, stated
from central.store.clearing import statements

__all__ = ["Made", "encoded", "listed", "made_again", "make", "preview"]

Placed = list[tuple[str, str, int]]
"""Marks as they are kept: terminal, life, last entry."""

encoded = msgspec.json.Encoder().encode


class Made(Struct, frozen=True):
    """A statement as it is kept."""

    number: int
    label: str
    made_at: int
    digest: str


def preview(connection: Connection, label: str) -> Statement:
    """The statement that would be made now; raises NothingToSettle."""
    number = _last(connection)
    return _between(connection, number + 1, label, _marks_of(connection, number), the_marks(connection))


def make(connection: Connection, label: str, now: int) -> Statement:
    """Make the next statement of all that is recorded and not settled yet; raises NothingToSettle."""
    statement = preview(connection, label)
    placed: Placed = sorted((terminal, life, last) for (terminal, life), last in the_marks(connection).items())
    row = {
        "number": statement.number,
        "label": label,
        "made_at": now,
        "marks": encoded(placed),
        "digest": _digest(statement),
    }
    connection.execute(insert(statements).values(row))
    return statement


def made_again(connection: Connection, number: int) -> Statement:
    """A statement made anew from the entries it included; raises StatementUnknown, StatementDiffers."""
    row = connection.execute(select(statements).where(statements.c.number == number)).first()
    if row is None:
        raise StatementUnknown(number, _last(connection))
    marks = _marks_of(connection, number)
    statement = _between(connection, number, row.label, _marks_of(connection, number - 1), marks)
    if _digest(statement) != row.digest:
        raise StatementDiffers(number)
    return statement


def listed(connection: Connection) -> Iterator[Made]:
    """All statements, oldest first."""
    for row in connection.execute(select(statements).order_by(statements.c.number)):
        yield Made(row.number, row.label, row.made_at, row.digest)


def _between(connection: Connection, number: int, label: str, before: Marks, now: Marks) -> Statement:
    runs = runs_between(connection, before, now)
    if not runs:
        raise NothingToSettle
    past = settled_up_to(connection, before) if before else Totals({}, [])
    return stated(number, label, runs, settled_up_to(connection, now), past)


def _last(connection: Connection) -> int:
    return connection.execute(select(func.max(statements.c.number))).scalar() or 0


def _marks_of(connection: Connection, number: int) -> Marks:
    """What a statement and those before it included; nothing for the one before the first."""
    body = connection.execute(select(statements.c.marks).where(statements.c.number == number)).scalar()
    placed = msgspec.json.decode(body, type=Placed) if body is not None else []
    return {(terminal, life): last for terminal, life, last in placed}


def _digest(statement: Statement) -> str:
    return sha256(encoded(statement)).hexdigest()
