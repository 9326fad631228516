"""The points that a terminal without central gave before its journal held lots: taken into its own hands, once."""

import sqlite3
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from firmware.entries import (
    Act,
    Adjusted,
    GivenLot,
    LotPart,
    Purchase,
    RightReceived,
    Scope,
    Void,
    lot_name,
)
from firmware.journal.known import decode_record
from firmware.journal.rights import returned_through
from firmware.journal.sales import understood
from firmware.score.standing import Holding, MemberRecord

__all__ = ["adoption_acts", "mark_adopted"]

MEMBERS = "SELECT view FROM members WHERE record IS NULL ORDER BY code"
OF_MEMBER = "SELECT body FROM entries WHERE member = ? AND kind IN ('purchase', 'void') ORDER BY place"
PRUNED = "points of entries that were pruned before lots were held"
NOBODY = "0"
"""The clerk who approved what the program did by itself."""
MOST_LOTS, MOST_GIVEN = 1000, 10
"""What one entry names at most."""


def adoption_acts(connection: sqlite3.Connection) -> list[Act]:
    """Rights over the lots that kept entries gave under none, and as new lots what pruned entries gave.

    Only of members whom no central has told of; nothing where it was done before. Expired or not, as the present
    clock has no say in what is taken over.
    """
    if connection.execute("SELECT value FROM marks WHERE name = 'adopted'").fetchone()[0]:
        return []
    records = [decode_record(view) for (view,) in connection.execute(MEMBERS).fetchall()]
    return [act for record in records for act in _acts(connection, record)]


def mark_adopted(connection: sqlite3.Connection) -> None:
    """It is done, and what is given without a right from now on is not adopted."""
    connection.execute("UPDATE marks SET value = 1 WHERE name = 'adopted'")


def _acts(connection: sqlite3.Connection, record: MemberRecord) -> Iterator[Act]:
    there = list(_kept(connection, record.member))
    taken: list[LotPart] = []
    given: list[GivenLot] = []
    for holding in record.holdings:
        parts, rest = _of(holding, there)
        taken += parts
        if rest:
            where = _where(holding.scope, record.member)
            given.append(GivenLot(rest, holding.scope, holding.expires, where, holding.ready))
    number = returned_through(connection, record.member) + 1
    for first in range(0, len(taken), MOST_LOTS):
        yield RightReceived(number + first // MOST_LOTS, record.member, taken[first : first + MOST_LOTS])
    number += max(len(taken) - 1, 0) // MOST_LOTS
    for first in range(0, len(given), MOST_GIVEN):
        lots = [replace(lot, right=number) for lot in given[first : first + MOST_GIVEN]]
        yield Adjusted(record.member, lots, [], PRUNED, NOBODY)


def _kept(connection: sqlite3.Connection, member: str) -> Iterator[LotPart]:
    """What kept purchases gave under no right, save those that were voided."""
    acts = [sealed.entry for (body,) in connection.execute(OF_MEMBER, (int(member),)) if (sealed := understood(body))]
    voided = {(act.life, act.seq) for entry in acts if isinstance(act := entry.act, Void)}
    for entry in acts:
        if isinstance(entry.act, Purchase) and (entry.life, entry.seq) not in voided:
            for place, lot in enumerate(entry.act.lots):
                if lot.right is None and lot.points:
                    where = entry.shop if lot.scope is Scope.SHOP else lot.where or _where(lot.scope, member)
                    name = lot_name(*entry.id, place)
                    yield LotPart(name, lot.points, lot.scope, lot.expires, where, lot.ready)


def _of(holding: Holding, there: Sequence[LotPart]) -> tuple[list[LotPart], int]:
    """The lots that make up a holding, and how many of its points no lot accounts for."""
    rest = holding.points
    parts = []
    for part in there:
        if rest and (part.scope, part.expires, part.ready) == (holding.scope, holding.expires, holding.ready):
            parts.append(replace(part, points=min(part.points, rest)))
            rest -= parts[-1].points
    return parts, rest


def _where(scope: Scope, member: str) -> str:
    """The company whose points they are is the one that issued the code, where nothing else is known."""
    return member[:5] if scope is Scope.COMPANY else ""
