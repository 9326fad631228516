"""The wires that panels hang on, as luma takes them: an I2C bus, or SPI with two pins more."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from firmware.drivers.chip import Chip
from firmware.drivers.device import DeviceNotOpened

__all__ = ["SpiBus", "SpiPlace", "Wire", "i2c_wire", "spi_wire"]

NOP = 0xE3
"""The command that does nothing but be answered: asked first, for luma never lets go of a panel that it made."""
RESET_SECONDS = 0.001
"""How long a panel is held in reset, and left alone after it: 0.1 ms is due (SSD1322 data sheet, clause 8.9)."""


class Wire(NamedTuple):
    """An open wire: the panel's device string, luma's interface, what it raises when it fails, how to let it go."""

    device: str
    serial: Any
    errors: tuple[type[Exception], ...]
    close: Callable[[], None]


class SpiPlace(NamedTuple):
    """Where on SPI a panel is: bus and chip select, BCM pins for data/command and reset, and how fast it takes bits."""

    bus: int
    select: int
    dc: int
    reset: int | None
    hertz: int


class SpiBus(Protocol):
    """What luma asks of an SPI bus."""

    max_speed_hz: int

    def open(self, bus: int, select: int) -> None:
        """Raises OSError."""

    def writebytes(self, data: list[int] | bytes) -> None:
        """Raises OSError."""

    def close(self) -> None:
        """Let the bus go; a second time does nothing."""


def i2c_wire(device: str, bus: int, address: int, smbus: object | None = None) -> Wire:
    """A panel's address on an I2C bus; `smbus` is an opened SMBus to use in place of the bus's own.

    Raises DeviceNotOpened where nobody answers.
    """
    from luma.core.error import Error
    from luma.core.interface.serial import i2c

    errors = (Error, OSError)
    try:
        serial = i2c(bus=smbus, port=bus, address=address)
    except errors as error:
        raise DeviceNotOpened(device, str(error)) from None
    try:
        serial.command(NOP)
    except errors as error:
        serial.cleanup()
        raise DeviceNotOpened(device, str(error)) from None
    return Wire(device, serial, errors, serial.cleanup)


def spi_wire(device: str, place: SpiPlace, bus: SpiBus, chip: Chip) -> Wire:
    """A panel on SPI, fresh from reset where that pin is wired; the bus and the chip are closed with it.

    Raises DeviceNotOpened for a bus or a pin that is not there; a missing panel is not noticed, for SPI has no answer.
    """
    from luma.core.error import Error
    from luma.core.interface.serial import spi

    errors = (Error, *chip.errors)
    lines = _Lines(chip)

    def close() -> None:
        bus.close()
        lines.close()

    try:
        serial = spi(
            bus,
            lines,
            place.bus,
            place.select,
            place.hertz,
            gpio_DC=place.dc,
            gpio_RST=place.reset,
            reset_hold_time=RESET_SECONDS,
            reset_release_time=RESET_SECONDS,
        )
    except errors as error:
        close()
        raise DeviceNotOpened(device, str(error)) from None
    return Wire(device, serial, errors, close)


class _Lines:
    """The pins beside the bus, as luma asks for them; closed with their chip."""

    OUT, LOW, HIGH = 1, 0, 1

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._lines: dict[int, Any] = {}

    def setup(self, pin: int, _direction: int) -> None:
        """Take a pin for output."""
        from gpiozero import OutputDevice

        self._lines[pin] = OutputDevice(pin, pin_factory=self._chip.factory)

    def output(self, pin: int, level: int) -> None:
        """Set a pin's level."""
        self._lines[pin].value = level

    def close(self) -> None:
        """Let pins and chip go."""
        while self._lines:
            _, line = self._lines.popitem()
            line.close()
        self._chip.close()
