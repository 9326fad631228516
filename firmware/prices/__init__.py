"""The terminal's price list on disk: looked up at the till, replaced whole once a newer one is complete."""

from firmware.prices.errors import PartUnexpected, PricesDamaged, PricesError, PricesForeign, PricesUnwritable
from firmware.prices.opening import open_or_set_aside, set_aside
from firmware.prices.store import PriceStore, Staging

__all__ = [
    "PartUnexpected",
    "PriceStore",
    "PricesDamaged",
    "PricesError",
    "PricesForeign",
    "PricesUnwritable",
    "Staging",
    "open_or_set_aside",
    "set_aside",
]
