"""Where a printer's double is plugged in: a socket, a pseudo-terminal, or nothing but a call."""

import os
import select
import socket
import termios
import threading
import tty
from pathlib import Path

from firmware.drivers.device import DeviceLost
from tests.contracts.printers.escpos import EscposDouble

__all__ = ["NetworkSocket", "PlainLine", "Pseudo"]


class PlainLine:
    """A line without a wire, for tests of the printer alone; once it is `pulled` it raises."""

    device = "line:"

    def __init__(self, printer: EscposDouble) -> None:
        self.printer = printer
        self.came = bytearray()
        self.closed = False
        self.rests = 0
        self.sent = bytearray()
        self.pulled = False
        printer.plug(self.came.extend)

    def write(self, data: bytes) -> None:
        self._require()
        self.sent += data
        self.printer.take(data)

    def read(self, timeout: float) -> bytes:
        self._require()
        data = bytes(self.came)
        self.came.clear()
        return data

    def rest(self) -> None:
        self.rests += 1

    def close(self) -> None:
        self.closed = True

    def _require(self) -> None:
        if self.pulled:
            raise DeviceLost(self.device, "pulled out")


class Pseudo:
    """A printer at the far end of a pseudo-terminal, which Linux treats as a serial line."""

    def __init__(self, printer: EscposDouble) -> None:
        self.printer = printer
        self._master, self._slave = os.openpty()
        self._ended, self._end = os.pipe()
        tty.setraw(self._slave, termios.TCSANOW)
        self.path = Path(os.ttyname(self._slave))
        printer.plug(lambda data: os.write(self._master, data))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """The cable is pulled: the terminal hangs up."""
        if self._thread.is_alive():
            os.close(self._end)
            self._thread.join(5)
            for file in (self._slave, self._ended, self._master):
                os.close(file)

    def _serve(self) -> None:
        while self._ended not in (ready := select.select([self._master, self._ended], [], [])[0]):
            assert ready
            self.printer.take(os.read(self._master, 4096))


class NetworkSocket:
    """A printer with a socket of its own on a free port; it serves one connection at a time."""

    def __init__(self, printer: EscposDouble) -> None:
        self.printer = printer
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._serving: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Switched off: what is connected is cut, and nobody listens any more."""
        if not self._thread.is_alive():
            return
        self._listening.shutdown(socket.SHUT_RDWR)
        if self._serving is not None and self._serving.fileno() >= 0:
            self._serving.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._serving = line
            with line:
                self.printer.plug(line.sendall)
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        while True:
            try:
                data = line.recv(4096)
            except OSError:
                return
            if not data:
                return
            self.printer.take(data)
