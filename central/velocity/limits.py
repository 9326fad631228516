"""From when on a clerk's day looks odd: an operator's to set (docs/operator.md, "Odd days")."""

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["VelocityLimits"]

Times = Annotated[int, Meta(ge=1, le=10**6)]


class VelocityLimits(Struct, frozen=True, forbid_unknown_fields=True):
    """Counts of one clerk in one shop on one day of the programme's calendar, at which somebody is told."""

    member_purchases: Times = 6
    """Of one member."""
    voids: Times = 6
    """Voids and refunds, if they are a tenth of the clerk's sales too."""
    unproved: Times = 20
    """Purchases that earned by a number that can be copied, if that is far above the shop's habit."""
