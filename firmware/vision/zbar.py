"""zbar over a crop: the second opinion, slower and more often wrong, so asked last."""

from collections.abc import Collection

from firmware.codes.symbology import Symbology
from firmware.vision.frame import Format, Reading
from firmware.vision.region import Region

__all__ = ["read_region"]

NAME = "zbar"
SYMBOLS = {
    Symbology.CODE_128: "CODE128",
    Symbology.ITF: "I25",
    Symbology.QR: "QRCODE",
}
"""What this zbar can read of the member formats, by its names; Aztec and PDF417 it cannot.

Packs it is not asked for: a number misread is another item's price, and the clerk holds the pack up again.
"""
FORMATS = {symbol: name for name, symbol in SYMBOLS.items()}


def read_region(region: Region, formats: Collection[Format]) -> list[Reading]:
    """Every symbol that zbar finds in the region, its corners given in the whole frame's pixels."""
    wanted = sorted(SYMBOLS.keys() & set(formats))
    if not wanted:
        return []
    from pyzbar import pyzbar  # noqa: PLC0415 - loads the libzbar of the system, which a laptop may lack

    symbols = [pyzbar.ZBarSymbol[SYMBOLS[name]] for name in wanted]
    crop = region.crop
    found = pyzbar.decode((bytes(crop.pixels), crop.width, crop.height), symbols=symbols)
    return [
        Reading(
            symbol.data.decode("utf-8", "replace"),
            FORMATS[symbol.type],
            NAME,
            tuple((region.left + point.x, region.top + point.y) for point in symbol.polygon),
        )
        for symbol in found
    ]
