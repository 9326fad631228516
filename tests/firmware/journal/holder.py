"""A terminal that holds spending rights: grants, redemptions and reversals for the journal's tests."""

from collections.abc import Sequence
from pathlib import Path

from firmware.entries import (
    GivenLot,
    HeldCertificate,
    HeldCoupon,
    Identified,
    LotPart,
    Purchase,
    Purpose,
    Redeemed,
    Refund,
    Scope,
    Sealed,
    TakenBack,
    Void,
)
from firmware.journal import Journal
from firmware.mqtt.messages import DayKey, RightGrant
from tests.firmware.journal.counter import ANNA, LIFE_A, T0, opened, stamp

__all__ = [
    "CERTIFICATE",
    "COUPON",
    "FAR",
    "KEY",
    "NEAR",
    "earned",
    "far_lot",
    "grant",
    "holding",
    "left",
    "premium",
    "redeemed",
    "refund",
    "sold",
    "void",
]

NEAR, FAR = f"t-9/{'9' * 16}/3/0", f"t-9/{'9' * 16}/4/0"
"""Two lots of another terminal's: the first expires in a day, the second never."""
KEY = "ab" * 32
COUPON = HeldCoupon(f"t-9/{'9' * 16}/7", "tea")
CERTIFICATE = HeldCertificate("c" * 16, "12345670000000", 500, "JPY", None)


def near_lot(points: int = 50) -> LotPart:
    return LotPart(NEAR, points, Scope.PROGRAMME, T0 + 86_400)


def far_lot(points: int = 100) -> LotPart:
    return LotPart(FAR, points, Scope.PROGRAMME, None)


def grant(
    right: int = 5, member: str | None = ANNA, lots: Sequence[LotPart] | None = None, epoch: int = 0
) -> RightGrant:
    """Central's grant of both lots, a coupon, a certificate and today's key; for nobody, of the certificate alone."""
    parts = [near_lot(), far_lot()] if lots is None and member else list(lots or [])
    keys = [DayKey("2026-10-03", KEY)] if member else []
    coupons = [COUPON] if member else []
    return RightGrant(
        to="t-1",
        epoch=epoch,
        time=T0,
        right=right,
        id=None,
        member=member,
        lots=parts,
        coupons=coupons,
        certificates=[CERTIFICATE],
        keys=keys,
    )


def holding(path: Path) -> Journal:
    """A journal in a confirmed life that holds Anna's right 5."""
    journal = opened(path)
    journal.take_right(grant(), stamp())
    journal.confirm(LIFE_A)
    return journal


def earned(points: int = 68, right: int | None = 5, amount: int = 3400, member: str | None = ANNA) -> Purchase:
    """A purchase that gives one lot, under that right."""
    lots = [GivenLot(points, Scope.PROGRAMME, None, right=right)] if points else []
    return Purchase(member, Identified.STATIC if member else None, amount, "JPY", {}, lots, 1)


def sold(journal: Journal, act: Purchase) -> Sealed:
    return journal.record([act], stamp())[-1]


def redeemed(*parts: LotPart, member: str = ANNA, code: int | None = None, to: Sealed | None = None) -> Redeemed:
    """A premium for these points, or a discount on that purchase."""
    worth = sum(part.points for part in parts)
    life, seq = (to.entry.life, to.entry.seq) if to else (None, None)
    purpose = Purpose.DISCOUNT if to else Purpose.PREMIUM
    premium = None if to else "mug"
    return Redeemed(member, Identified.ROTATING, list(parts), purpose, worth, "JPY", life, seq, premium, code)


def premium(*parts: tuple[str, int], member: str = ANNA) -> Redeemed:
    """Points of lots by name, spent on a premium."""
    return redeemed(*(LotPart(name, points, Scope.PROGRAMME, None) for name, points in parts), member=member)


def void(sealed: Sealed, taken: TakenBack | None = None, stood: Purchase | None = None) -> Void:
    """That purchase taken back whole, as it stood."""
    act = sealed.entry.act
    assert isinstance(act, Purchase)
    return Void(sealed.entry.life, sealed.entry.seq, sealed.entry.at, stood or act, taken)


def refund(sealed: Sealed, before: Purchase, after: Purchase, taken: TakenBack | None = None) -> Refund:
    entry = sealed.entry
    return Refund(entry.life, entry.seq, entry.at, before, after, taken or TakenBack(), "9")


def left(journal: Journal, member: str = ANNA) -> dict[str, int]:
    """The points left of each lot, in the order in which they are eaten."""
    return {part.lot: part.points for part in journal.parts(member)}
