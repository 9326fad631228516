"""Central's own lots of which only entries still tell: decisions that a restore has lost."""

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from central.ledger.booking import Key, apply_early, key_of
from central.ledger.decisions import CENTRAL
from central.ledger.merging import resolved
from central.store.points import decisions, lots, origins
from firmware.entries import LotPart

__all__ = ["claim", "origin_of"]

MEMBER_DIGITS = 14


def claim(connection: Connection, part: LotPart, whose: str) -> None:
    """Take up a lot of central's that a right brought to a terminal and no decision here tells of.

    It gave as many points as ever came with a right: a right never carries more than there was.
    """
    key = key_of(part.lot)
    if key.terminal != CENTRAL or len(whose) != MEMBER_DIGITS or _known(connection, key):
        return
    member = resolved(connection, int(whose))
    origin = origin_of(connection, key, member)
    row = {
        "member": member,
        "entry": -origin,
        "place": key.place,
        "points": part.points,
        "scope": str(part.scope),
        "within": part.where,
        "expires": part.expires,
        "ready": part.ready,
    }
    fresh = insert_or(lots).values(row)
    most = func.max(lots.c.points, fresh.excluded.points)
    connection.execute(fresh.on_conflict_do_update(index_elements=["member", "entry", "place"], set_={"points": most}))
    apply_early(connection, key.terminal, key.life, key.seq, key.seq)


def origin_of(connection: Connection, key: Key, member: int) -> int:
    """The number of what gave a lot that no entry gave; made where there is none."""
    same = (origins.c.terminal == key.terminal, origins.c.life == key.life, origins.c.seq == key.seq)
    found = connection.execute(select(origins.c.id).where(*same)).scalar()
    if found is None:
        row = {"terminal": key.terminal, "life": key.life, "seq": key.seq, "member": member}
        found = connection.execute(insert(origins).values(row).returning(origins.c.id)).scalar_one()
    return int(found)


def _known(connection: Connection, key: Key) -> bool:
    same = (decisions.c.epoch == int(key.life, 16), decisions.c.number == key.seq)
    return connection.execute(select(decisions.c.id).where(*same)).first() is not None
