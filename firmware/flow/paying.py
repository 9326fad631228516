"""What the sale that is being keyed comes to, and what comes off it."""

from firmware.flow.session import Session, Settings, State
from firmware.goods import Deduction, DeductionKind
from firmware.points.redeeming import worth_of

__all__ = ["after_coupons", "comes_off", "gross", "to_pay"]


def gross(session: Session) -> int:
    """Before anything comes off, in minor units."""
    if session.basket.lines or session.state is State.BASKET:
        return session.basket.total
    return int(session.digits or "0")


def comes_off(settings: Settings, session: Session) -> tuple[Deduction, ...]:
    """What is taken off, one after the other."""
    coupons = [Deduction(DeductionKind.COUPON, offer.worth, offer.text) for offer in session.coupons if offer.worth]
    if not session.spend or settings.redeeming is None:
        return tuple(coupons)
    return (*coupons, Deduction(DeductionKind.POINTS, worth_of(settings.redeeming, session.spend)))


def after_coupons(session: Session) -> int:
    """What coupons have left to pay, which points may pay, in minor units."""
    return gross(session) - sum(offer.worth for offer in session.coupons)


def to_pay(settings: Settings, session: Session) -> int:
    """What is left to pay, in minor units."""
    return gross(session) - sum(off.amount for off in comes_off(settings, session))
