"""`png:` and `none:`: a printer that is a folder of pictures, and one that prints for nobody."""

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from firmware.drivers.device import DeviceClosed, DeviceNotOpened
from firmware.drivers.printer.protocol import Printer, PrinterLost, check_receipt

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["FolderPrinter", "NoPrinter"]

NUMBERED = re.compile(r"receipt-([0-9]{4,})\.png")


class NoPrinter(Printer):
    """Takes receipts and prints none."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._closed = False

    @property
    def width(self) -> int:
        """See Printer."""
        return self._width

    def print(self, receipt: "Image") -> None:
        """See Printer."""
        if self._closed:
            raise DeviceClosed("none:")
        check_receipt("none:", self._width, receipt)

    def close(self) -> None:
        """See Printer."""
        self._closed = True


class FolderPrinter(Printer):
    """Puts each receipt into a folder as `receipt-0001.png` and on, after those that are there; each appears whole."""

    def __init__(self, folder: Path, width: int) -> None:
        self._device = f"png:{folder}"
        if not folder.is_dir():
            raise DeviceNotOpened(self._device, "it is no folder")
        self._folder = folder
        self._width = width
        self._closed = False
        numbers = [int(match[1]) for path in folder.iterdir() if (match := NUMBERED.fullmatch(path.name))]
        self._next = max(numbers, default=0) + 1

    @property
    def width(self) -> int:
        """See Printer."""
        return self._width

    def print(self, receipt: "Image") -> None:
        """See Printer."""
        if self._closed:
            raise DeviceClosed(self._device)
        check_receipt(self._device, self._width, receipt)
        file = BytesIO()
        receipt.save(file, "PNG")
        name = f"receipt-{self._next:04}.png"
        part = self._folder / f".{name}.part"
        try:
            part.write_bytes(file.getvalue())
            part.replace(self._folder / name)
        except OSError as error:
            raise PrinterLost(self._device, str(error)) from None
        self._next += 1

    def close(self) -> None:
        """See Printer."""
        self._closed = True
