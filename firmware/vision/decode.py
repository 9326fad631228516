"""From a frame to the symbols in it: zxing-cpp in three passes, zbar last and on a crop only."""

from collections.abc import Collection

from firmware.codes.member import LENGTH, MemberCode
from firmware.codes.rotating import ROTATING_LENGTH, RotatingCode
from firmware.codes.symbology import Symbology
from firmware.vision.accept import MEMBER_FORMATS, accepted
from firmware.vision.frame import Format, Frame, Reading
from firmware.vision.region import busy_region
from firmware.vision.zbar import read_region
from firmware.vision.zxing import read_halved, read_negative, read_plain

__all__ = ["read"]


def read(frame: Frame, formats: Collection[Format] = MEMBER_FORMATS) -> list[Reading]:
    """Every symbol of the wanted formats, member codes first; empty where there is none.

    Each pass runs only if the ones before it read nothing. Interleaved 2 of 5 has neither a length nor a check
    of its own and is "found" in the stripes of other symbols: only readings as long as a member code count.
    """
    return (
        _credible(read_plain(frame, formats))
        or _credible(read_halved(frame, formats))
        or _credible(read_negative(frame, formats))
        or _credible(_second_opinion(frame, formats))
    )


def _second_opinion(frame: Frame, formats: Collection[Format]) -> list[Reading]:
    region = busy_region(frame)
    return read_region(region, formats) if region else []


def _credible(readings: list[Reading]) -> list[Reading]:
    """Without noise, and one reading a symbol: tilted PDF417 is at times read twice, once with garbage behind it."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda reading: not isinstance(accepted(reading), MemberCode | RotatingCode)):
        noise = reading.format == Symbology.ITF and len(reading.text) not in (LENGTH, ROTATING_LENGTH)
        if not noise and not any(_same_symbol(reading, other) for other in kept):
            kept.append(reading)
    return kept


def _same_symbol(reading: Reading, other: Reading) -> bool:
    (left, top), (right, bottom) = _extremes(other)
    (low, high), (far, deep) = _extremes(reading)
    across, down = (low + far) / 2, (high + deep) / 2
    return reading.format == other.format and left <= across <= right and top <= down <= bottom


def _extremes(reading: Reading) -> tuple[tuple[int, int], tuple[int, int]]:
    across, down = zip(*reading.corners, strict=True)
    return (min(across), min(down)), (max(across), max(down))
