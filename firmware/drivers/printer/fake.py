"""A printer in memory, looked at from its far side."""

from typing import TYPE_CHECKING

from firmware.drivers.device import DeviceClosed
from firmware.drivers.printer.protocol import Printer, PrinterLost, PrinterNotReady, check_receipt

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["FakePrinter"]

DEVICE = "fake printer"


class FakePrinter(Printer):
    """`printed` is what came out; `paper` says how many receipts the roll is good for, None for endless."""

    def __init__(self, width: int = 576, paper: int | None = None) -> None:
        self._width = width
        self._gone = False
        self._closed = False
        self.paper = paper
        self.printed: list[Image] = []

    @property
    def width(self) -> int:
        """See Printer."""
        return self._width

    def print(self, receipt: "Image") -> None:
        """See Printer."""
        if self._closed:
            raise DeviceClosed(DEVICE)
        check_receipt(DEVICE, self._width, receipt)
        if self._gone:
            raise PrinterLost(DEVICE, "unplugged")
        if self.paper == 0:
            raise PrinterNotReady(DEVICE, "it is out of paper, put a new roll in")
        if self.paper is not None:
            self.paper -= 1
        self.printed.append(receipt.copy())

    def close(self) -> None:
        """See Printer."""
        self._closed = True

    def unplug(self) -> None:
        """Take it away, for good."""
        self._gone = True
