"""Numbers that a shop prints on its own labels, with a weight or a price inside (docs/spec/codes.md, "Labels").

GS1 General Specifications: restricted circulation numbers for variable measure items; each country or shop lays them
out as it likes.
"""

import re
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Meta, Struct

from firmware.codes.gtin import Gtin, gtin_check_digit
from firmware.codes.pack_errors import LayoutInvalid, PackValueTooFine, PackValueZero, PriceCheckFailed
from firmware.codes.price_check import CHECKED_LENGTHS, price_check_digit

__all__ = ["Label", "LabelRules", "LabelValue", "ShopLabel", "grams", "label_in", "minor_units"]

PREFIXES = re.compile("(02|2[0-9])[0-9]{0,2}")
DIGITS = 13
GRAMS = 3
"""Decimals of a kilogram."""
KILOGRAM = Fraction(1000)


class LabelValue(StrEnum):
    """What the variable digits of a label are."""

    WEIGHT = "weight"
    PRICE = "price"


class ShopLabel(Struct, frozen=True, forbid_unknown_fields=True):
    """The layout of 13 digits: `prefix`, `item` digits, maybe a verifier, `digits` of the value, the check digit.

    `decimals` counts those of a kilogram (default 3: grams), or of the currency's unit (default: all it has).
    Raises LayoutInvalid.
    """

    prefix: str
    holds: LabelValue
    item: Annotated[int, Meta(ge=1, le=9)] = 5
    digits: Annotated[int, Meta(ge=1, le=7)] = 5
    verifier: bool = False
    decimals: Annotated[int, Meta(ge=0, le=6)] | None = None

    def __post_init__(self) -> None:
        if not PREFIXES.fullmatch(self.prefix):
            raise LayoutInvalid(self.prefix, "a prefix is 02 or 20 to 29, with up to two digits more")
        total = len(self.prefix) + self.item + self.verifier + self.digits + 1
        if total != DIGITS:
            raise LayoutInvalid(self.prefix, f"prefix, item, verifier, value and check are {total} digits, not 13")
        if self.verifier and self.digits not in CHECKED_LENGTHS:
            raise LayoutInvalid(self.prefix, "a verifier needs a value of 4 or 5 digits")


class LabelRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How this shop's labels and prices are to be read; raises LayoutInvalid for a prefix that stands twice."""

    labels: tuple[ShopLabel, ...] = ()
    currency_digits: Annotated[int, Meta(ge=0, le=4)] = 2
    """Decimals of the programme's currency: 0 for JPY and KRW, 2 for EUR."""
    currency_number: Annotated[str, Meta(pattern="^[0-9]{3}\\Z")] | None = None
    """The currency's three digits in ISO 4217 (392 is JPY), for packs that name theirs."""

    def __post_init__(self) -> None:
        prefixes = [label.prefix for label in self.labels]
        for prefix in prefixes:
            if prefixes.count(prefix) > 1:
                raise LayoutInvalid(prefix, "the prefix has two layouts")


class Label(Struct, frozen=True):
    """What a shop's own label says; `gtin` is the item's number: value and verifier are 0, the check digit is anew."""

    gtin: Gtin
    holds: LabelValue
    value: int
    """Grams or minor units."""


def label_in(gtin: Gtin, rules: LabelRules) -> Label | None:
    """Read a number by the longest prefix that fits; None for any other number.

    Raises PriceCheckFailed, PackValueZero or PackValueTooFine.
    """
    text = gtin.text[-DIGITS:]
    fitting = [label for label in rules.labels if gtin.text[0] == "0" and text.startswith(label.prefix)]
    if not fitting:
        return None
    label = max(fitting, key=lambda one: len(one.prefix))
    begins = DIGITS - 1 - label.digits
    value = text[begins:-1]
    if label.verifier and price_check_digit(value) != text[begins - 1]:
        raise PriceCheckFailed
    return Label(_item(text[: len(label.prefix) + label.item]), label.holds, _scaled(label, int(value), rules))


def minor_units(value: int, decimals: int, rules: LabelRules) -> int:
    """A price with so many decimals in the currency's minor units; raises PackValueZero, PackValueTooFine."""
    minor, rest = divmod(value * 10**rules.currency_digits, 10**decimals)
    if rest:
        raise PackValueTooFine
    return _something(int(minor))


def grams(value: int, decimals: int, unit: Fraction = KILOGRAM) -> int:
    """A weight with so many decimals in whole grams, half up; `unit` is the grams in one. Raises PackValueZero."""
    return _something(int(value * unit / 10**decimals + Fraction(1, 2)))


def _item(known: str) -> Gtin:
    body = known.ljust(DIGITS - 1, "0")
    return Gtin.parse(body + gtin_check_digit(body))


def _scaled(label: ShopLabel, value: int, rules: LabelRules) -> int:
    if label.holds is LabelValue.PRICE:
        decimals = rules.currency_digits if label.decimals is None else label.decimals
        return minor_units(value, decimals, rules)
    return grams(value, GRAMS if label.decimals is None else label.decimals)


def _something(value: int) -> int:
    if value == 0:
        raise PackValueZero
    return value
