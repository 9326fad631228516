"""What every printer does, and what can go wrong with one."""

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from firmware.drivers.device import DeviceLost, DriverError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Printer", "PrinterLost", "PrinterNotReady", "ReceiptWrong", "check_receipt"]


class PrinterLost(DeviceLost):
    """The printer was unplugged or switched off; what it had of a receipt is to be printed again."""


class PrinterNotReady(DriverError):
    """A printer that answers and cannot print: no paper, its cover open; what it had of a receipt is not whole."""

    def __init__(self, device: str, fault: str) -> None:
        super().__init__(f"{device} does not print: {fault}; the receipt waits and is printed once that is mended")
        self.device = device
        self.fault = fault


class ReceiptWrong(DriverError):
    """A picture that this printer cannot print; nothing was printed."""

    def __init__(self, device: str, width: int, fault: str) -> None:
        super().__init__(
            f"{device} prints 1-bit pictures {width} dots wide: {fault}; nothing was printed, draw it for this printer"
        )
        self.device = device
        self.width = width


class Printer(Protocol):
    """Prints 1-bit pictures: white paper where a pixel is set, ink where it is not."""

    @property
    def width(self) -> int:
        """Dots across its paper."""

    def print(self, receipt: "Image") -> None:
        """Print a picture of mode "1" and this width, and cut the paper after it.

        Returns once it is on paper, as far as this printer tells. Raises ReceiptWrong, PrinterLost, PrinterNotReady,
        DeviceClosed; after the second and third the whole receipt is due once more.
        """

    def close(self) -> None:
        """Let the printer go; a second time does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def check_receipt(device: str, width: int, receipt: "Image") -> None:
    """Raises ReceiptWrong unless the picture is of mode "1", of the width, and not empty."""
    if receipt.mode != "1":
        raise ReceiptWrong(device, width, f"this one has mode {receipt.mode!r}")
    if receipt.width != width or not receipt.height:
        raise ReceiptWrong(device, width, f"this one has {receipt.width} x {receipt.height}")
