"""The number of a trade item, whatever symbol carried it (docs/spec/codes.md, "Packs")."""

from typing import Self

from msgspec import Struct

from firmware.codes.pack_errors import PackCheckFailed, PackLength, PackNotDigits

__all__ = ["GTIN_LENGTH", "Gtin", "gtin_check_digit"]

GTIN_LENGTH = 14
LENGTHS = (8, 12, 13, GTIN_LENGTH)
"""GTIN-8, GTIN-12 (UPC), GTIN-13 (EAN), GTIN-14: the shorter ones are the longest with zeros in front."""


def gtin_check_digit(body: str) -> str:
    """The check digit of the digits before it (GS1 General Specifications, clause 7.9.1)."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-weighted % 10)


class Gtin(Struct, frozen=True, order=True):
    """Fourteen digits whose last is the check digit of the others; no other can be made.

    Raises PackLength, PackNotDigits or PackCheckFailed.
    """

    text: str

    def __post_init__(self) -> None:
        if len(self.text) != GTIN_LENGTH:
            raise PackLength(len(self.text))
        for place, character in enumerate(self.text, start=1):
            if character not in "0123456789":
                raise PackNotDigits(place)
        if gtin_check_digit(self.text[:-1]) != self.text[-1]:
            raise PackCheckFailed

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 8, 12, 13 or 14 ASCII digits; raises PackLength, PackNotDigits or PackCheckFailed."""
        if len(text) not in LENGTHS:
            raise PackLength(len(text))
        for place, character in enumerate(text, start=1):
            if character not in "0123456789":
                raise PackNotDigits(place)
        return cls(text.zfill(GTIN_LENGTH))

    def __str__(self) -> str:
        return self.text
