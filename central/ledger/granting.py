"""Rights to spend: granting them, what is open, and what terminals have returned. Each grant is a decision."""

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update

from central.ledger.booking import Home, book_home, holder_of, key_of, rehome
from central.ledger.debts import settle
from central.ledger.decisions import CENTRAL, append
from central.ledger.lives import heads_with
from central.ledger.lots import free_lots
from central.ledger.merging import resolved
from central.ledger.outstanding import OpenRight, certificate_right, open_rights, returned_through, unreceived
from central.ledger.programme import first_change, programme_of
from central.ledger.rulings import Granted
from central.ledger.terminals import shop_of
from central.ledger.vouchers import free_certificates, free_coupons, take_certificate
from central.store.points import certificates, rights
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


def grant(connection: Connection, terminal: str, member: str, asked: Asked, now: int) -> Granted:
    """Give a terminal all that is free of the member's and may count in its shop, as one decision.

    Debts are paid first, so that no more is granted than the balance.
    `member` is the code as the terminal says it. Nothing is asked here about other open rights, about the terminal's
    standing, or about a restore (`central.ledger.restanding`): the caller does.
    """
    code = resolved(connection, int(member))
    settle(connection, code, CENTRAL, now)
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


def _counts(part: LotPart, shop: str | None) -> bool:
    return part.scope is not Scope.SHOP or part.where == shop


def newest_right(connection: Connection) -> int:
    """Not below any right of this epoch and of those before: numbers that a restore has lost are never given again."""
    newest = connection.execute(select(func.max(rights.c.right)).where(rights.c.decision.is_not(None))).scalar()
    return max(newest or 0, first_change(programme_of(connection).epoch))


def _book(connection: Connection, act: Granted, whose: str, now: int) -> None:
    taken = append(connection, act, CENTRAL, now)
    home = Home(act.right, holder_of(connection, act.terminal, whose))
    row = {"holder": home.holder, "decision": taken.id}
    same = rights.c.right == act.right  # claimed by a terminal that was never granted it
    if connection.execute(update(rights).where(same).values(row)).rowcount == 0:
        connection.execute(insert(rights).values(right=act.right, **row))
    rehome(connection, (part.lot for part in act.lots), home)
    for coupon in act.coupons:
        book_home(connection, key_of(coupon.issue), home, -taken.id)
    serials = [held.serial for held in act.certificates]
    found = update(certificates).where(certificates.c.serial.in_(serials))
    connection.execute(found.values(right=home.right, holder=home.holder))
