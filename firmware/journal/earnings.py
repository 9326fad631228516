"""What a member has earned here within a span of time, for caps that hold to this terminal's knowledge."""

import sqlite3

from firmware.entries import Instant, Purchase, Refund, UnknownAct, Void, decode_act, decode_head

__all__ = ["earned_between"]

OF_MEMBER = """
    SELECT body FROM entries WHERE member = ? AND at >= ? AND at < ? AND kind IN ('purchase', 'void', 'refund')
    ORDER BY place
"""


def earned_between(connection: sqlite3.Connection, code: str, begins: Instant, ends: Instant) -> int:
    """Points given for purchases from `begins` until before `ends`, less those of them that were taken back."""
    given = 0
    for (body,) in connection.execute(OF_MEMBER, (int(code), begins, ends)):
        try:
            act = decode_act(decode_head(body))
        except UnknownAct:  # written by a newer release, whose points central knows
            continue
        if isinstance(act, Purchase):
            given += sum(lot.points for lot in act.lots)
        elif isinstance(act, Void) and begins <= act.purchased < ends:
            given -= sum(lot.points for lot in act.purchase.lots)
        elif isinstance(act, Refund) and act.terminal is None and begins <= act.purchased < ends:
            given -= sum(lot.points for lot in act.before.lots) - sum(lot.points for lot in act.after.lots)
    return max(given, 0)
