"""What is to be paid for a basket once coupons and points are taken off, line by line and to the last unit."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from firmware.codes.gtin import Gtin
from firmware.goods.basket import Basket, Line, category_sums
from firmware.goods.errors import DeductionInvalid
from firmware.goods.sharing import shared

__all__ = ["Bill", "Deduction", "DeductionKind", "Taken", "billed"]


class DeductionKind(StrEnum):
    """Why something is taken off."""

    COUPON = "coupon"
    POINTS = "points"
    CERTIFICATE = "certificate"
    DISCOUNT = "discount"


class Deduction(Struct, frozen=True):
    """Minor units to be taken off: of the whole basket, of one category, or of one item; raises DeductionInvalid."""

    kind: DeductionKind
    amount: int
    name: str = ""
    """As the receipt calls it."""
    category: str | None = None
    gtin: Gtin | None = None

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise DeductionInvalid


class Taken(Struct, frozen=True):
    """What a deduction came to: no more than there was left to take it from; `shares` line by line, in order."""

    deduction: Deduction
    amount: int
    shares: tuple[int, ...]


class Bill(Struct, frozen=True):
    """A basket with its deductions; `due` is what the customer pays, `categories` the parts of it that have one."""

    lines: tuple[Line, ...]
    taken: tuple[Taken, ...]
    total: int
    due: int
    categories: dict[str, int]


def billed(basket: Basket, deductions: Iterable[Deduction] = ()) -> Bill:
    """Take the deductions off, each from what those before it have left; no line goes below 0."""
    left = [line.amount for line in basket.lines]
    taken: list[Taken] = []
    for deduction in deductions:
        shares = _shares(deduction, basket.lines, left)
        left = [amount - share for amount, share in zip(left, shares, strict=True)]
        taken.append(Taken(deduction, sum(shares), tuple(shares)))
    off = {place: line.amount - rest for place, (line, rest) in enumerate(zip(basket.lines, left, strict=True))}
    return Bill(basket.lines, tuple(taken), basket.total, sum(left), category_sums(basket.lines, off))


def _shares(deduction: Deduction, lines: Sequence[Line], left: Sequence[int]) -> list[int]:
    weights = [rest if _concerns(deduction, line) else 0 for line, rest in zip(lines, left, strict=True)]
    return shared(min(deduction.amount, sum(weights)), weights)


def _concerns(deduction: Deduction, line: Line) -> bool:
    of_category = deduction.category is None or line.category == deduction.category
    return of_category and (deduction.gtin is None or line.gtin == deduction.gtin)
