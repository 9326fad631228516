"""What a terminal may still give: points of its shop's issuing budget, and its share of a coupon's count.

Allowances are totals from the beginning of a terminal's history on, never differences, so that one that comes twice,
late or after a restore does no harm.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from firmware.entries import Allowed
from firmware.entries.fields import Amount, Count, CouponName

__all__ = ["Allowances", "Budget", "BudgetLevel", "budget_of", "newest_allowed", "shares", "shares_left"]


class Allowances(Struct, frozen=True, forbid_unknown_fields=True):
    """What central allows a terminal, in all from the beginning of its history on: what its `allowed` act will say.

    With fewer than `warn_below` points left of `issuing`, clerk and operator are warned.
    """

    issuing: Amount | None = None
    coupons: dict[CouponName, Count] = {}
    warn_below: Amount = 0

    def act(self, version: int) -> Allowed:
        """What the journal records of it."""
        return Allowed(version, self.issuing, self.coupons)


class BudgetLevel(StrEnum):
    """What is to be said of a budget, to the clerk and to the operator."""

    ENOUGH = "enough"
    LOW = "low"
    EMPTY = "empty"


class Budget(Struct, frozen=True):
    """Points that may still be given; `left` None: as many as are earned, and paid for later."""

    left: int | None
    level: BudgetLevel

    def given(self, points: int) -> int:
        """How many of the points that a purchase earns are given: no more than are left."""
        return points if self.left is None else min(points, self.left)


def newest_allowed(allowances: Iterable[Allowed]) -> Allowed | None:
    """The one that counts, whatever order they came in: the highest version."""
    return max(allowances, key=lambda allowed: allowed.version, default=None)


def budget_of(allowed: Allowed | None, issued: int, warn_below: int) -> Budget:
    """The budget after so many points have been given in all; a warning is due below `warn_below`."""
    if allowed is None or allowed.issuing is None:
        return Budget(None, BudgetLevel.ENOUGH)
    left = max(allowed.issuing - issued, 0)
    if not left:
        return Budget(0, BudgetLevel.EMPTY)
    return Budget(left, BudgetLevel.LOW if left < warn_below else BudgetLevel.ENOUGH)


def shares_left(allowed: Allowed | None, coupon: str, used: int) -> int | None:
    """How often this terminal may still take a coupon whose count is limited; None where it was told of no share."""
    if allowed is None or coupon not in allowed.coupons:
        return None
    return max(allowed.coupons[coupon] - used, 0)


def shares(total: int, used: dict[str, int], spare: int) -> dict[str, int]:
    """How often each terminal may take a coupon in all: what it has, and an even part of all but `spare` of the rest.

    `used` counts by terminal. No terminal is ever told of less than it has used, and all of them never of more than
    `total`, unless more are used already. Terminals first in the alphabet get what does not divide.
    """
    rest = max(total - sum(used.values()) - spare, 0)
    each, more = divmod(rest, len(used)) if used else (0, 0)
    return {name: used[name] + each + (place < more) for place, name in enumerate(sorted(used))}
