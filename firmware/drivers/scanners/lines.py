"""From a scanner's bytes to its lines, however hostile the bytes."""

from collections import deque

from firmware.codes import Scan

__all__ = ["LONGEST_LINE", "PATIENCE", "Lines"]

LONGEST_LINE = 512
"""Bytes, without the end; any symbol that means something here is shorter."""
PATIENCE = 1.0
"""Monotonic seconds within which a line that was begun must end: half a number must never be put before the next."""
MOST_WAITING = 256
"""Lines and faults that wait to be read; what comes beyond is dropped, and said so once."""
ENDS = frozenset(b"\r\n")
GOOD = frozenset(range(0x20, 0x7F)) | {0x1D}
"""Printable ASCII, and the separator of GS1 elements."""


class Lines:
    """Takes bytes and gives scans, or the fault of each line that was dropped; holds no more than a bounded lot.

    A line ends with CR, LF or both; an empty one is nothing. What follows a line that was dropped half is dropped up
    to its end too: the end of a number must never pass for another number.
    """

    def __init__(self) -> None:
        self._waiting: deque[Scan | str] = deque()
        self._begun = bytearray()
        self._since = 0.0
        self._fault: str | None = None
        self._skipping = False

    def take(self, data: bytes, now: float) -> None:
        """Take what came at that time."""
        if data:
            self.settle(now)
        for byte in data:
            if byte in ENDS:
                self._end()
            else:
                self._add(byte, now)

    def settle(self, now: float) -> None:
        """Drop a line that was begun too long ago."""
        if self._open and now - self._since >= PATIENCE:
            self.spoil("a line that did not end")

    def spoil(self, fault: str) -> None:
        """Drop the line that is begun, or the one that begins now, up to its end: part of it is lost."""
        self._put(fault)
        self._begun.clear()
        self._fault = None
        self._skipping = True

    def finish(self) -> None:
        """Nothing more comes: a line that was begun has no end."""
        if self._open:
            self.spoil("a line that did not end")

    def next(self) -> Scan | str | None:
        """The next scan or fault; None when none waits."""
        return self._waiting.popleft() if self._waiting else None

    @property
    def _open(self) -> bool:
        return bool(self._begun) or self._fault is not None

    def _add(self, byte: int, now: float) -> None:
        if self._skipping or self._fault is not None:
            return
        if not self._open:
            self._since = now
        self._begun.append(byte)
        if byte not in GOOD:
            self._fault = f"a line with the byte {byte:02X}, which no symbol at a till holds"
        elif len(self._begun) > LONGEST_LINE:
            self._fault = f"a line of more than {LONGEST_LINE} bytes"

    def _end(self) -> None:
        if self._open:
            self._put(self._fault or Scan.parse(self._begun.decode("ascii")))
        self._begun.clear()
        self._fault = None
        self._skipping = False

    def _put(self, news: Scan | str) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(news)
        elif isinstance(self._waiting[-1], Scan):
            self._waiting[-1] = "more lines at once than are kept"
