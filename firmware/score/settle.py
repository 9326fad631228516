"""Settling a sale: points, grades and the hint, decided on the spot from the member's record and this purchase."""

from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries import GivenLot, Identified, Instant, Purchase
from firmware.entries.fields import Amount, Category, Code14
from firmware.score.errors import MemberMismatch
from firmware.score.expiry import expires
from firmware.score.fold import standing_after
from firmware.score.grades import Grade
from firmware.score.hints import Hint
from firmware.score.holdings import given
from firmware.score.points import Earning, earned
from firmware.score.rules import Rules
from firmware.score.standing import MemberRecord
from firmware.score.view import grades_of, own_time

__all__ = ["Outcome", "Sale", "settle"]


class Sale(Struct, frozen=True):
    """What the clerk keyed, and who buys; `categories` holds the parts of `amount` that have a category.

    Raises ValueError where the parts come to more than the whole.
    """

    member: Code14 | None
    by: Identified | None
    amount: Amount
    categories: Annotated[dict[Category, Amount], Meta(max_length=64)] = {}

    def __post_init__(self) -> None:
        if sum(self.categories.values()) > self.amount:
            raise ValueError("the categories of a sale come to more than its amount")


class Outcome(Struct, frozen=True):
    """What a sale comes to: the record after it, the act to be recorded, and what the clerk is told.

    Without a member there is no record, no grade, no hint and no lot.
    """

    record: MemberRecord | None
    purchase: Purchase
    grades: dict[str, Grade]
    hint: Hint | None
    coupon: str | None

    @property
    def points(self) -> int:
        """The points this purchase gave."""
        return sum(lot.points for lot in self.purchase.lots)


def settle(rules: Rules, record: MemberRecord | None, sale: Sale, at: Instant, earned_today: int = 0) -> Outcome:
    """Settle a sale at `at`; changes nothing, raises MemberMismatch.

    Grades, and so rates by grade, are those after this purchase, which the clerk reads. `earned_today` is what the
    member has earned on this day as far as this terminal knows, for the daily cap.
    """
    if sale.member != (None if record is None else record.member):
        raise MemberMismatch
    plain = _purchase(rules, sale, [])
    if record is None:
        return Outcome(None, plain, {}, None, None)
    standing = standing_after(rules, record.standing, plain, at)
    now = own_time(standing, at)
    grades = grades_of(rules, standing, now)
    points = earned(rules.points, Earning(sale.amount, sale.categories, grades, at, earned_today))
    lots = _lots(rules, points, at)
    hint = None if rules.hints is None else rules.hints.given(grades)
    return Outcome(
        MemberRecord(record.member, record.nickname, standing, given(record.holdings, lots, now)),
        _purchase(rules, sale, lots),
        grades,
        hint,
        None if hint is None else hint.coupon,
    )


def _purchase(rules: Rules, sale: Sale, lots: list[GivenLot]) -> Purchase:
    return Purchase(sale.member, sale.by, sale.amount, rules.currency, sale.categories, lots, rules.version)


def _lots(rules: Rules, points: int, at: Instant) -> list[GivenLot]:
    if not points:
        return []
    return [GivenLot(points, rules.points.scope, expires(rules.points.expiry, rules.zone, at))]
