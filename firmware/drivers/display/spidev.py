"""An SPI bus through the kernel's own interface, `/dev/spidevB.S` (kernel: Documentation/spi/spidev.rst)."""

import fcntl
import os
from collections.abc import Callable
from typing import Any

__all__ = ["SPI_IOC_WR_MAX_SPEED_HZ", "SPI_IOC_WR_MODE", "KernelSpi"]

SPI_IOC_WR_MODE = 0x4001_6B01
SPI_IOC_WR_MAX_SPEED_HZ = 0x4004_6B04
MODE_0 = bytes(1)
"""Clock low at rest, sampled at its rising edge."""


class KernelSpi:
    """Written to only; each write is one transfer with the chip selected, of at most 4,096 bytes."""

    def __init__(self, path: str = "/dev/spidev{bus}.{select}", ioctl: Callable[..., Any] = fcntl.ioctl) -> None:
        self._path = path
        self._ioctl = ioctl
        self._file: int | None = None
        self._speed = 0

    def open(self, bus: int, select: int) -> None:
        """Raises OSError."""
        self._file = os.open(self._path.format(bus=bus, select=select), os.O_WRONLY | os.O_CLOEXEC)
        self._ioctl(self._file, SPI_IOC_WR_MODE, MODE_0)

    @property
    def max_speed_hz(self) -> int:
        """Bits a second, at most; raises OSError where it is set."""
        return self._speed

    @max_speed_hz.setter
    def max_speed_hz(self, speed: int) -> None:
        self._ioctl(self._file, SPI_IOC_WR_MAX_SPEED_HZ, speed.to_bytes(4, "little"))
        self._speed = speed

    def writebytes(self, data: list[int] | bytes) -> None:
        """Raises OSError."""
        assert self._file is not None  # luma opens before it writes
        os.write(self._file, bytes(data))

    def close(self) -> None:
        """Let the bus go; a second time does nothing."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
