"""Goods between the counter and the journal: what packs cost, lines as entries keep them, and names for them again."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from firmware.codes import Gtin, Pack, PackError
from firmware.entries import Line, Purchase
from firmware.flow.basket_events import ItemFound, ItemRefused
from firmware.goods import Basket, Deduction, Price, billed
from firmware.goods import Line as Goods
from firmware.prices import PricesError

__all__ = ["OPEN_ITEM", "Prices", "Shares", "entry_lines", "goods_in", "priced", "returned", "shares_of"]

OPEN_ITEM = "open"
"""What entries call goods whose price was keyed."""


class Prices(Protocol):
    """The price list in force."""

    version: int

    def find(self, gtin: Gtin) -> Price | None:
        """What the item costs; None where it is not on the list. Raises PricesError."""


class Shares(Struct, frozen=True):
    """A basket as the purchase keeps it: its lines with their shares of what came off, and what categories came to."""

    lines: list[Line]
    categories: dict[str, int]


def priced(prices: Prices | None, pack: Pack) -> ItemFound | ItemRefused:
    """What a pack costs, or why it cannot be sold; raises PricesError."""
    price = prices.find(pack.gtin) if prices else None
    if price is not None:
        return ItemFound(pack, price)
    return ItemRefused("item_unknown" if prices and prices.version else "prices_missing")


def entry_lines(basket: Basket) -> list[Line]:
    """The lines before anything comes off."""
    return [
        Line(line.gtin.text if line.gtin else OPEN_ITEM, line.count, line.amount, line.category)
        for line in basket.lines
    ]


def shares_of(basket: Basket, off: Iterable[Deduction]) -> Shares:
    """Take all of it off, to the last unit: what an item's own deduction finds no room for there comes off the rest."""
    deductions: list[Deduction] = []
    for one in off:
        deductions.append(one)
        taken = billed(basket, deductions).taken[-1].amount
        if taken < one.amount:
            deductions.append(Deduction(one.kind, one.amount - taken))
    bill = billed(basket, deductions)
    places = zip(*(taken.shares for taken in bill.taken), strict=True) if bill.taken else ((0,) for _ in bill.lines)
    lines = [replace(line, deducted=sum(shares)) for line, shares in zip(entry_lines(basket), places, strict=True)]
    return Shares(lines, bill.categories)


def goods_in(prices: Prices | None, lines: Iterable[Line]) -> tuple[Goods, ...]:
    """Lines of an entry, each in its place, with the names of the price list in force, or numbers where it has none."""
    return tuple(_named(prices, line) for line in lines)


def returned(before: Purchase, after: Purchase | None) -> list[Line]:
    """What of a purchase's goods came back, at what was paid for it."""
    left: Sequence[Line | None] = after.lines if after and after.lines else [None] * len(before.lines)
    return [_gone(line, now) for line, now in zip(before.lines, left, strict=True)]


def _gone(line: Line, now: Line | None) -> Line:
    paid = line.amount - line.deducted - (now.amount - now.deducted if now else 0)
    return replace(line, count=line.count - (now.count if now else 0), amount=paid)


def _named(prices: Prices | None, line: Line) -> Goods:
    gtin, name = _found(prices, line.item)
    return Goods(name, line.count, line.amount // max(line.count, 1), line.amount, gtin, line.category)


def _found(prices: Prices | None, item: str) -> tuple[Gtin | None, str]:
    if item == OPEN_ITEM:
        return None, ""
    try:
        gtin = Gtin.parse(item)
        price = prices.find(gtin) if prices else None
    except PackError:
        return None, item
    except PricesError:
        return gtin, item
    return gtin, price.name if price else item
