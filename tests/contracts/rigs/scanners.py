"""Every scanner, with the hand that holds packs before it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from evdev import ecodes

from firmware.codes import Scan
from firmware.drivers.scanners.evdev import EvdevScanner
from firmware.drivers.scanners.fake import FakeScanner
from firmware.drivers.scanners.none import NoScanner
from firmware.drivers.scanners.protocol import Scanner
from firmware.drivers.scanners.serial import SerialScanner
from firmware.drivers.scanners.tcp import TcpScanner
from firmware.drivers.serial import LineSettings
from tests.contracts.pace import SteppedTime
from tests.contracts.rigs.keys import InputBox, Keypad

__all__ = ["EvdevRig", "FakeRig", "NoneRig", "Pty", "ScannerRig", "SerialRig", "TcpRig", "next_scan", "typed"]

TRIES = 100
SHIFTED = dict(zip(")!@#$%^&*(", "0123456789", strict=True))
MARKS = {"]": "RIGHTBRACE", "-": "MINUS", "/": "SLASH", ".": "DOT", " ": "SPACE"}


class ScannerRig(Protocol):
    """One kind of scanner and its far side; `scan` knows digits, letters and ]."""

    def open(self) -> Scanner: ...
    def scan(self, line: str) -> None: ...
    def garble(self) -> None: ...
    def unplug(self) -> None: ...
    def close(self) -> None: ...


def next_scan(scanner: Scanner) -> Scan | None:
    """The next scan, however many reads it takes; None when none comes."""
    for _ in range(TRIES):
        if (found := scanner.read(0.05)) is not None:
            return found
    return None


class FakeRig:
    """The fake in memory."""

    def __init__(self, folder: Path) -> None:
        self.scanner = FakeScanner()

    def open(self) -> Scanner:
        return self.scanner

    def scan(self, line: str) -> None:
        self.scanner.scan(line)

    def garble(self) -> None:
        self.scanner.garble()

    def unplug(self) -> None:
        self.scanner.unplug()

    def close(self) -> None:
        pass


class NoneRig(FakeRig):
    """No scanner at all."""

    def open(self) -> Scanner:
        return NoScanner(SteppedTime().pace)


class Pty:
    """A real pseudo terminal: `path` is the side that a program opens, `far` the other one.

    The near side is held open too, so that the far one can be read before the program opens its own.
    """

    def __init__(self) -> None:
        self.far, self._near = os.openpty()
        self.path = os.ttyname(self._near)

    @property
    def settings(self) -> LineSettings:
        return LineSettings(self.path)

    def send(self, data: bytes) -> None:
        """All of it, however little fits at once."""
        while data:
            data = data[os.write(self.far, data) :]

    def hang_up(self) -> None:
        """As when the cable is pulled."""
        if self.far >= 0:
            os.close(self.far)
            os.close(self._near)
            self.far = -1


class SerialRig:
    """The real pyserial on a pseudo terminal."""

    def __init__(self, folder: Path) -> None:
        self.pty = Pty()

    def open(self) -> Scanner:
        return SerialScanner(self.pty.settings)

    def scan(self, line: str) -> None:
        self.pty.send(f"{line}\r\n".encode())

    def garble(self) -> None:
        self.pty.send(b"\x034006\xff\r\n")

    def unplug(self) -> None:
        self.pty.hang_up()

    def close(self) -> None:
        self.pty.hang_up()


def typed(pad: Keypad, text: str) -> None:
    """Type it on a keyboard of the US."""
    for character in text:
        name = MARKS.get(character) or SHIFTED.get(character) or character.upper()
        if character.isupper() or character in SHIFTED:
            with held(pad, ecodes.KEY_LEFTSHIFT):
                pad.press(ecodes.ecodes[f"KEY_{name}"])
        else:
            pad.press(ecodes.ecodes[f"KEY_{name}"])


@contextmanager
def held(pad: Keypad, code: int) -> Iterator[None]:
    """A key kept down meanwhile."""
    report = (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
    pad.send((ecodes.EV_KEY, code, 1), report)
    yield
    pad.send((ecodes.EV_KEY, code, 0), report)


class EvdevRig:
    """evdev's reader over a pipe."""

    def __init__(self, folder: Path) -> None:
        self.pad = Keypad("/dev/input/event4", "USB Scanner", [ecodes.KEY_ENTER])

    def open(self) -> Scanner:
        return EvdevScanner("/dev/input/event4", inputs=InputBox(self.pad))

    def scan(self, line: str) -> None:
        typed(self.pad, line)
        self.pad.press(ecodes.KEY_ENTER)

    def garble(self) -> None:
        self.pad.press(ecodes.KEY_F12)
        self.scan("4006")

    def unplug(self) -> None:
        self.pad.unplug()

    def close(self) -> None:
        self.pad.close()


class TcpRig:
    """Real sockets on loopback, on a port that the kernel chooses."""

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self.connection: socket.socket | None = None

    def open(self) -> Scanner:
        scanner = TcpScanner("127.0.0.1", 0)
        self.port = scanner.port
        return scanner

    def scan(self, line: str) -> None:
        self.send(f"{line}\r\n".encode())

    def garble(self) -> None:
        self.send(b"\x02\xff\n")

    def unplug(self) -> None:
        raise AssertionError("a listener is not unplugged")

    def send(self, data: bytes) -> None:
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=5.0)
        self.connection.sendall(data)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
