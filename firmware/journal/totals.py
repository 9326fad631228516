"""What a terminal's whole history comes to: points issued, coupons used, and what central allows of both."""

import sqlite3

import msgspec

from firmware.entries import Allowed
from firmware.journal.booking import Booking
from firmware.points.totals import totals_of

__all__ = ["allowed", "book_totals", "forget_totals", "total"]

ADD = """
    INSERT INTO totals (what, name, value) VALUES (?, ?, ?)
    ON CONFLICT (what, name) DO UPDATE SET value = value + excluded.value
"""
FORGET = "UPDATE totals SET forgotten = forgotten + ? WHERE what = ? AND name = ?"


def book_totals(connection: sqlite3.Connection, booking: Booking) -> None:
    """Add what an entry does to the totals, and keep what it allows."""
    connection.executemany(ADD, list(totals_of(booking.entry)))
    act = booking.entry.act
    if isinstance(act, Allowed):
        connection.execute("INSERT OR REPLACE INTO allowed VALUES (?, ?)", (act.version, msgspec.json.encode(act)))
        connection.execute("DELETE FROM allowed WHERE version < (SELECT max(version) FROM allowed)")


def forget_totals(connection: sqlite3.Connection, booking: Booking) -> None:
    """Keep what an entry that is pruned had added."""
    connection.executemany(FORGET, [(value, what, name) for what, name, value in totals_of(booking.entry)])


def total(connection: sqlite3.Connection, what: str, name: str = "") -> int:
    """One total over the whole history."""
    row = connection.execute("SELECT value FROM totals WHERE what = ? AND name = ?", (what, name)).fetchone()
    return int(row[0]) if row else 0


def allowed(connection: sqlite3.Connection) -> Allowed | None:
    """The newest of what central allowed; None while it has not."""
    row = connection.execute("SELECT body FROM allowed").fetchone()
    return msgspec.json.decode(row[0], type=Allowed) if row else None
