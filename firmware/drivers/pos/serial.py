"""`serial:`: a POS on a serial line."""

import select
from collections import deque

from firmware.drivers.device import DeviceClosed, DeviceLost
from firmware.drivers.pos.desk import PosDesk
from firmware.drivers.pos.protocol import Pos, PosDropped, PosLost, PosNews
from firmware.drivers.serial import LineSettings, SerialLine
from firmware.pos import PosEvent, PosOdd

__all__ = ["SerialPos"]


class SerialPos(Pos):
    """One line, for as long as it is plugged in; the conversation outlives it at the desk."""

    def __init__(self, settings: LineSettings, desk: PosDesk) -> None:
        """Raises DeviceNotOpened, PosLost."""
        self._device = settings.device
        self._desk = desk
        self._news: deque[PosEvent] = deque()
        self._closed = False
        self._line = SerialLine(settings)
        self._poll = select.poll()
        self._poll.register(self._line.fileno(), select.POLLIN)
        self._poll.register(desk.waker, select.POLLIN)
        self._write(desk.opened())

    def read(self, timeout: float) -> PosNews | None:
        """See Pos."""
        if self._closed:
            raise DeviceClosed(self._device)
        if not self._news:
            self._poll.poll(self._desk.patience(timeout) * 1000)
            self._desk.woken()
            self._exchange()
        if not self._news:
            return None
        news = self._news.popleft()
        if isinstance(news, PosOdd):
            raise PosDropped(self._device, news.fault)
        return news

    def close(self) -> None:
        """See Pos."""
        if not self._closed:
            self._closed = True
            self._line.close()

    def _exchange(self) -> None:
        try:
            data = self._line.read(0.0)
        except DeviceLost as error:
            raise PosLost(error.device, error.fault) from None
        events, answer = self._desk.heard(data)
        self._news.extend(events)
        self._write(answer)

    def _write(self, data: bytes) -> None:
        if not data:
            return
        try:
            self._line.write(data)
        except DeviceLost as error:
            self._line.close()
            raise PosLost(error.device, error.fault) from None
