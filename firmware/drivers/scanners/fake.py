"""A scanner in memory, driven from its far side."""

import threading

from firmware.codes import Scan
from firmware.drivers.device import DeviceClosed
from firmware.drivers.scanners.protocol import ScanDropped, Scanner, ScannerLost

__all__ = ["FakeScanner"]

DEVICE = "fake scanner"


class FakeScanner(Scanner):
    """Gives what is scanned, in order; `scan`, `garble` and `unplug` are safe from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Scan | ScanDropped] = []
        self._gone = False
        self._closed = False

    def scan(self, *lines: str) -> None:
        """Scan one symbol after the other, each as its line, with or without an identifier in front."""
        self._put(*(Scan.parse(line) for line in lines))

    def garble(self) -> None:
        """Send what no symbol holds."""
        self._put(ScanDropped(DEVICE, "no line of a scanner"))

    def unplug(self) -> None:
        """Take it away, for good."""
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def read(self, timeout: float) -> Scan | None:
        """See Scanner."""
        with self._changed:
            if self._closed:
                raise DeviceClosed(DEVICE)
            self._changed.wait_for(lambda: self._gone or self._waiting, timeout)
            if self._gone:
                raise ScannerLost(DEVICE, "unplugged")
            found = self._waiting.pop(0) if self._waiting else None
        if isinstance(found, ScanDropped):
            raise found
        return found

    def close(self) -> None:
        """See Scanner."""
        self._closed = True

    def _put(self, *news: Scan | ScanDropped) -> None:
        with self._changed:
            self._waiting.extend(news)
            self._changed.notify_all()
