"""Adding entries to the chain, and booking what they do."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from firmware.entries import GENESIS, Act, ClockQuality, EntryId, Instant, Sealed, Stamp, decode_entry, member_of, seal
from firmware.journal.booking import Booking, Powers
from firmware.journal.projection import project
from firmware.journal.verify import act_kind

__all__ = ["Tip", "append", "seal_all", "tip_of"]

APPEND = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
NEWEST = """
    SELECT place, l.life, seq, hash, floor FROM entries JOIN lives AS l ON l.number = entries.life
    ORDER BY place DESC LIMIT 1
"""


class Tip(Struct, frozen=True):
    """The newest entry of the file: what the next one must follow."""

    place: int
    life: str
    seq: int
    hash: str
    floor: Instant


def tip_of(connection: sqlite3.Connection) -> Tip:
    """The end of the chain as it is in the file."""
    row = connection.execute(NEWEST).fetchone()
    return Tip(row[0], row[1], row[2], row[3].hex(), row[4]) if row else Tip(0, "", 0, GENESIS, 0)


def seal_all(first: EntryId, prev: str, acts: Sequence[Act], stamp: Stamp) -> list[Sealed]:
    """The entries of these acts, from `first` on; raises EntryMalformed for what the wire would refuse."""
    sealed: list[Sealed] = []
    for seq, act in enumerate(acts, start=first.seq):
        one = seal(EntryId(first.terminal, first.life, seq), prev, stamp, act)
        decode_entry(one.body)
        sealed.append(one)
        prev = one.hash
    return sealed


def append(
    connection: sqlite3.Connection, life: tuple[int, str], tip: Tip, sealed: Sequence[Sealed], powers: Powers
) -> Tip:
    """Write entries behind the tip and book them, inside the caller's transaction; raises what `project` raises."""
    for one in sealed:
        entry = one.entry
        floor = tip.floor if entry.clock is ClockQuality.DOUBTFUL else max(tip.floor, entry.at)
        tip = Tip(tip.place + 1, life[1], entry.seq, one.hash, floor)
        code = member_of(entry.act)
        member = int(code) if code is not None else None
        values = (tip.place, life[0], entry.seq, entry.at, floor, act_kind(entry.act), member, one.body)
        connection.execute(APPEND, (*values, bytes.fromhex(one.hash)))
        project(connection, Booking(entry, tip.place, floor, powers))
    return tip
