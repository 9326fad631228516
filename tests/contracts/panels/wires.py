"""The wires that a panel hangs on, seen from the panel: an I2C bus, and SPI with its two pins beside."""

import errno
from typing import Any, Protocol

from PIL import Image

__all__ = ["I2cBus", "Panel", "PanelMisused", "SpiBus"]


class PanelMisused(AssertionError):
    """What the data sheet does not allow."""


class Panel(Protocol):
    """A controller and its glass."""

    def command(self, byte: int) -> None:
        """A byte while data/command is low."""

    def data(self, byte: int) -> None:
        """A byte while data/command is high."""

    def picture(self) -> Image.Image:
        """What a person sees."""


class I2cBus:
    """An opened SMBus with one panel on it; it takes what smbus2 takes and keeps to the SMBus limit of 32 bytes."""

    def __init__(self, panel: Panel, address: int = 0x3C) -> None:
        self.panel = panel
        self.address = address
        self.plugged = True
        self.closed = False
        self.sent: list[bytes] = []

    def write_i2c_block_data(self, address: int, register: int, data: list[int]) -> None:
        if len(data) > 32:
            raise PanelMisused(f"{len(data)} bytes in one SMBus block")
        self._write(address, bytes([register, *data]))

    def i2c_rdwr(self, *messages: object) -> None:
        for message in messages:
            self._write(message.addr, bytes(message))  # type: ignore[attr-defined, call-overload]

    def close(self) -> None:
        self.closed = True

    def transaction(self, message: bytes) -> None:
        """One write: control bytes, each followed by one byte (Co set) or all the rest (SSD1306, clause 8.1.5.2)."""
        rest = list(message)
        while rest:
            control = rest.pop(0)
            if control & 0x3F:
                raise PanelMisused(f"control byte {control:#04x}")
            if not rest:
                raise PanelMisused("a control byte with nothing after it")
            count = 1 if control & 0x80 else len(rest)
            take = self.panel.data if control & 0x40 else self.panel.command
            for byte in rest[:count]:
                take(byte)
            del rest[:count]

    def _write(self, address: int, message: bytes) -> None:
        if self.closed:
            raise OSError(errno.EBADF, "the bus is closed")
        if address != self.address or not self.plugged:
            raise OSError(errno.EREMOTEIO, "nobody acknowledges")
        self.sent.append(message)
        self.transaction(message)


class SpiBus:
    """An SPI bus and the two lines of a panel on it: what is written is looked at with the lines as they then are."""

    BUFFER = 4096
    """What spidev takes in one transfer."""

    def __init__(self, panel: Panel, fastest: int, place: tuple[int, int] = (0, 0)) -> None:
        self.panel = panel
        self.fastest = fastest
        self.place = place
        self.plugged = True
        self.opened = self.closed = False
        self.sent: list[tuple[str, bytes]] = []
        self.dc: Any = None
        self.reset: Any = None
        """Two of gpiozero's mock pins; without the second the panel resets itself when it gets power."""
        self.max_speed_hz = 500_000

    def open(self, bus: int, select: int) -> None:
        if not self.plugged or (bus, select) != self.place:
            raise FileNotFoundError(errno.ENOENT, "no such device")
        self.opened, self.closed = True, False

    def writebytes(self, data: list[int] | bytes) -> None:
        if self.closed or not self.opened or not self.plugged:
            raise OSError(errno.ESHUTDOWN, "the bus is gone")
        if len(data) > self.BUFFER:
            raise OSError(errno.EMSGSIZE, "message too long")
        if self.max_speed_hz > self.fastest:
            raise PanelMisused(f"{self.max_speed_hz} bits a second")
        if self.reset is not None and [state for _, state in self.reset.states][-2:] != [False, True]:
            raise PanelMisused("not reset, or held in reset")
        self.sent.append(("data" if self.dc.state else "command", bytes(data)))
        take = self.panel.data if self.dc.state else self.panel.command
        for byte in bytes(data):
            take(byte)

    def close(self) -> None:
        self.closed = True
