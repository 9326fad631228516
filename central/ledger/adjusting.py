"""Points given, taken and moved by hand, and debts settled; of lots, only what no terminal holds is touched."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, select

from central.errors import NoPoints, PointsHeld, SameMember
from central.ledger.deciding import decide
from central.ledger.decisions import By, Taken
from central.ledger.granting import open_rights
from central.ledger.lots import OWED, free_lots, lots_of
from central.ledger.members import require
from central.ledger.merging import resolved
from central.ledger.rulings import Adjustment, Cover, Settled, Transferred
from central.ledger.standings import member_text
from central.store.points import lots
from firmware.entries import GivenLot, LotPart, Scope
from firmware.points.reversal import Overdrawn
from firmware.points.spending import eaten
from firmware.score.expiry import expires
from firmware.score.rules import Rules

__all__ = ["adjust", "settle", "settle_debts", "transfer"]

MOST_LOTS = 100
"""Lots have places of two digits."""


def adjust(connection: Connection, member: int, points: int, by: By, rules: Rules) -> Taken:
    """Give a member so many points for the whole programme, which expire as any others, or take so many that are free.

    Raises MemberUnknown, NoPoints, PointsHeld.
    """
    if not points:
        raise NoPoints
    member = _there(connection, member)
    code = member_text(member)
    if points > 0:
        lot = GivenLot(points, Scope.PROGRAMME, expires(rules.points.expiry, rules.zone, by.at))
        act = Adjustment(code, by.reason, lots=[lot])
    else:
        act = Adjustment(code, by.reason, takes=_taken(connection, member, -points, by.at))
    return decide(connection, act, by.operator, by.at)


def transfer(connection: Connection, members: tuple[int, int], points: int, by: By) -> list[Taken]:
    """Move points that are free from one member to another, soonest expiry first; they keep their expiry and scope.

    Raises MemberUnknown, SameMember, PointsHeld.
    """
    giver, taker = (_there(connection, member) for member in members)
    if giver == taker:
        raise SameMember
    codes = member_text(giver), member_text(taker)
    return [
        decide(connection, Transferred(*codes, by.reason, parts, given), by.operator, by.at)
        for parts, given in _alike(_taken(connection, giver, points, by.at))
    ]


def settle(connection: Connection, member: int, by: str, now: int, *, waiving: bool) -> Taken | None:
    """Pay a member's debt from what is free, soonest expiry first, the rest by the programme if `waiving`.

    None where there is no debt, nothing to pay it with, or a terminal that may still have paid a part of it.
    """
    member = resolved(connection, member)
    debts = [(lot.name, lot.state.owed) for lot in lots_of(connection, member, now) if lot.state.owed]
    owed = sum(points for _, points in debts)
    if not owed or open_rights(connection, member):
        return None
    takes = eaten(free_lots(connection, member, now), owed)
    paid = sum(part.points for part in takes)
    waived = owed - paid if waiving else 0
    if not paid + waived:
        return None
    covers = [Cover(name, points) for name, points in _laid(debts, paid + waived)]
    return decide(connection, Settled(member_text(member), covers, takes, waived), by, now)


def settle_debts(connection: Connection, rules: Rules, now: int) -> int:
    """Settle what can be settled of all members' debts by the programme's policy; returns how many were."""
    indebted = select(lots.c.member).where(OWED > 0).distinct().order_by(lots.c.member)
    waiving = rules.overdrawn is Overdrawn.WAIVE
    members = connection.execute(indebted).scalars().all()
    return sum(settle(connection, member, "central", now, waiving=waiving) is not None for member in members)


def _there(connection: Connection, member: int) -> int:
    member = resolved(connection, member)
    require(connection, member)
    return member


def _taken(connection: Connection, member: int, points: int, now: int) -> list[LotPart]:
    takes = eaten(free_lots(connection, member, now), points)
    free = sum(part.points for part in takes)
    if free < points:
        raise PointsHeld(points, free, [right.terminal for right in open_rights(connection, member)])
    return takes


def _alike(parts: Sequence[LotPart]) -> Iterator[tuple[list[LotPart], list[GivenLot]]]:
    """Parts with the lots that they become, as many as one decision gives: of what is alike, one."""
    kinds: dict[tuple[object, ...], list[LotPart]] = {}
    for part in parts:
        kinds.setdefault((part.scope, part.where, part.expires, part.ready), []).append(part)
    several = iter(kinds.values())
    while some := list(islice(several, MOST_LOTS)):
        given = [
            GivenLot(sum(part.points for part in alike), first.scope, first.expires, first.where, first.ready)
            for alike in some
            for first in alike[:1]
        ]
        yield [part for alike in some for part in alike], given


def _laid(debts: Sequence[tuple[str, int]], points: int) -> Iterator[tuple[str, int]]:
    """So many points laid on debts in their order."""
    for name, owed in debts:
        pays = min(owed, points)
        points -= pays
        if pays:
            yield name, pays
