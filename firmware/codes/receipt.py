"""The number of a receipt, as a code for a scanner and as people read it (docs/spec/codes.md, "Receipts")."""

import re

from firmware.entries import EntryId

__all__ = ["receipt_code", "receipt_of"]

CODE = re.compile(r"HABITUE:R:([A-Z0-9](?:[A-Z0-9-]{0,63})):([0-9A-F]{16}):([1-9][0-9]{0,15})")
"""Capitals, digits and signs of QR's alphanumeric mode: a quarter fewer modules than small letters would take."""


def receipt_code(entry: EntryId) -> str:
    """What the code on a receipt says."""
    return f"HABITUE:R:{entry.terminal}:{entry.life}:{entry.seq}".upper()


def receipt_of(text: str) -> EntryId | None:
    """The entry that a code on a receipt names; None for any other code."""
    match = CODE.fullmatch(text)
    return EntryId(match[1].lower(), match[2].lower(), int(match[3])) if match else None
