"""What one item costs."""

from enum import StrEnum

from msgspec import Struct

from firmware.codes.gtin import Gtin

__all__ = ["MOST_MINOR", "Per", "Price"]

MOST_MINOR = 10**9
"""The dearest that an item, or a kilogram of it, may be."""


class Per(StrEnum):
    """What a price is the price of."""

    EACH = "each"
    KILOGRAM = "kg"


class Price(Struct, frozen=True):
    """An item on the price list; `price` in minor units, taxes included."""

    gtin: Gtin
    price: int
    name: str
    category: str | None = None
    per: Per = Per.EACH
