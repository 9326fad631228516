"""`serial:`: a scanner on a serial line."""

from firmware.codes import Scan
from firmware.drivers.device import DeviceLost
from firmware.drivers.pace import REAL_PACE, Pace
from firmware.drivers.scanners.lines import Lines
from firmware.drivers.scanners.protocol import ScanDropped, Scanner, ScannerLost
from firmware.drivers.serial import LineSettings, SerialLine

__all__ = ["SerialScanner"]


class SerialScanner(Scanner):
    """One scan a line (docs/spec/codes.md, "What a scanner sends")."""

    def __init__(self, settings: LineSettings, pace: Pace = REAL_PACE) -> None:
        """Raises DeviceNotOpened."""
        self._device = settings.device
        self._pace = pace
        self._lines = Lines()
        self._line = SerialLine(settings)

    def read(self, timeout: float) -> Scan | None:
        """See Scanner."""
        found = self._lines.next()
        if found is None:
            try:
                data = self._line.read(timeout)
            except DeviceLost as error:
                raise ScannerLost(error.device, error.fault) from None
            now = self._pace.now()
            self._lines.take(data, now)
            self._lines.settle(now)
            found = self._lines.next()
        if isinstance(found, str):
            raise ScanDropped(self._device, found)
        return found

    def close(self) -> None:
        """See Scanner."""
        self._line.close()
