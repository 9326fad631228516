"""`none:`: no scanner at all."""

from firmware.codes import Scan
from firmware.drivers.device import DeviceClosed
from firmware.drivers.pace import REAL_PACE, Pace
from firmware.drivers.scanners.protocol import Scanner

__all__ = ["NoScanner"]


class NoScanner(Scanner):
    """Nobody scans anything."""

    def __init__(self, pace: Pace = REAL_PACE) -> None:
        self._pace = pace
        self._closed = False

    def read(self, timeout: float) -> Scan | None:
        """See Scanner."""
        if self._closed:
            raise DeviceClosed("none:")
        self._pace.sleep(timeout)
        return None

    def close(self) -> None:
        """See Scanner."""
        self._closed = True
