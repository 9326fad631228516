"""Items of a small shop."""

from firmware.codes import Gtin, Pack, gtin_check_digit
from firmware.goods import Per, Price

__all__ = ["BREAD", "CHEESE", "MILK", "WINE", "gtin", "pack"]


def gtin(number: int) -> Gtin:
    """The item of that number; no two have the same."""
    body = f"{number:013d}"
    return Gtin(body + gtin_check_digit(body))


def pack(price: Price, weight: int | None = None, label: int | None = None) -> Pack:
    """One pack of the item."""
    return Pack(price.gtin, weight, label)


BREAD = Price(gtin(400638133393), 250, "Bread", "bakery")
MILK = Price(gtin(9638507), 120, "Milk", "dairy")
CHEESE = Price(gtin(211234500000), 1999, "Cheese", "dairy", Per.KILOGRAM)
WINE = Price(gtin(3600029145), 999, "Wine")
