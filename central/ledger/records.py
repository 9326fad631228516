"""Members as a terminal may see them: standings, and points that are valid in the terminal's shop."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Select, case, func, not_, or_, select

from central.ledger.lots import LEFT, OWED, expired_at
from central.ledger.merging import resolved
from central.ledger.standings import decode_standing, member_text, numbers_in
from central.store.points import holders, lots
from central.store.schema import members
from firmware.entries import Scope
from firmware.score.standing import Holding, MemberRecord

__all__ = ["Changes", "changes_after", "holdings_of", "owed_of", "record_of", "records_of"]

MOST_HOLDINGS = 400
"""A record holds no more, so that it stays small on the wire; what expires last is counted to the last of them."""


class Changes(Struct, frozen=True):
    """Members that changed, in the order of their change numbers, up to `version`."""

    changed: list[MemberRecord]
    removed: list[str]
    version: int
    more: bool


def changes_after(connection: Connection, change: int, shop: str | None, now: int, most: int) -> Changes:
    """What changed after a change number, at most so many members of it."""
    wanted = _MEMBERS.where(members.c.change > change).order_by(members.c.change).limit(most + 1)
    rows = connection.execute(wanted).all()
    part = rows[:most]
    present = [row for row in part if not row.removed]
    return Changes(
        _records(connection, present, shop, now),
        [member_text(row.code) for row in part if row.removed],
        part[-1].change if part else change,
        len(rows) > most,
    )


def records_of(connection: Connection, codes: Sequence[int], shop: str | None, now: int) -> list[MemberRecord]:
    """Those of the members that there are, in the order of their codes."""
    wanted = _MEMBERS.where(members.c.code.in_(numbers_in(codes)), members.c.removed.is_(False))
    return _records(connection, connection.execute(wanted.order_by(members.c.code)).all(), shop, now)


def record_of(connection: Connection, code: int, shop: str | None, now: int) -> MemberRecord | None:
    """One member, under the code that is asked for; None where no membership is behind it."""
    found = next(iter(records_of(connection, [resolved(connection, code)], shop, now)), None)
    return None if found is None else replace(found, member=member_text(code))


def holdings_of(connection: Connection, codes: Sequence[int], shop: str | None, now: int) -> dict[int, list[Holding]]:
    """What is left of their points and has not expired, by member; of scope shop only the given shop's (None: every).

    What may be spent already is ready at 0.
    """
    found: dict[int, list[Holding]] = defaultdict(list)
    for row in connection.execute(_holdings(codes, shop, now)):
        found[row.member].append(Holding(row.points, Scope(row.scope), row.expires, row.ready))
    return found


def owed_of(connection: Connection, codes: Sequence[int]) -> dict[int, int]:
    """What members owe for points that were taken back after they were spent."""
    owed = func.sum(OWED).label("owed")
    wanted = select(lots.c.member, owed).where(lots.c.member.in_(numbers_in(codes)), OWED > 0).group_by(lots.c.member)
    return {row.member: row.owed for row in connection.execute(wanted)}


def _records(connection: Connection, rows: Sequence[Any], shop: str | None, now: int) -> list[MemberRecord]:
    codes = [row.code for row in rows]
    held, owed = holdings_of(connection, codes, shop, now), owed_of(connection, codes)
    return [
        MemberRecord(
            member_text(row.code),
            row.nickname,
            decode_standing(row.standing),
            _few(held.get(row.code, [])),
            owed.get(row.code, 0),
        )
        for row in rows
    ]


def _holdings(codes: Sequence[int], shop: str | None, now: int) -> Select[Any]:
    ready = case((lots.c.ready > now, lots.c.ready), else_=0).label("ready")
    wanted = (
        select(lots.c.member, lots.c.scope, lots.c.expires, ready, func.sum(LEFT).label("points"))
        .select_from(lots.outerjoin(holders, holders.c.id == lots.c.holder))
        .where(lots.c.member.in_(numbers_in(codes)), LEFT > 0, not_(expired_at(now)))
    )
    if shop is not None:
        wanted = wanted.where(or_(lots.c.scope != Scope.SHOP.value, lots.c.within == shop))
    order = (lots.c.member, lots.c.expires.is_(None), lots.c.expires, lots.c.scope, ready)
    return wanted.group_by(lots.c.member, lots.c.scope, lots.c.expires, ready).order_by(*order)


def _few(holdings: list[Holding]) -> list[Holding]:
    if len(holdings) <= MOST_HOLDINGS:
        return holdings
    *kept, last = holdings[:MOST_HOLDINGS]
    rest = sum(holding.points for holding in holdings[MOST_HOLDINGS:])
    return [*kept, replace(last, points=last.points + rest)]


_MEMBERS = select(members.c.code, members.c.nickname, members.c.removed, members.c.change, members.c.standing)
