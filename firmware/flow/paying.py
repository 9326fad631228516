"""What the sale that is being keyed comes to, and what comes off it."""

from firmware.flow.session import Session, Settings
from firmware.goods import Deduction, DeductionKind
from firmware.points.redeeming import worth_of

__all__ = ["comes_off", "gross", "to_pay"]


def gross(session: Session) -> int:
    """Before anything comes off, in minor units."""
    return int(session.digits or "0")


def comes_off(settings: Settings, session: Session) -> tuple[Deduction, ...]:
    """What is taken off, one after the other."""
    if not session.spend or settings.redeeming is None:
        return ()
    return (Deduction(DeductionKind.POINTS, worth_of(settings.redeeming, session.spend)),)


def to_pay(settings: Settings, session: Session) -> int:
    """What is left to pay, in minor units."""
    return gross(session) - sum(off.amount for off in comes_off(settings, session))
