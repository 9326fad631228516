"""The few ESC/POS commands that a receipt needs, as bytes (Epson, ESC/POS Command Reference)."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ASK_CAUSE", "ASK_DONE", "ASK_PAPER", "CUT", "INITIALIZE", "fault_of", "is_status", "job", "raster"]

INITIALIZE = b"\x1b@"
"""ESC @: out of whatever state the job before left."""
CUT = b"\x1dV\x42\x00"
"""GS V 66 0: feed to the knife and cut, a bridge of paper left standing."""
ASK_CAUSE, ASK_PAPER = b"\x10\x04\x02", b"\x10\x04\x04"
"""DLE EOT 2 and 4: why it is off line, and the paper's sensor; answered at once, whatever waits to be printed."""
ASK_DONE = b"\x1dr\x01"
"""GS r 1: answered in its turn, which is after what was sent before it."""
BAND = 256
"""Rows in one command, at most: small printers hold no more of a full width."""
TEAR = 200
"""Rows from the head to the edge where paper is torn off, 25 mm, for a printer without a knife."""
STATUS_MASK, STATUS = 0x93, 0x12
"""The bits that every answer to DLE EOT has."""
COVER, STOPPED_FOR_PAPER, ERROR = 0x04, 0x20, 0x40
"""Bits of the answer to DLE EOT 2."""
PAPER_END = 0x60
"""Bits of the answer to DLE EOT 4; nearly at its end is no fault."""


def job(receipt: "Image", cuts: bool = True) -> Iterator[bytes]:
    """A receipt in pieces, each a whole command or several."""
    yield INITIALIZE
    yield from raster(receipt)
    yield CUT if cuts else _band(bytes(TEAR), 1)


def raster(picture: "Image") -> Iterator[bytes]:
    """GS v 0 band by band: rows without ink are one byte wide, so that white paper costs next to nothing."""
    width = (picture.width + 7) // 8
    ink = picture.point(lambda level: not level, "1").tobytes()
    rows = [ink[at : at + width] for at in range(0, len(ink), width)]
    for inked, group in groupby(rows, any):
        run = list(group)
        for begin in range(0, len(run), BAND):
            band = run[begin : begin + BAND]
            yield _band(b"".join(band), width) if inked else _band(bytes(len(band)), 1)


def is_status(answer: bytes) -> bool:
    """Whether these bytes are one answer to DLE EOT."""
    return len(answer) == 1 and answer[0] & STATUS_MASK == STATUS


def fault_of(cause: int, paper: int) -> str | None:
    """Why a printer with these answers to DLE EOT 2 and 4 does not print; None when it does."""
    if paper & PAPER_END or cause & STOPPED_FOR_PAPER:
        return "it is out of paper, put a new roll in"
    if cause & COVER:
        return "its cover is open"
    if cause & ERROR:
        return "it reports an error, look at its lamp, switch it off and on again"
    return None


def _band(data: bytes, width: int) -> bytes:
    return b"\x1dv0\x00" + width.to_bytes(2, "little") + (len(data) // width).to_bytes(2, "little") + data
