"""`none:`: no POS at all."""

from firmware.drivers.device import DeviceClosed
from firmware.drivers.pace import REAL_PACE, Pace
from firmware.drivers.pos.protocol import Pos, PosNews

__all__ = ["NoPos"]


class NoPos(Pos):
    """The terminal stands alone."""

    def __init__(self, pace: Pace = REAL_PACE) -> None:
        self._pace = pace
        self._closed = False

    def read(self, timeout: float) -> PosNews | None:
        """See Pos."""
        if self._closed:
            raise DeviceClosed("none:")
        self._pace.sleep(timeout)
        return None

    def close(self) -> None:
        """See Pos."""
        self._closed = True
