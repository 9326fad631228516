"""The lines that a printer may hang on: the network, a serial line, the kernel's USB printer, a file."""

import errno
import os
import select
import socket
from pathlib import Path

from firmware.drivers.device import DeviceLost, DeviceNotOpened
from firmware.drivers.serial import LineSettings, SerialLine

__all__ = ["FileLine", "KernelLine", "NetworkLine", "TtyLine"]

CONNECT_SECONDS = 3.0
TAKE_SECONDS = 10.0
"""For which a printer may leave what is sent untaken: it prints what it has, or waits for paper."""
CHUNK = 4096
MORSEL = 64
"""Bytes handed to a serial line at once: at 1,200 baud half a second's worth."""


class NetworkLine:
    """A printer's own socket, as a rule on port 9100; raises DeviceNotOpened.

    It is held for one receipt at a time: a printer has one connection for all tills, and drops one that is idle.
    """

    def __init__(self, host: str, port: int) -> None:
        self.device = f"tcp://{host}:{port}"
        self._place = (host, port)
        self._socket: socket.socket | None = None
        try:
            self._connected()
        except OSError as error:
            raise DeviceNotOpened(self.device, str(error)) from None

    def write(self, data: bytes) -> None:
        """See Line."""
        try:
            self._connected().sendall(data)
        except OSError as error:
            raise DeviceLost(self.device, str(error)) from None

    def read(self, timeout: float) -> bytes:
        """See Line."""
        try:
            line = self._connected()
            if not _comes(line.fileno(), timeout):
                return b""
            data = line.recv(CHUNK)
        except OSError as error:
            raise DeviceLost(self.device, str(error)) from None
        if not data:
            raise DeviceLost(self.device, "it has hung up")
        return data

    def rest(self) -> None:
        """See Line."""
        line, self._socket = self._socket, None
        if line is not None:
            line.close()

    def close(self) -> None:
        """See Line."""
        self.rest()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._place, CONNECT_SECONDS)
            self._socket.settimeout(TAKE_SECONDS)
        return self._socket


class TtyLine:
    """A printer on a serial line, which is slower than paper: it is never sent more than it prints."""

    def __init__(self, settings: LineSettings) -> None:
        self.device = settings.device
        self._serial = SerialLine(settings)

    def write(self, data: bytes) -> None:
        """See Line."""
        for begin in range(0, len(data), MORSEL):
            self._serial.write(data[begin : begin + MORSEL])

    def read(self, timeout: float) -> bytes:
        """See Line."""
        return self._serial.read(timeout)

    def rest(self) -> None:
        """See Line."""

    def close(self) -> None:
        """See Line."""
        self._serial.close()


class KernelLine:
    """A USB printer as the kernel's usblp offers it, `/dev/usb/lp0`; raises DeviceNotOpened."""

    def __init__(self, device: str, path: Path) -> None:
        self.device = device
        try:
            self._file: int | None = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError as error:
            raise DeviceNotOpened(device, str(error)) from None

    def write(self, data: bytes) -> None:
        """See Line."""
        rest = memoryview(data)
        while rest:
            try:
                if not _comes(self._open(), TAKE_SECONDS, select.POLLOUT):
                    raise DeviceLost(self.device, f"it has taken nothing for {TAKE_SECONDS:g} s")
                rest = rest[os.write(self._open(), rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise DeviceLost(self.device, str(error)) from None

    def read(self, timeout: float) -> bytes:
        """See Line."""
        try:
            return os.read(self._open(), CHUNK) if _comes(self._open(), timeout) else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceLost(self.device, str(error)) from None

    def rest(self) -> None:
        """See Line."""

    def close(self) -> None:
        """See Line."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _open(self) -> int:
        assert self._file is not None  # its printer is closed before it is
        return self._file


class FileLine:
    """A file that receipts are appended to, or a device that takes what is written; raises DeviceNotOpened."""

    def __init__(self, path: Path) -> None:
        self.device = f"file:{path}"
        try:
            self._file: int | None = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise DeviceNotOpened(self.device, str(error)) from None

    def write(self, data: bytes) -> None:
        """See Line."""
        rest = memoryview(data)
        assert self._file is not None  # its printer is closed before it is
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise DeviceLost(self.device, str(error)) from None

    def read(self, timeout: float) -> bytes:
        """Nothing ever comes; see Line."""
        return b""

    def rest(self) -> None:
        """See Line."""

    def close(self) -> None:
        """See Line."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _comes(file: int, timeout: float, events: int = select.POLLIN) -> bool:
    """Whether something is there to be read, or room to write; raises OSError when the other side is gone."""
    poll = select.poll()
    poll.register(file, events)
    found = poll.poll(timeout * 1000)
    if found and found[0][1] & (select.POLLERR | select.POLLNVAL):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
    return bool(found)
