"""Rights: which are held, how far they were returned, and the keys and codes that go with them."""

import sqlite3
from collections.abc import Iterable

from firmware.entries import Instant, Redeemed
from firmware.journal.booking import Booking, Powers
from firmware.journal.errors import CodeUsed, RightNotHeld, RightStale
from firmware.mqtt.messages import DayKey, RightGrant

__all__ = [
    "check_given",
    "close_right",
    "code_used",
    "day_key",
    "erase_keys",
    "forget_codes",
    "keep_keys",
    "receive_right",
    "renew_keys",
    "returned_through",
    "right_of",
    "use_code",
]

NONE = -1
"""No right was returned yet."""
STEP = 30
"""Seconds for which a rotating code is shown."""


def right_of(connection: sqlite3.Connection, whose: str, powers: Powers) -> int | None:
    """The number of the right held for a member or a certificate; without central there always is one."""
    row = connection.execute("SELECT max(number) FROM rights WHERE whose = ?", (whose,)).fetchone()
    if row[0] is not None:
        return int(row[0])
    return returned_through(connection, whose) + 1 if powers.alone else None


def returned_through(connection: sqlite3.Connection, whose: str) -> int:
    """The highest right that was returned, or declined; -1 for none."""
    row = connection.execute("SELECT through FROM returned WHERE whose = ?", (whose,)).fetchone()
    return int(row[0]) if row else NONE


def receive_right(connection: sqlite3.Connection, whose: str, number: int) -> None:
    """Hold that right; raises RightStale for one that is held already or was returned."""
    if number <= returned_through(connection, whose):
        raise RightStale(number, "it was returned, or declined, before it came")
    if connection.execute("INSERT OR IGNORE INTO rights VALUES (?, ?)", (whose, number)).rowcount == 0:
        raise RightStale(number, "it is held here already")


def check_given(connection: sqlite3.Connection, whose: str, number: int, powers: Powers) -> None:
    """See that what is given under a right joins the one that is held; raises RightNotHeld."""
    held = right_of(connection, whose, powers)
    if number != held:
        raise RightNotHeld(number, held)
    connection.execute("INSERT OR IGNORE INTO rights VALUES (?, ?)", (whose, number))


def close_right(connection: sqlite3.Connection, whose: str, through: int) -> None:
    """Hold no right up to this number any more, nor take one."""
    connection.execute("DELETE FROM rights WHERE whose = ? AND number <= ?", (whose, through))
    connection.execute(
        "INSERT INTO returned VALUES (?, ?) ON CONFLICT (whose) DO UPDATE SET through = max(through, excluded.through)",
        (whose, through),
    )
    if len(whose) == 14 and not connection.execute("SELECT 1 FROM rights WHERE whose = ?", (whose,)).fetchone():
        connection.execute("DELETE FROM day_keys WHERE member = ?", (int(whose),))


def keep_keys(connection: sqlite3.Connection, member: str, keys: Iterable[DayKey]) -> None:
    """Keep the day keys that came with a right, in place of older ones of the same days."""
    rows = [(int(member), one.day, bytes.fromhex(one.key)) for one in keys]
    connection.executemany("INSERT OR REPLACE INTO day_keys VALUES (?, ?, ?)", rows)


def renew_keys(connection: sqlite3.Connection, grant: RightGrant) -> None:
    """Keep the day keys of a right that is held already; those of another one are kept when it is taken."""
    held = "SELECT 1 FROM rights WHERE whose = ? AND number = ?"
    if grant.member and connection.execute(held, (grant.member, grant.right)).fetchone():
        keep_keys(connection, grant.member, grant.keys)


def day_key(connection: sqlite3.Connection, member: str, day: str) -> bytes | None:
    """The key with which a member's code of that day is proved; None where it is not held."""
    row = connection.execute("SELECT key FROM day_keys WHERE member = ? AND day = ?", (int(member), day)).fetchone()
    return bytes(row[0]) if row else None


def erase_keys(connection: sqlite3.Connection, before: str) -> int:
    """Erase the keys of days before this one; returns how many."""
    return connection.execute("DELETE FROM day_keys WHERE day < ?", (before,)).rowcount


def code_used(connection: sqlite3.Connection, member: str, step: int) -> bool:
    """Whether the code of that time step has been redeemed with here."""
    query = "SELECT 1 FROM used_codes WHERE member = ? AND step = ?"
    return connection.execute(query, (int(member), step)).fetchone() is not None


def use_code(connection: sqlite3.Connection, booking: Booking) -> None:
    """Use up the code that a redemption was proved with; raises CodeUsed."""
    act = booking.entry.act
    if not isinstance(act, Redeemed) or act.code is None:
        return
    row = (int(act.member), act.code)
    if connection.execute("INSERT OR IGNORE INTO used_codes VALUES (?, ?)", row).rowcount == 0:
        raise CodeUsed(act.code)


def forget_codes(connection: sqlite3.Connection, before: Instant) -> None:
    """Forget the codes of steps that ended before that time."""
    connection.execute("DELETE FROM used_codes WHERE step < ?", (before // STEP,))
