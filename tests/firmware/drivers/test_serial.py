"""A serial line over a real pseudo terminal."""

import os
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.drivers.device import DeviceClosed, DeviceLost, DeviceNotOpened, DeviceUnknown, parse_device
from firmware.drivers.serial import LineSettings, SerialLine, parse_serial
from tests.contracts.rigs.scanners import Pty


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.hang_up()


@pytest.fixture
def line(pty: Pty) -> Iterator[SerialLine]:
    line = SerialLine(pty.settings)
    yield line
    line.close()


def parsed(device: str) -> LineSettings:
    return parse_serial(parse_device("scanner", device, ("serial:/dev/ttyUSB0",)), 9600)


def test_every_byte_passes_both_ways_unchanged(pty: Pty, line: SerialLine) -> None:
    every = bytes(range(256))
    pty.send(every)
    got = b""
    while len(got) < len(every):
        got += line.read(1.0)
    assert got == every
    line.write(every)
    assert os.read(pty.far, 1000) == every


def test_where_nothing_comes_a_read_ends_empty(line: SerialLine) -> None:
    assert line.read(0.01) == b""


def test_a_line_that_is_pulled_is_lost_for_reading_and_writing(pty: Pty, line: SerialLine) -> None:
    pty.hang_up()
    with pytest.raises(DeviceLost, match=rf"serial:{pty.path} is gone"):
        line.read(0.01)
    with pytest.raises(DeviceLost):
        line.write(b"x")


def test_a_side_that_takes_nothing_is_lost_within_a_second(line: SerialLine) -> None:
    line._port.write_timeout = 0.02
    with pytest.raises(DeviceLost, match="timeout"):
        line.write(b"x" * 1_000_000)


def test_a_line_is_for_one_program_alone(pty: Pty, line: SerialLine) -> None:
    with pytest.raises(DeviceNotOpened, match="Could not exclusively lock"):
        SerialLine(pty.settings)


def test_speed_and_bits_are_those_of_the_string(pty: Pty) -> None:
    line = SerialLine(LineSettings(pty.path, 115200, "8N2"))
    cflag, ispeed = (termios.tcgetattr(line._port.fileno())[place] for place in (2, 4))
    assert ispeed == termios.B115200
    assert cflag & termios.CSIZE == termios.CS8
    assert cflag & termios.CSTOPB
    line.close()


@pytest.mark.parametrize("path", ["/dev/ttyNONE", "/dev/null"])
def test_what_is_no_line_does_not_open(path: str) -> None:
    with pytest.raises(DeviceNotOpened, match=f"serial:{path} does not open"):
        SerialLine(LineSettings(path))


def test_a_plain_file_is_no_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceNotOpened):
        SerialLine(LineSettings(str(tmp_path / "file")))


def test_a_closed_line_is_used_no_more(line: SerialLine) -> None:
    line.close()
    line.close()
    with pytest.raises(DeviceClosed):
        line.read(0.0)
    with pytest.raises(DeviceClosed):
        line.write(b"x")


def test_a_string_may_say_speed_and_bits() -> None:
    assert parsed("serial:/dev/ttyUSB0") == LineSettings("/dev/ttyUSB0", 9600, "8N1")
    assert parsed("serial:/dev/rfcomm0?baud=115200&format=7E1") == LineSettings("/dev/rfcomm0", 115200, "7E1")


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        ("serial:", "a path such as"),
        ("serial:ttyUSB0", "a path such as"),
        ("serial:/dev/ttyUSB0?baud=9601", "baud=9601 is none of"),
        ("serial:/dev/ttyUSB0?baud=", "is none of"),
        ("serial:/dev/ttyUSB0?format=9N1", "format=9N1 is none of 8N1"),
        ("serial:/dev/ttyUSB0?parity=none", "option 'parity' where baud or format is known"),
    ],
)
def test_a_string_that_is_no_line_is_refused(device: str, fault: str) -> None:
    with pytest.raises(DeviceUnknown, match=fault):
        parsed(device)
