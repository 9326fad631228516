"""One line of a scanner, and which symbol it says it read (AIM symbology identifiers, ISO/IEC 15424)."""

import re
from enum import StrEnum
from typing import Self

from msgspec import Struct

__all__ = ["Carrier", "Scan"]


class Carrier(StrEnum):
    """What kind of symbol carried a text, as far as it matters here."""

    EAN = "ean"
    """EAN-13, EAN-8, UPC-A, UPC-E."""
    GS1 = "gs1"
    """GS1 DataBar, GS1-128 and others that carry element strings."""
    ITF = "itf"
    PLAIN = "plain"
    """Code 128, QR, Aztec, PDF417: whatever somebody wrote."""
    OTHER = "other"
    UNSAID = "unsaid"


IDENTIFIER = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
ELEMENTS = {"C1", "d2", "Q3", "J1", "z1"}
"""GS1-128, GS1 DataMatrix, GS1 QR, GS1 DotCode, GS1 Aztec: by code and modifier; of `e` all are."""
CODES = {
    "E": Carrier.EAN,
    "e": Carrier.GS1,
    "I": Carrier.ITF,
    "C": Carrier.PLAIN,
    "Q": Carrier.PLAIN,
    "z": Carrier.PLAIN,
    "L": Carrier.PLAIN,
}


class Scan(Struct, frozen=True):
    """What a scanner read, without the identifier in front of it."""

    text: str
    carrier: Carrier = Carrier.UNSAID

    @classmethod
    def parse(cls, line: str) -> Self:
        """Take `]cm` off a line that begins with it; any text is a scan."""
        found = IDENTIFIER.match(line)
        if found is None:
            return cls(line)
        code, modifier = found.groups()
        plain = CODES.get(code, Carrier.OTHER)
        return cls(line[3:], Carrier.GS1 if code + modifier in ELEMENTS else plain)
