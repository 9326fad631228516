"""The second step of the journal's schema: what the terminal holds, and what its history comes to."""

import sqlite3
from collections.abc import Iterator

from firmware.entries import CouponIssued, Entry, EntryMalformed, Purchase, Void, decode_entry

__all__ = ["NEVER", "hold"]

NEVER = 2**62
"""How a lot that never expires is stored, so that it stands last."""

SECOND = (
    # `points` is what is left, below zero where a reversal took points that were spent. `under` is the right's number,
    # `scope` 0, 1 and 2 for shop, company and programme. `since` is the place at which the lot came here, `moved` that
    # of the last entry that changed it, `forgotten` what pruned entries gave to `points`.
    """CREATE TABLE lots (
        name TEXT PRIMARY KEY,
        member INTEGER NOT NULL,
        points INTEGER NOT NULL,
        scope INTEGER NOT NULL,
        counts_at TEXT NOT NULL,
        ready INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        under INTEGER NOT NULL,
        since INTEGER NOT NULL,
        moved INTEGER NOT NULL,
        forgotten INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID""",
    # In the order in which they are eaten, with all that must be known to spend them.
    """CREATE INDEX lots_to_spend ON lots (member, expires, scope, name, points, counts_at, ready, under)
        WHERE points > 0""",
    "CREATE INDEX lots_owed ON lots (member) WHERE points < 0",
    "CREATE INDEX lots_spent ON lots (moved) WHERE points = 0",
    "CREATE INDEX lots_expiring ON lots (expires) WHERE points >= 0",
    """CREATE TABLE coupons (
        issue TEXT PRIMARY KEY,
        member INTEGER NOT NULL,
        coupon TEXT NOT NULL,
        under INTEGER NOT NULL,
        used INTEGER NOT NULL DEFAULT 0,
        moved INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX coupons_of_member ON coupons (member)",
    # `whose` is the member code under whose right it is held, or its own serial.
    """CREATE TABLE certificates (
        serial TEXT PRIMARY KEY,
        whose TEXT NOT NULL,
        number TEXT NOT NULL,
        worth INTEGER NOT NULL,
        currency TEXT NOT NULL,
        expires INTEGER NOT NULL,
        under INTEGER NOT NULL,
        used INTEGER NOT NULL DEFAULT 0,
        moved INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX certificates_of ON certificates (whose)",
    # Rights that are held, and how far they were returned, each by a member code or a certificate's serial.
    """CREATE TABLE rights (
        whose TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (whose, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE returned (whose TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE day_keys (
        member INTEGER NOT NULL,
        day TEXT NOT NULL,
        key BLOB NOT NULL,
        PRIMARY KEY (member, day)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE used_codes (
        member INTEGER NOT NULL,
        step INTEGER NOT NULL,
        PRIMARY KEY (member, step)
    ) STRICT, WITHOUT ROWID""",
    # Over the whole history: `issued` points, and how often each `coupon` was used; `forgotten`: by pruned entries.
    """CREATE TABLE totals (
        what TEXT NOT NULL,
        name TEXT NOT NULL,
        value INTEGER NOT NULL,
        forgotten INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (what, name)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE allowed (version INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    # Which entry concerns which earlier or later one, named by its life and sequence.
    "CREATE TABLE related (place INTEGER PRIMARY KEY, life TEXT NOT NULL, seq INTEGER NOT NULL) STRICT",
    "CREATE INDEX related_to ON related (life, seq)",
    # What reversals have left of a purchase (NULL: nothing), or that a redemption was taken back; `restored`: what came
    # off it was given back. `place` is that of the last reversal.
    """CREATE TABLE reversals (
        life TEXT NOT NULL,
        seq INTEGER NOT NULL,
        remains BLOB,
        restored INTEGER NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (life, seq)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX coupons_used ON entries (member, place) WHERE kind = 'coupon-used'",
    # A lost journal's lives are missing for ever, and central confirms the lives after them all the same.
    "INSERT INTO marks SELECT 'lost', EXISTS (SELECT 1 FROM missing WHERE life NOT IN (SELECT life FROM lives))",
    # Without central, the points given before this step are taken over when the next life begins.
    "INSERT INTO marks VALUES ('adopted', 0)",
    "INSERT INTO totals (what, name, value) VALUES ('issued', '', 0)",
)
RELATE = "INSERT INTO related VALUES (?, ?, ?)"
FIRST_ENTRIES = """
    SELECT place, body FROM entries WHERE kind IN ('purchase', 'void', 'coupon-issued') ORDER BY place
"""
VOIDED = "INSERT OR REPLACE INTO reversals VALUES (?, ?, NULL, 0, ?)"


def hold(connection: sqlite3.Connection) -> None:
    """Make the tables, and fill them with what the entries of the first schema did."""
    for statement in SECOND:
        connection.execute(statement)
    issued = 0
    for place, entry in _first_entries(connection):
        match entry.act:
            case Purchase(lots=lots):
                issued += sum(lot.points for lot in lots)
            case Void(life=life, seq=seq, purchase=purchase):
                issued -= sum(lot.points for lot in purchase.lots)
                connection.execute(RELATE, (place, life, seq))
                connection.execute(VOIDED, (life, seq, place))
            case CouponIssued(life=life, seq=seq):
                connection.execute(RELATE, (place, life, seq))
    connection.execute("UPDATE totals SET value = ? WHERE what = 'issued'", (issued,))


def _first_entries(connection: sqlite3.Connection) -> Iterator[tuple[int, Entry]]:
    for place, body in connection.execute(FIRST_ENTRIES):
        try:
            yield place, decode_entry(body)
        except EntryMalformed:  # of a newer release; what it came to is central's to say
            continue
