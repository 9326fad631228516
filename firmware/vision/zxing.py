"""zxing-cpp over a frame, in three ways that each read what the ones before it miss."""

from collections.abc import Collection
from itertools import accumulate

import zxingcpp
from PIL import Image

from firmware.codes.symbology import PackSymbology, Symbology
from firmware.vision.frame import Format, Frame, Reading

__all__ = ["read_halved", "read_negative", "read_plain"]

NAME = "zxing-cpp"
STRIPED: frozenset[Format] = frozenset({Symbology.CODE_128, Symbology.ITF, Symbology.PDF417, *PackSymbology})
"""What the later passes look for: the matrix symbologies gain nothing from them."""
NEGATIVE = bytes(255 - level for level in range(256))
HALF = 127
"""The level at which zxing-cpp's fixed threshold lies."""
EXTREMES = 0.02
"""The share of pixels, at each end, that does not count as the frame's darkest and lightest."""


def read_plain(frame: Frame, formats: Collection[Format]) -> list[Reading]:
    """Dark and light judged place by place; also light-on-dark symbols of the matrix kind."""
    return _readings(frame, frame.pixels, formats, zxingcpp.Binarizer.LocalAverage, try_invert=True)


def read_halved(frame: Frame, formats: Collection[Format]) -> list[Reading]:
    """One threshold for the whole frame, midway between its dark and its light: what noise makes of narrow bars.

    Measured on simulated photographs: at a usual blur and noise, it reads one striped symbol in eight that
    the plain pass misses, in half the time.
    """
    striped = STRIPED.intersection(formats)
    if not striped:
        return []
    flat = bytes(frame.pixels)
    shift = HALF - _midway(Image.frombuffer("L", (frame.width, frame.height), flat, "raw", "L", 0, 1))
    centred = flat.translate(bytes(min(255, max(0, level + shift)) for level in range(256)))
    return _readings(frame, centred, striped, zxingcpp.Binarizer.FixedThreshold)


def read_negative(frame: Frame, formats: Collection[Format]) -> list[Reading]:
    """Light-on-dark symbols of the striped kind, which zxing-cpp's own inverted search leaves out."""
    striped = STRIPED.intersection(formats)
    if not striped:
        return []
    return _readings(frame, bytes(frame.pixels).translate(NEGATIVE), striped, zxingcpp.Binarizer.LocalAverage)


def _readings(
    frame: Frame,
    pixels: bytes | memoryview,
    formats: Collection[Format],
    binarizer: zxingcpp.Binarizer,
    *,
    try_invert: bool = False,
) -> list[Reading]:
    if not formats:
        return []
    rows = memoryview(pixels).cast("B", shape=[frame.height, frame.width])
    wanted = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in sorted(formats)])
    found = zxingcpp.read_barcodes(
        rows, formats=wanted, binarizer=binarizer, try_invert=try_invert, text_mode=zxingcpp.TextMode.Plain
    )
    return [_reading(barcode) for barcode in found]


def _reading(barcode: zxingcpp.Barcode) -> Reading:
    at = barcode.position
    corners = tuple((point.x, point.y) for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
    return Reading(barcode.text, _format(barcode), NAME, corners)


def _format(barcode: zxingcpp.Barcode) -> str:
    """The symbology's name; of those that zxing-cpp counts as one, the EANs and the UPC, each its own."""
    family = barcode.symbology
    return barcode.format.name if family == zxingcpp.BarcodeFormat.EANUPC else family.name


def _midway(image: Image.Image) -> int:
    counts = image.histogram()
    ignored = image.width * image.height * EXTREMES
    return (_reached(counts, ignored) + 255 - _reached(counts[::-1], ignored)) // 2


def _reached(counts: list[int], target: float) -> int:
    """The first level by which more than `target` pixels were counted."""
    return next(level for level, total in enumerate(accumulate(counts)) if total > target)
