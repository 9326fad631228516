"""Scanner strings: which one opens what."""

import ipaddress
from collections.abc import Callable
from functools import partial

from firmware.drivers.device import Address, parse_device
from firmware.drivers.scanners.evdev import EvdevScanner
from firmware.drivers.scanners.layouts import LAYOUTS
from firmware.drivers.scanners.none import NoScanner
from firmware.drivers.scanners.protocol import Scanner
from firmware.drivers.scanners.serial import SerialScanner
from firmware.drivers.scanners.tcp import TcpScanner
from firmware.drivers.serial import parse_serial

__all__ = ["ACCEPTED", "open_scanner", "scanner_opener"]

ACCEPTED = (
    "serial:/dev/ttyUSB0",
    "serial:/dev/rfcomm0?baud=115200&format=8N1",
    "evdev:/dev/input/event4",
    "evdev:NAME PATTERN?layout=de",
    "tcp://127.0.0.1:4100",
    "tcp://0.0.0.0:4100?from=192.0.2.7,192.0.2.8",
    "none:",
)
BAUD = 9600
"""To which most scanners are set when they leave their box."""

Opener = Callable[[], Scanner]


def open_scanner(device: str) -> Scanner:
    """Open a scanner by its string; raises DeviceUnknown, DeviceNotOpened."""
    return scanner_opener(device)()


def scanner_opener(device: str) -> Opener:
    """Understand a scanner's string now and open it later, again and again; raises DeviceUnknown."""
    address = parse_device("scanner", device, ACCEPTED)
    form = FORMS.get(address.scheme)
    if form is None:
        raise address.unknown()
    return form(address)


def _serial(address: Address) -> Opener:
    return partial(SerialScanner, parse_serial(address, BAUD))


def _evdev(address: Address) -> Opener:
    address.expect_options("layout")
    if not address.rest:
        raise address.refused("a path or a name of an input device is due")
    layout = address.options.get("layout", "us")
    if layout not in LAYOUTS:
        raise address.refused(f"layout={layout} is none of {', '.join(LAYOUTS)}")
    return partial(EvdevScanner, address.rest, layout)


def _tcp(address: Address) -> Opener:
    address.expect_options("from")
    host, colon, port = address.rest.removeprefix("//").rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not address.rest.startswith("//") or not colon or not _is_port(port):
        raise address.refused("//ADDRESS:PORT is due after tcp:")
    own = _address(address, host)
    allowed = [str(_address(address, peer)) for peer in filter(None, address.options.get("from", "").split(","))]
    if not allowed and not own.is_loopback:
        raise address.refused("from= must name the scanners where others can reach this address")
    return partial(TcpScanner, str(own), int(port), allowed)


def _none(address: Address) -> Opener:
    address.expect_options()
    address.expect_nothing()
    return NoScanner


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535


def _address(address: Address, text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise address.refused(f"{text!r} is no address such as 192.0.2.7") from None


FORMS: dict[str, Callable[[Address], Opener]] = {"serial": _serial, "evdev": _evdev, "tcp": _tcp, "none": _none}
