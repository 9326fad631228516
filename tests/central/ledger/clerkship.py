"""What tests of points need again and again: parts, redemptions, rights and what a ledger tells."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from central.ledger.decisions import By
from central.ledger.granting import Asked, grant
from central.ledger.lots import StandingLot, lots_of, sums_of
from central.ledger.rulings import Granted
from central.store.engine import reading, writing
from firmware.entries import (
    GivenLot,
    Identified,
    LotPart,
    Purchase,
    Purpose,
    Redeemed,
    ReturnCause,
    RightReceived,
    RightReturned,
    Scope,
    Sealed,
)
from firmware.points.lots import Sums
from tests.central.office import Office
from tests.central.records import HANA, NOW, Record

__all__ = ["BY", "bought", "changed", "granted", "lot", "lots", "part", "received", "returned", "seen", "spent", "sums"]

T = TypeVar("T")
BY = By("till", "the customer is right", NOW)


def changed(office: Office, change: Callable[[Connection], T]) -> T:
    with writing(office.engine) as connection:
        return change(connection)


def seen(office: Office, look: Callable[[Connection], T]) -> T:
    with reading(office.engine) as connection:
        return look(connection)


def lots(office: Office, member: str = HANA) -> list[StandingLot]:
    return seen(office, lambda connection: lots_of(connection, int(member), office.now, everything=True))


def sums(office: Office, member: str = HANA) -> Sums:
    return seen(office, lambda connection: sums_of(connection, [int(member)], office.now)).get(int(member), Sums())


def lot(points: int, expires: int | None = None, right: int | None = None, scope: Scope = Scope.PROGRAMME) -> GivenLot:
    return GivenLot(points, scope, expires, right=right)


def bought(record: Record, *given: GivenLot, member: str = HANA, amount: int = 3400) -> Sealed:
    """A purchase that gives these lots."""
    return record.add(Purchase(member, Identified.CARD, amount, "JPY", {}, list(given), 1))


def part(sealed: Sealed, points: int, place: int = 0) -> LotPart:
    """Points of a lot that an entry gave."""
    return LotPart(f"{sealed.entry.id}/{place}", points, Scope.PROGRAMME, None)


def spent(record: Record, *parts: LotPart, member: str = HANA) -> Sealed:
    worth = sum(one.points for one in parts)
    return record.add(Redeemed(member, Identified.CARD, list(parts), Purpose.PREMIUM, worth, "JPY", premium="mug"))


def granted(office: Office, terminal: str, member: str = HANA) -> Granted:
    """A right, as central gives it."""
    return changed(office, lambda connection: grant(connection, terminal, member, Asked(), office.now))


def received(record: Record, right: Granted) -> Sealed:
    return record.add(RightReceived(right.right, right.member, right.lots, right.coupons, right.certificates))


def returned(record: Record, right: int, member: str = HANA) -> Sealed:
    return record.add(RightReturned(right, member, [], ReturnCause.RECALLED))
