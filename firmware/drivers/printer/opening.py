"""Printer strings: which one opens what."""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from msgspec.structs import replace

from firmware.drivers.device import Address, parse_device
from firmware.drivers.printer.escpos import EscposPrinter, Manner
from firmware.drivers.printer.folder import FolderPrinter, NoPrinter
from firmware.drivers.printer.lines import FileLine, KernelLine, NetworkLine, TtyLine
from firmware.drivers.printer.protocol import Printer
from firmware.drivers.printer.usb import usb_printer
from firmware.drivers.serial import parse_serial

__all__ = ["ACCEPTED", "open_printer", "printer_opener"]

ACCEPTED = (
    "usb:04b8:0202",
    "serial:/dev/ttyUSB0?baud=115200",
    "tcp://192.0.2.7:9100",
    "tcp://192.0.2.7:9100?width=384&cut=no&answers=no",
    "file:PATH",
    "png:FOLDER",
    "none:",
)
MANNER = ("width", "cut", "answers")
BAUD = 115_200
PORT = 9100
NARROWEST, WIDEST = 192, 2304
NUMBERS = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")

Opener = Callable[[], Printer]


def open_printer(device: str) -> Printer:
    """Open a printer by its string; raises DeviceUnknown, DeviceNotOpened."""
    return printer_opener(device)()


def printer_opener(device: str) -> Opener:
    """Understand a printer's string now and open it later, again and again; raises DeviceUnknown."""
    address = parse_device("printer", device, ACCEPTED)
    form = FORMS.get(address.scheme)
    if form is None:
        raise address.unknown()
    return form(address)


def _usb(address: Address) -> Opener:
    address.expect_options(*MANNER)
    match = NUMBERS.fullmatch(address.rest)
    if match is None:
        raise address.refused("the maker's and the product's number are due, as lsusb shows them, such as 04b8:0202")
    vendor, product = match[1].lower(), match[2].lower()
    device, manner = f"usb:{vendor}:{product}", _manner(address)
    return lambda: EscposPrinter(KernelLine(device, usb_printer(device, vendor, product)), manner)


def _serial(address: Address) -> Opener:
    address.expect_options("baud", "format", *MANNER)
    line = {name: value for name, value in address.options.items() if name not in MANNER}
    settings, manner = parse_serial(replace(address, options=line), BAUD), _manner(address)
    return lambda: EscposPrinter(TtyLine(settings), manner)


def _tcp(address: Address) -> Opener:
    address.expect_options(*MANNER)
    try:
        parts = urlsplit(f"tcp:{address.rest}")
        host, port = parts.hostname, parts.port or PORT
    except ValueError as error:
        raise address.refused(str(error)) from None
    if not host or parts.path or parts.username is not None or parts.fragment:
        raise address.refused("a host and a port are due, such as tcp://192.0.2.7:9100")
    manner = _manner(address)
    return lambda: EscposPrinter(NetworkLine(host, port), manner)


def _file(address: Address) -> Opener:
    address.expect_options("width", "cut")
    path, manner = address.path(), _manner(address)._replace(answers=False)
    return lambda: EscposPrinter(FileLine(path), manner)


def _png(address: Address) -> Opener:
    address.expect_options("width")
    return partial(FolderPrinter, address.path(), _manner(address).width)


def _none(address: Address) -> Opener:
    address.expect_options("width")
    address.expect_nothing()
    return partial(NoPrinter, _manner(address).width)


def _manner(address: Address) -> Manner:
    return Manner(_width(address), _whether(address, "cut"), _whether(address, "answers"))


def _width(address: Address) -> int:
    text = address.options.get("width", str(Manner().width))
    if not (text.isascii() and text.isdigit() and NARROWEST <= int(text) <= WIDEST and int(text) % 8 == 0):
        raise address.refused(f"width {text!r} is no multiple of 8 from {NARROWEST} to {WIDEST} dots")
    return int(text)


def _whether(address: Address, option: str) -> bool:
    answer = address.options.get(option, "yes")
    if answer not in ("yes", "no"):
        raise address.refused(f"{option}={answer} is neither yes nor no")
    return answer == "yes"


FORMS: dict[str, Callable[[Address], Opener]] = {
    "usb": _usb,
    "serial": _serial,
    "tcp": _tcp,
    "file": _file,
    "png": _png,
    "none": _none,
}
