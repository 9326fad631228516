"""What central grants, as it stands here: less what this terminal did to it that central had not recorded yet."""

import sqlite3

from msgspec.structs import replace

from firmware.entries import EntryMalformed, LotPart, decode_entry
from firmware.entries.fields import LotName
from firmware.journal.holding import delta
from firmware.mqtt.messages import RightGrant
from firmware.points.lots import LotState, joined
from firmware.points.movements import movements

__all__ = ["as_they_stand"]

OWN = """
    SELECT lives.life, seq, body FROM entries JOIN lives ON lives.number = entries.life
    WHERE entries.member = ? ORDER BY place
"""


def as_they_stand(connection: sqlite3.Connection, grant: RightGrant) -> list[LotPart]:
    """The granted parts of lots with points left: what central counted, and what was done here since (`through`)."""
    if grant.member is None:
        return grant.lots
    own = _done_since(connection, grant)
    parts = [(part, part.points + delta(own.get(part.lot, LotState()))) for part in grant.lots]
    return [replace(part, points=left) for part, left in parts if left > 0]


def _done_since(connection: sqlite3.Connection, grant: RightGrant) -> dict[LotName, LotState]:
    """What entries of the member's, made here and not among those that the grant includes, did to its lots."""
    included = {mark.life: mark.seq for mark in grant.through}
    granted = {part.lot for part in grant.lots}
    moves: list[tuple[LotName, LotState]] = []
    for life, seq, body in connection.execute(OWN, (int(grant.member or 0),)):
        if seq <= included.get(life, 0):
            continue
        try:
            entry = decode_entry(body)
        except EntryMalformed:  # a newer release made it, and knows what it did
            continue
        moves += [(lot, replace(state, given=0)) for lot, state in movements(entry) if lot in granted]
    return joined(moves)
