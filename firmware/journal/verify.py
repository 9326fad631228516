"""Proving a journal's whole history, in a file in use or in an exported one."""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from firmware.entries import GENESIS, EntryId, UnknownAct, decode_act, decode_head, member_of
from firmware.entries.acts import Act
from firmware.journal.held_faults import held_faults
from firmware.journal.lives import Life, all_lives, hash_at
from firmware.journal.walk import Finding, Flaw, Span, Walk

__all__ = ["act_kind", "journal_faults", "spans", "tail_faults"]

TAIL = 256
"""Entries whose chain is proved whenever a journal is opened."""

HELD_SCHEMA = 2
"""The schema from which on a journal says what it holds."""
ROWS = """
    SELECT e.body, e.hash, l.life, e.seq, e.at, e.kind, e.member
    FROM entries AS e JOIN lives AS l ON l.number = e.life WHERE e.place >= ? ORDER BY e.place
"""
Progress = Callable[[int], None]
"""Called now and then, and at the end, with the number of entries walked."""


class Row(NamedTuple):
    """An entry as the table holds it."""

    body: bytes
    hash: bytes
    life: str
    seq: int
    at: int
    kind: str
    member: int | None


def act_kind(act: Act) -> str:
    """The act's `kind`, as on the wire."""
    return str(act.__struct_config__.tag)


def journal_faults(
    connection: sqlite3.Connection, terminal: str, progress: Progress | None = None
) -> Iterator[Finding]:
    """Every flaw of the whole journal, streaming; run it in one read transaction.

    What is held is compared with the history only where that is sound itself.
    """
    flawed = False
    for finding in chain(_faults(connection, terminal, 0, progress), _acknowledged_faults(connection, terminal)):
        flawed = True
        yield finding
    if not flawed and connection.execute("PRAGMA user_version").fetchone()[0] >= HELD_SCHEMA:
        yield from held_faults(connection, terminal)


def tail_faults(connection: sqlite3.Connection, terminal: str) -> Iterator[Finding]:
    """The flaws of the newest entries only, quick enough for every start."""
    newest = connection.execute("SELECT max(place) FROM entries").fetchone()[0] or 0
    yield from _faults(connection, terminal, max(0, newest - TAIL), None)


def spans(connection: sqlite3.Connection, start: int = 0) -> list[Span]:
    """What each life should hold from the place `start` on, oldest first."""
    found: list[Span] = []
    previous: Life | None = None
    for life in all_lives(connection):
        if life.place(life.last) >= start:
            found.append(_span(connection, life, previous, max(life.pruned + 1, start - life.start + 1)))
        previous = life
    return found


def _span(connection: sqlite3.Connection, life: Life, previous: Life | None, first: int) -> Span:
    if first > 1:
        prev = hash_at(connection, life, first - 1)
    else:
        prev = hash_at(connection, previous, previous.last) if previous else GENESIS
    return Span(life.life, first, life.last, prev)


def _faults(connection: sqlite3.Connection, terminal: str, start: int, progress: Progress | None) -> Iterator[Finding]:
    walk = Walk(terminal, spans(connection, start))
    for row in map(Row._make, connection.execute(ROWS, (start,))):
        flawed = False
        for finding in walk.take(row.body, row.hash.hex()):
            flawed = True
            yield finding
        if not flawed:
            yield from _misfiled(row)
        if progress and walk.count % 1000 == 0:
            progress(walk.count)
    yield from walk.finish()
    if progress:
        progress(walk.count)


def _misfiled(row: Row) -> Iterator[Finding]:
    head = decode_head(row.body)
    said: tuple[object, ...] = (head.life, head.seq, head.at)
    try:
        act = decode_act(head)
    except UnknownAct:  # of a newer release, which knows its kind and member; the chain holds all the same
        said += (row.kind, row.member)
    else:
        member = member_of(act)
        said += (act_kind(act), int(member) if member is not None else None)
    if said != row[2:]:
        yield Finding(head.id, Flaw.CHANGED, "its columns do not say what its bytes say")


def _acknowledged_faults(connection: sqlite3.Connection, terminal: str) -> Iterator[Finding]:
    marks = {row[0]: row[1:] for row in connection.execute("SELECT life, seq, hash FROM acknowledgements")}
    for life in all_lives(connection):
        if life.number not in marks:
            continue
        seq, digest = marks[life.number]
        own = hash_at(connection, life, seq)
        if seq > life.last or (own is not None and own != digest.hex()):
            ours = f"{own[:12]}…" if own else "never written"
            identity = EntryId(terminal, life.life, seq)
            yield Finding(identity, Flaw.ACKNOWLEDGED, f"central has {digest.hex()[:12]}…, here it is {ours}")
