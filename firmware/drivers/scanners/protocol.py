"""What every scanner does, and what can go wrong with one."""

from types import TracebackType
from typing import Protocol, Self

from firmware.codes import Scan
from firmware.drivers.device import DeviceLost, InputDropped

__all__ = ["ScanDropped", "Scanner", "ScannerLost"]


class ScannerLost(DeviceLost):
    """The scanner was unplugged, or its line broke."""


class ScanDropped(InputDropped):
    """Something came that no scanner should send; what it read is not used, not even in part."""


class Scanner(Protocol):
    """Gives what was scanned, one by one, in the order of scanning."""

    def read(self, timeout: float) -> Scan | None:
        """The next scan, or None when `timeout` seconds brought none, or brought only part of one.

        Raises ScanDropped (read on), ScannerLost (close, open again), DeviceClosed.
        """

    def close(self) -> None:
        """Let the scanner go; a second time does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
