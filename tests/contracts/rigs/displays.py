"""Every display, with the eye that looks at it."""

import shutil
from pathlib import Path
from typing import Protocol

import pytest
from gpiozero.exc import GPIOZeroError
from gpiozero.pins.mock import MockFactory
from PIL import Image

from firmware.drivers.chip import Chip
from firmware.drivers.display.fake import FakeDisplay
from firmware.drivers.display.folder import CURRENT, FolderDisplay, NoDisplay
from firmware.drivers.display.oled import OledDisplay
from firmware.drivers.display.opening import ON_SPI, open_display
from firmware.drivers.display.protocol import Display, Size
from firmware.drivers.display.wires import SpiPlace, i2c_wire, spi_wire
from tests.contracts.panels.sh1106 import Sh1106
from tests.contracts.panels.ssd1306 import Ssd1306
from tests.contracts.panels.ssd1322 import Ssd1322
from tests.contracts.panels.wires import I2cBus, Panel, SpiBus

__all__ = [
    "BlockOledRig",
    "DisplayRig",
    "FakeRig",
    "NoneRig",
    "OledRig",
    "PngRig",
    "Sh1106Rig",
    "Sh1106SpiRig",
    "SpiRig",
    "Ssd1306SpiRig",
    "Ssd1309Rig",
    "Ssd1322Rig",
]

SIZE = (128, 64)
FASTEST = {"ssd1306": 10_000_000, "ssd1309": 10_000_000, "sh1106": 4_000_000, "ssd1322": 10_000_000}
"""Bits a second, from the serial timing of each data sheet: 100 ns a cycle, 250 ns with the SH1106."""


class DisplayRig(Protocol):
    """One kind of display and its far side."""

    size: Size

    def open(self) -> Display: ...
    def seen(self) -> Image.Image | None: ...
    def unplug(self) -> None: ...


class FakeRig:
    """The fake in memory."""

    size = SIZE

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.display = FakeDisplay()

    def open(self) -> Display:
        return self.display

    def seen(self) -> Image.Image | None:
        return self.display.lit

    def unplug(self) -> None:
        self.display.unplug()


class PngRig:
    """A folder."""

    size = SIZE

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "screens"
        self.folder.mkdir()

    def open(self) -> Display:
        return FolderDisplay(self.folder, SIZE)

    def seen(self) -> Image.Image | None:
        with Image.open(self.folder / CURRENT) as picture:
            return picture.copy()

    def unplug(self) -> None:
        shutil.rmtree(self.folder)


class NoneRig:
    """No display at all."""

    size = SIZE

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        pass

    def open(self) -> Display:
        return NoDisplay(SIZE)


class OledRig:
    """The panel at the end of the real smbus2's messages, of which only the opening of the bus is replaced."""

    name = "ssd1306"
    kind: type[Panel] = Ssd1306
    size = SIZE

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.panel = self.kind()
        self.bus = I2cBus(self.panel)
        patch.setattr("smbus2.SMBus", lambda port: self.bus)

    def open(self) -> Display:
        return open_display(f"oled:{self.name}:i2c-1@0x3c")

    def seen(self) -> Image.Image | None:
        return self.panel.picture()

    def unplug(self) -> None:
        self.bus.plugged = False


class Ssd1309Rig(OledRig):
    """Its sister, as far as the SSD1306's double is one."""

    name = "ssd1309"


class Sh1106Rig(OledRig):
    """The panel with two columns more at each side."""

    name = "sh1106"
    kind = Sh1106


class BlockOledRig(OledRig):
    """The panel on a bus that takes SMBus blocks of 32 bytes only."""

    def open(self) -> Display:
        return OledDisplay(self.name, i2c_wire("oled:ssd1306:i2c-1@0x3c", 1, 0x3C, self.bus))


class SpiRig:
    """A panel on SPI, with gpiozero's mock pins beside the bus."""

    name: str
    kind: type[Panel]
    size = SIZE
    reset: int | None = 25

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.panel = self.kind()
        self.bus = SpiBus(self.panel, FASTEST[self.name])
        self.chip_closed = False
        factory = MockFactory()
        self.chip = Chip(factory, (GPIOZeroError, OSError), self._chip_closes)
        self.bus.dc = factory.pin(24)
        self.bus.reset = factory.pin(self.reset) if self.reset else None

    def open(self) -> Display:
        place = SpiPlace(0, 0, dc=24, reset=self.reset, hertz=ON_SPI[self.name])
        return OledDisplay(self.name, spi_wire(f"oled:{self.name}:spi-0.0", place, self.bus, self.chip))

    def seen(self) -> Image.Image | None:
        return self.panel.picture()

    def unplug(self) -> None:
        self.bus.plugged = False

    def _chip_closes(self) -> None:
        self.chip_closed = True


class Ssd1322Rig(SpiRig):
    """The wide panel."""

    name = "ssd1322"
    kind = Ssd1322
    size = (256, 64)


class Sh1106SpiRig(SpiRig):
    """The 1.3 inch module with seven pins."""

    name = "sh1106"
    kind = Sh1106


class Ssd1306SpiRig(SpiRig):
    """The 0.96 inch module with seven pins, its reset not wired."""

    name = "ssd1306"
    kind = Ssd1306
    reset = None
