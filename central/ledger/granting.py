"""Rights to spend: granting them, what is open, and what terminals have returned. Each grant is a decision."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update

from central.ledger.booking import Home, book_home, holder_of, key_of
from central.ledger.decisions import append, decided
from central.ledger.lives import heads_with
from central.ledger.lots import LEFT, free_lots
from central.ledger.merging import codes_of, resolved
from central.ledger.programme import first_change, programme_of
from central.ledger.rulings import Granted
from central.ledger.terminals import shop_of
from central.ledger.vouchers import free_certificates, free_coupons, take_certificate
from central.store.points import certificates, holders, lots, rights
from firmware.entries import LotPart, Scope
from firmware.mqtt.messages import Mark

__all__ = [
    "MOST_LOTS",
    "Asked",
    "OpenRight",
    "certificate_right",
    "grant",
    "grant_certificate",
    "newest_right",
    "open_rights",
    "returned_through",
    "unreceived",
]

MOST_LOTS = 1000
"""So many lots fit into one grant; the rest stays free."""


class Asked(Struct, frozen=True):
    """What a grant answers: the request's id, and whether central has proved its rotating code."""

    request: str | None = None
    proved: bool = False


class OpenRight(Struct, frozen=True):
    """A right that is not returned: who holds it, for which code; `right` is the highest of that holder's."""

    terminal: str
    whose: str
    right: int
    received: bool
    """Whether an entry of the holder's says that it has come."""


def grant(connection: Connection, terminal: str, member: str, asked: Asked, now: int) -> Granted:
    """Give a terminal all that is free of the member's and may count in its shop, as one decision.

    `member` is the code as the terminal says it. Nothing is asked here about other open rights, about the terminal's
    standing, or about a restore (`central.ledger.restanding`): the caller does.
    """
    code = resolved(connection, int(member))
    shop = shop_of(connection, terminal)
    parts = [part for part in free_lots(connection, code, now) if _counts(part, shop)]
    act = Granted(
        newest_right(connection) + 1,
        terminal,
        member,
        parts[:MOST_LOTS],
        free_coupons(connection, code),
        free_certificates(connection, code, now),
        asked.request,
        asked.proved,
        [Mark(life=head.life, seq=head.seq) for head in heads_with(connection, terminal, code)],
    )
    _book(connection, act, member, now)
    return act


def grant_certificate(connection: Connection, terminal: str, serial: str, asked: Asked, now: int) -> Granted:
    """Give a terminal the right of one certificate that is free, as one decision; raises CertificateNotFree."""
    held = take_certificate(connection, serial, now)
    act = Granted(newest_right(connection) + 1, terminal, None, [], [], [held], asked.request, asked.proved)
    _book(connection, act, serial, now)
    return act


def returned_through(connection: Connection, terminal: str, whose: str) -> int:
    """Up to which right a terminal has returned everything of a member's code, or a certificate; -1: none yet."""
    same = (holders.c.terminal == terminal, holders.c.whose == whose)
    found = connection.execute(select(holders.c.through).where(*same)).scalar()
    return -1 if found is None else found


def open_rights(connection: Connection, member: int) -> list[OpenRight]:
    """Who holds rights of a member under any of the codes that lead to them, the highest first."""
    granted = _open_by_grant(connection, [f"{code:014d}" for code in codes_of(connection, member)])
    told = _open_by_lots(connection, member)
    for holder, right in told.items():
        if holder not in granted or granted[holder].right < right.right:
            granted[holder] = right
    return sorted(granted.values(), key=lambda one: one.right, reverse=True)


def certificate_right(connection: Connection, serial: str) -> OpenRight | None:
    """Who holds a certificate, under whatever right; None where it is free or not known."""
    wanted = (
        select(holders.c.terminal, holders.c.whose, certificates.c.right, rights.c.received)
        .join_from(certificates, holders, holders.c.id == certificates.c.holder)
        .outerjoin(rights, rights.c.right == certificates.c.right)
        .where(certificates.c.serial == serial, certificates.c.right > holders.c.through)
    )
    row = connection.execute(wanted).first()
    return None if row is None else OpenRight(row.terminal, row.whose, row.right, row.received is not None)


def unreceived(connection: Connection, terminal: str) -> list[Granted]:
    """Grants that a terminal was sent and has neither recorded nor returned, oldest first: to be sent again."""
    wanted = (
        select(rights.c.decision)
        .join(holders, holders.c.id == rights.c.holder)
        .where(
            holders.c.terminal == terminal,
            rights.c.right > holders.c.through,
            rights.c.received.is_(None),
            rights.c.decision.is_not(None),
        )
        .order_by(rights.c.right)
    )
    acts = [decided(connection, number).act for number in connection.execute(wanted).scalars()]
    return [act for act in acts if isinstance(act, Granted)]


def _counts(part: LotPart, shop: str | None) -> bool:
    return part.scope is not Scope.SHOP or part.where == shop


def newest_right(connection: Connection) -> int:
    """Not below any right of this epoch and of those before: numbers that a restore has lost are never given again."""
    newest = connection.execute(select(func.max(rights.c.right)).where(rights.c.decision.is_not(None))).scalar()
    return max(newest or 0, first_change(programme_of(connection).epoch))


def _book(connection: Connection, act: Granted, whose: str, now: int) -> None:
    taken = append(connection, act, "central", now)
    home = Home(act.right, holder_of(connection, act.terminal, whose))
    row = {"holder": home.holder, "decision": taken.id}
    same = rights.c.right == act.right  # claimed by a terminal that was never granted it
    if connection.execute(update(rights).where(same).values(row)).rowcount == 0:
        connection.execute(insert(rights).values(right=act.right, **row))
    for name in [part.lot for part in act.lots] + [coupon.issue for coupon in act.coupons]:
        book_home(connection, key_of(name), home, -taken.id)
    serials = [held.serial for held in act.certificates]
    found = update(certificates).where(certificates.c.serial.in_(serials))
    connection.execute(found.values(right=home.right, holder=home.holder))


def _open_by_grant(connection: Connection, whose: Sequence[str]) -> dict[tuple[str, str], OpenRight]:
    received = func.max(rights.c.received)
    wanted = (
        select(holders.c.terminal, holders.c.whose, func.max(rights.c.right).label("right"), received.label("received"))
        .join_from(holders, rights, rights.c.holder == holders.c.id)
        .where(holders.c.whose.in_(whose), rights.c.right > holders.c.through)
        .group_by(holders.c.terminal, holders.c.whose)
    )
    rows = connection.execute(wanted)
    return {(row.terminal, row.whose): OpenRight(*row[:3], row.received is not None) for row in rows}


def _open_by_lots(connection: Connection, member: int) -> dict[tuple[str, str], OpenRight]:
    """Rights that no decision and no entry of ours tells of, but lots that were given under them do."""
    found = (
        select(lots.c.holder, func.max(lots.c.right).label("right"))
        .where(lots.c.member == member, lots.c.right.is_not(None), LEFT > 0)
        .group_by(lots.c.holder)
        .subquery()
    )
    wanted = select(holders.c.terminal, holders.c.whose, found.c.right).join(holders, holders.c.id == found.c.holder)
    rows = connection.execute(wanted.where(found.c.right > holders.c.through))
    return {(row.terminal, row.whose): OpenRight(row.terminal, row.whose, row.right, True) for row in rows}
