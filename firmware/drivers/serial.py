"""A serial line, through pyserial: RS-232, USB serial and Bluetooth SPP are all a tty to Linux."""

import select
from typing import Any

from msgspec import Struct

from firmware.drivers.device import Address, DeviceClosed, DeviceLost, DeviceNotOpened

__all__ = ["LineSettings", "SerialLine", "parse_serial"]

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
FORMATS = ("8N1", "8E1", "8O1", "8N2", "7E1", "7O1", "7N2")
CHUNK = 4096
WRITE_SECONDS = 1.0
"""For which the other side may leave what is written untaken."""


class LineSettings(Struct, frozen=True):
    """Which tty, and how its bits are sent."""

    path: str
    baud: int = 9600
    format: str = "8N1"
    """Data bits, parity, stop bits."""

    @property
    def device(self) -> str:
        """As it stands in messages."""
        return f"serial:{self.path}"


def parse_serial(address: Address, baud: int) -> LineSettings:
    """Read `serial:/dev/ttyX?baud=9600&format=8N1`, where `baud` is the default; raises DeviceUnknown."""
    address.expect_options("baud", "format")
    if not address.rest.startswith("/"):
        raise address.refused("a path such as /dev/ttyUSB0 is due")
    speed = address.options.get("baud", str(baud))
    if speed not in map(str, BAUDS):
        raise address.refused(f"baud={speed} is none of {', '.join(map(str, BAUDS))}")
    form = address.options.get("format", FORMATS[0])
    if form not in FORMATS:
        raise address.refused(f"format={form} is none of {', '.join(FORMATS)}")
    return LineSettings(address.rest, int(speed), form)


class SerialLine:
    """An open line, for this process alone; used by one thread at a time."""

    def __init__(self, settings: LineSettings) -> None:
        """Raises DeviceNotOpened."""
        self._device = settings.device
        self._closed = False
        try:
            self._port = _opened(settings)
        except (ImportError, OSError, ValueError) as error:
            raise DeviceNotOpened(self._device, str(error)) from None
        self._poll = select.poll()
        self._poll.register(self._port.fileno(), select.POLLIN)

    def fileno(self) -> int:
        """For whoever waits for several things at once."""
        return int(self._port.fileno())

    def read(self, timeout: float) -> bytes:
        """What has come, or nothing when `timeout` seconds brought nothing; raises DeviceLost, DeviceClosed."""
        self._require_open()
        try:
            if not self._poll.poll(timeout * 1000):
                return b""
            return bytes(self._port.read(CHUNK))
        except OSError as error:
            raise DeviceLost(self._device, str(error)) from None

    def write(self, data: bytes) -> None:
        """Hand over all of it, within a second; raises DeviceLost, DeviceClosed."""
        self._require_open()
        try:
            self._port.write(data)
        except OSError as error:
            raise DeviceLost(self._device, str(error)) from None

    def close(self) -> None:
        """Let the line go; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self._port.close()

    def _require_open(self) -> None:
        if self._closed:
            raise DeviceClosed(self._device)


def _opened(settings: LineSettings) -> Any:
    import serial

    bits, parity, stops = list(settings.format)
    return serial.Serial(
        settings.path,
        settings.baud,
        bytesize=int(bits),
        parity=parity,
        stopbits=int(stops),
        timeout=0,
        write_timeout=WRITE_SECONDS,
        exclusive=True,
    )
