"""What a shop sells: its price list, and the basket at the till; pure, for terminal and central alike."""

from firmware.goods.basket import Basket, Line
from firmware.goods.bill import Bill, Deduction, DeductionKind, Taken, billed
from firmware.goods.errors import (
    BasketError,
    BasketFull,
    CountInvalid,
    DeductionInvalid,
    GoodsError,
    LineMissing,
    PriceFault,
    PriceListRefused,
    WeightMissing,
)
from firmware.goods.price import Per, Price
from firmware.goods.pricelist import PricePart, parse_list, parts_of, rows_in
from firmware.goods.sharing import shared

__all__ = [
    "Basket",
    "BasketError",
    "BasketFull",
    "Bill",
    "CountInvalid",
    "Deduction",
    "DeductionInvalid",
    "DeductionKind",
    "GoodsError",
    "Line",
    "LineMissing",
    "Per",
    "Price",
    "PriceFault",
    "PriceListRefused",
    "PricePart",
    "Taken",
    "WeightMissing",
    "billed",
    "parse_list",
    "parts_of",
    "rows_in",
    "shared",
]
