"""Display strings: which one opens what."""

import re
from collections.abc import Callable
from functools import partial

from firmware.drivers.chip import open_chip
from firmware.drivers.device import LAST_PIN, Address, parse_device
from firmware.drivers.display.folder import FolderDisplay, NoDisplay
from firmware.drivers.display.oled import OledDisplay
from firmware.drivers.display.protocol import Display, Size
from firmware.drivers.display.spidev import KernelSpi
from firmware.drivers.display.wires import SpiPlace, i2c_wire, spi_wire

__all__ = ["ACCEPTED", "display_opener", "open_display"]

ACCEPTED = (
    "oled:ssd1306:i2c-1@0x3c",
    "oled:sh1106:i2c-1@0x3c",
    "oled:ssd1309:i2c-1@0x3c",
    "oled:ssd1322:spi-0.0?dc=24&reset=25",
    "oled:sh1106:spi-0.0?dc=24",
    "png:FOLDER",
    "png:FOLDER?keep&size=128x64",
    "none:",
)
STANDARD: Size = (128, 64)
ON_I2C = ("ssd1306", "ssd1309", "sh1106")
ON_SPI = {"ssd1306": 8_000_000, "ssd1309": 8_000_000, "sh1106": 2_000_000, "ssd1322": 8_000_000}
"""Panels, and the bits a second that their data sheets allow, rounded down to a speed that luma knows."""
LATER_PANELS = ("ssd1327",)
"""Panels that luma.oled drives and this release was never checked with."""
NAMED = re.compile(r"(\w+):(.*)")
I2C = re.compile(r"i2c-([0-9]{1,3})@0x([0-9a-fA-F]{2})")
SPI = re.compile(r"spi-([0-9]{1,2})\.([0-9])")
SIZE = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")

Opener = Callable[[], Display]


def open_display(device: str) -> Display:
    """Open a display by its string; raises DeviceUnknown, DeviceNotOpened."""
    return display_opener(device)()


def display_opener(device: str) -> Opener:
    """Understand a display's string now and open it later, again and again; raises DeviceUnknown."""
    address = parse_device("display", device, ACCEPTED)
    form = FORMS.get(address.scheme)
    if form is None:
        raise address.unknown()
    return form(address)


def _oled(address: Address) -> Opener:
    match = NAMED.fullmatch(address.rest)
    if match is None:
        raise address.refused("a panel and where it is wired are due, such as ssd1306:i2c-1@0x3c")
    panel, place = match[1], match[2]
    if panel in LATER_PANELS:
        raise address.refused(f"the panel {panel} is not in this release")
    if panel not in ON_SPI:
        raise address.refused(f"the panel {panel!r} is not known")
    if on_i2c := I2C.fullmatch(place):
        return _on_i2c(address, panel, int(on_i2c[1]), int(on_i2c[2], 16))
    if on_spi := SPI.fullmatch(place):
        return _on_spi(address, panel, int(on_spi[1]), int(on_spi[2]))
    raise address.refused(f"{place!r} is neither an I2C bus and address nor an SPI bus and select")


def _on_i2c(address: Address, panel: str, bus: int, at: int) -> Opener:
    address.expect_options()
    if panel not in ON_I2C:
        raise address.refused(f"the panel {panel} has no I2C, only SPI")
    device = f"oled:{panel}:i2c-{bus}@{at:#04x}"
    return lambda: OledDisplay(panel, i2c_wire(device, bus, at))


def _on_spi(address: Address, panel: str, bus: int, select: int) -> Opener:
    address.expect_options("dc", "reset")
    if "dc" not in address.options:
        raise address.refused("on SPI, dc names the BCM pin that tells data from commands, such as ?dc=24&reset=25")
    reset = _pin(address, "reset") if "reset" in address.options else None
    place = SpiPlace(bus, select, _pin(address, "dc"), reset, ON_SPI[panel])
    if place.dc == place.reset:
        raise address.refused("dc and reset cannot be one pin")
    device = f"oled:{panel}:spi-{bus}.{select}"
    return lambda: OledDisplay(panel, spi_wire(device, place, KernelSpi(), open_chip()))


def _pin(address: Address, name: str) -> int:
    """A pin that luma takes for one: it holds BCM 0 for none."""
    number = address.options[name]
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= LAST_PIN):
        raise address.refused(f"{name} {number!r} is no BCM pin from 1 to {LAST_PIN}")
    return int(number)


def _png(address: Address) -> Opener:
    address.expect_options("keep", "size")
    if address.options.get("keep"):
        raise address.refused("keep takes no value")
    return partial(FolderDisplay, address.path(), _size(address), keep="keep" in address.options)


def _none(address: Address) -> Opener:
    address.expect_options("size")
    address.expect_nothing()
    return partial(NoDisplay, _size(address))


def _size(address: Address) -> Size:
    text = address.options.get("size", f"{STANDARD[0]}x{STANDARD[1]}")
    match = SIZE.fullmatch(text)
    if match is None:
        raise address.refused(f"size {text!r} is not two whole numbers such as 128x64")
    return int(match[1]), int(match[2])


FORMS: dict[str, Callable[[Address], Opener]] = {"oled": _oled, "png": _png, "none": _none}
