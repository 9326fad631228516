"""Price lists of any length, as central would cut them."""

from pathlib import Path

from firmware.goods import Price, PricePart, parts_of
from firmware.prices import PriceStore
from tests.firmware.goods.items import gtin

__all__ = ["delivered", "items", "parts"]


def items(count: int, price: int = 100) -> list[Price]:
    """So many items, all of one price."""
    return [Price(gtin(1000 + 7 * number), price, f"Item {number}", "food") for number in range(count)]


def parts(count: int, version: int, price: int = 100) -> list[PricePart]:
    """Those items as a list."""
    return list(parts_of(items(count, price), version))


def delivered(path: Path, *lists: list[PricePart]) -> PriceStore:
    """A store that has taken in whole lists."""
    store = PriceStore.open(path)
    for one in lists:
        for part in one:
            store.stage(part)
    return store
