"""The lives a journal holds, and where their entries stand."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from firmware.entries import GENESIS, EntryMalformed

__all__ = ["Life", "all_lives", "hash_at", "hash_before", "life_named"]

NAMED = "SELECT * FROM spans WHERE life = ?"
NUMBERED = "SELECT * FROM spans WHERE number = ?"
ALL = "SELECT * FROM spans ORDER BY number"


class Life(Struct, frozen=True):
    """One life: its entries 1 to `last` begin at place `start`; those to `pruned` are gone, `anchor` is their end."""

    number: int
    life: str
    start: int
    pruned: int
    anchor: bytes | None
    """The hash of the entry `pruned`; None while nothing is pruned."""
    last: int

    def place(self, seq: int) -> int:
        return self.start + seq - 1


def life_named(connection: sqlite3.Connection, life: str) -> Life | None:
    """The life of that name, None if this journal does not hold it."""
    row = connection.execute(NAMED, (life,)).fetchone()
    return _life(row) if row else None


def all_lives(connection: sqlite3.Connection) -> Iterator[Life]:
    """Every life, oldest first; raises EntryMalformed for one that rotted away to its bare row."""
    for row in connection.execute(ALL):
        yield _life(row)


def hash_at(connection: sqlite3.Connection, life: Life, seq: int) -> str | None:
    """The hash of one own entry; None if it is pruned beyond the anchor, or was never written."""
    if seq == life.pruned and life.anchor is not None:
        return life.anchor.hex()
    if not life.pruned < seq <= life.last:
        return None
    row = connection.execute("SELECT hash FROM entries WHERE place = ?", (life.place(seq),)).fetchone()
    return row[0].hex() if row else None


def hash_before(connection: sqlite3.Connection, life: Life, seq: int) -> str | None:
    """The hash that entry `seq` must carry as `prev`: its predecessor's, be that the end of the life before."""
    if seq > 1:
        return hash_at(connection, life, seq - 1)
    if life.number == 1:
        return GENESIS
    row = connection.execute(NUMBERED, (life.number - 1,)).fetchone()
    previous = _life(row)
    return hash_at(connection, previous, previous.last)


def _life(row: tuple[Any, ...]) -> Life:
    life = Life(*row)
    if life.last is None:  # what a life begins with was committed together with its row
        raise EntryMalformed(f"of life {life.life} there is none")
    return life
