"""The lines to a printer at their edges: what contracts do not reach."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from firmware.drivers.device import DeviceLost, DeviceNotOpened
from firmware.drivers.printer import lines as lines_module
from firmware.drivers.printer import open_printer
from firmware.drivers.printer.lines import FileLine, KernelLine, NetworkLine
from firmware.drivers.printer.usb import usb_printer
from tests.contracts.printers.escpos import EscposDouble
from tests.contracts.printers.lines import NetworkSocket


@pytest.fixture
def socket() -> Iterator[NetworkSocket]:
    socket = NetworkSocket(EscposDouble())
    yield socket
    socket.unplug()


def test_a_network_printer_is_left_to_others_between_receipts(socket: NetworkSocket) -> None:
    with open_printer(f"tcp://127.0.0.1:{socket.port}") as one, open_printer(f"tcp://127.0.0.1:{socket.port}") as other:
        for printer in (one, other, one):
            printer.print(Image.new("1", (576, 8), 0))
    assert socket.connections == 5
    assert len(socket.printer.out) == 3


def test_a_network_printer_that_is_off_is_named(socket: NetworkSocket) -> None:
    socket.unplug()
    with pytest.raises(DeviceNotOpened, match=rf"tcp://127.0.0.1:{socket.port} does not open: .*refused"):
        NetworkLine("127.0.0.1", socket.port)


def test_a_serial_line_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceNotOpened, match="serial:/dev/nowhere does not open"):
        open_printer("serial:/dev/nowhere")


def test_a_kernel_printer_that_takes_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "TAKE_SECONDS", 0.05)
    os.mkfifo(tmp_path / "lp0")
    line = KernelLine("usb:04b8:0202", tmp_path / "lp0")
    with pytest.raises(DeviceLost, match=r"usb:04b8:0202 is gone: it has taken nothing for 0.05 s"):
        line.write(bytes(1_000_000))
    line.close()
    line.close()


def test_a_kernel_printer_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceNotOpened, match=r"usb:04b8:0202 does not open: .*lp7"):
        KernelLine("usb:04b8:0202", tmp_path / "lp7")


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceNotOpened, match=r"file:.*nowhere.* does not open"):
        FileLine(tmp_path / "nowhere" / "receipts")


def test_a_file_is_appended_to(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        line = FileLine(tmp_path / "receipts")
        line.write(data)
        assert line.read(0.0) == b""
        line.close()
        line.close()
    assert (tmp_path / "receipts").read_bytes() == b"onetwo"


def plugged(tmp_path: Path, *numbers: tuple[str, str]) -> Path:
    """sysfs as the kernel shows USB printers with these numbers."""
    sysfs = tmp_path / "class"
    sysfs.mkdir()
    for place, (vendor, product) in enumerate(numbers):
        device = tmp_path / "devices" / f"1-{place}"
        interface = device / f"1-{place}:1.0"
        (interface / "usbmisc" / f"lp{place}").mkdir(parents=True)
        (interface / "usbmisc" / f"lp{place}" / "device").symlink_to("../..")
        (device / "idVendor").write_text(f"{vendor}\n")
        (device / "idProduct").write_text(f"{product}\n")
        (sysfs / f"lp{place}").symlink_to(interface / "usbmisc" / f"lp{place}")
    return sysfs


def found(sysfs: Path) -> Path:
    return usb_printer("usb:04b8:0202", "04b8", "0202", sysfs, Path("/dev/usb"))


def test_a_usb_printer_is_found_by_its_numbers(tmp_path: Path) -> None:
    assert found(plugged(tmp_path, ("0416", "5011"), ("04b8", "0202"))) == Path("/dev/usb/lp1")


def test_two_of_a_kind_are_not_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DeviceNotOpened, match="2 USB printers have that number, one is due"):
        found(plugged(tmp_path, ("04b8", "0202"), ("04b8", "0202")))


def test_a_printer_that_is_not_plugged_in_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(DeviceNotOpened, match=r"0 USB printers .* there are 0416:5011 at /dev/usb/lp0"):
        found(plugged(tmp_path, ("0416", "5011")))
    with pytest.raises(DeviceNotOpened, match="there are no USB printers"):
        usb_printer("usb:04b8:0202", "04b8", "0202", tmp_path / "nowhere")


def test_a_device_that_vanishes_while_it_is_looked_at_is_passed_over(tmp_path: Path) -> None:
    sysfs = plugged(tmp_path, ("04b8", "0202"), ("04b8", "0202"))
    (tmp_path / "devices" / "1-0" / "idVendor").unlink()
    assert found(sysfs) == Path("/dev/usb/lp1")
