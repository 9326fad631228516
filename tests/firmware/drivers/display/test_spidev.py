"""The kernel's SPI interface: its numbers are the header's, and what is written arrives."""

import os
import subprocess
from pathlib import Path

import pytest

from firmware.drivers.display.spidev import SPI_IOC_WR_MAX_SPEED_HZ, SPI_IOC_WR_MODE, KernelSpi


class Kernel:
    """The ioctl calls of one device file, answered from their bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.calls: list[tuple[int, bytes]] = []
        path.write_bytes(b"")

    def ioctl(self, file: int, request: int, argument: bytes) -> int:
        assert os.path.samestat(os.fstat(file), self.path.stat())
        assert len(argument) == request >> 16 & 0x3FFF
        self.calls.append((request, argument))
        return 0


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path / "spidev1.2")


def bus(kernel: Kernel) -> KernelSpi:
    return KernelSpi(str(kernel.path.parent / "spidev{bus}.{select}"), kernel.ioctl)


def test_the_numbers_are_the_headers(tmp_path: Path) -> None:
    program = (
        "#include <stdio.h>\n#include <linux/spi/spidev.h>\nint main(void) {\n"
        'printf("%lu %lu %d", (unsigned long)SPI_IOC_WR_MODE, (unsigned long)SPI_IOC_WR_MAX_SPEED_HZ, SPI_MODE_0);\n'
        "return 0; }\n"
    )
    (tmp_path / "told.c").write_text(program)
    subprocess.run(["gcc", "-o", tmp_path / "told", tmp_path / "told.c"], check=True)
    told = subprocess.run([tmp_path / "told"], check=True, capture_output=True, text=True).stdout
    assert told == f"{SPI_IOC_WR_MODE} {SPI_IOC_WR_MAX_SPEED_HZ} 0"


def test_mode_and_speed_are_set_and_what_is_written_is_a_transfer(kernel: Kernel) -> None:
    spi = bus(kernel)
    spi.open(1, 2)
    spi.max_speed_hz = 8_000_000
    spi.writebytes([0xAE, 0xAF])
    spi.writebytes(b"\x5c")
    spi.close()
    spi.close()
    assert kernel.calls == [(SPI_IOC_WR_MODE, b"\0"), (SPI_IOC_WR_MAX_SPEED_HZ, b"\x00\x12\x7a\x00")]
    assert spi.max_speed_hz == 8_000_000
    assert kernel.path.read_bytes() == b"\xae\xaf\x5c"


def test_a_bus_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        KernelSpi(str(tmp_path / "spidev{bus}.{select}")).open(0, 0)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_file_that_is_no_spi_bus_is_an_error_and_is_closed(tmp_path: Path) -> None:
    before = open_files()
    (tmp_path / "spidev0.0").write_bytes(b"")
    spi = KernelSpi(str(tmp_path / "spidev{bus}.{select}"))
    with pytest.raises(OSError, match="ioctl"):
        spi.open(0, 0)
    spi.close()
    assert open_files() == before
