"""What holds for every printer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from firmware.drivers.device import DeviceClosed
from firmware.drivers.printer import PrinterLost, ReceiptWrong
from tests.contracts.rigs.printers import (
    FakeRig,
    FileRig,
    FullRig,
    KernelRig,
    LineRig,
    NetworkRig,
    NoneRig,
    PngRig,
    PrinterRig,
    SerialRig,
    TearRig,
)

LINES = [LineRig, NetworkRig, SerialRig, KernelRig]
SEEN = [FakeRig, PngRig, FileRig, TearRig, *LINES]
ALL = [*SEEN, NoneRig]
ONE_BY_ONE = [rig for rig in SEEN if rig is not TearRig]
TAKEN_AWAY = [FakeRig, PngRig, FullRig, *LINES]


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrinterRig]:
    rig: PrinterRig = request.param(tmp_path, monkeypatch)
    yield rig
    rig.end()


def receipt(rig: PrinterRig, seed: int, height: int = 300) -> Image.Image:
    """Ink without any symmetry, with white rows above, between and below."""
    image = Image.new("1", (rig.width, height), 1)
    for y in range(40, height - 60):
        for x in range(rig.width) if y % 90 < 60 else ():
            image.putpixel((x, y), (x * x + seed * y + x * y // 7) % 5 >= 2)
    return image


def top_of(picture: Image.Image, height: int) -> bytes:
    """The rows that were printed, without what was fed after them to the knife or the edge."""
    return picture.crop((0, 0, picture.width, height)).tobytes()


@pytest.mark.parametrize("rig", SEEN, indirect=True)
def test_what_is_printed_comes_out_dot_by_dot(rig: PrinterRig) -> None:
    with rig.open() as printer:
        printer.print(receipt(rig, 3))
    (out,) = rig.out()
    assert (out.mode, out.width) == ("1", rig.width)
    assert top_of(out, 300) == receipt(rig, 3).tobytes()
    below = out.crop((0, 300, out.width, out.height))
    assert set(below.convert("L").tobytes()) <= {255}


@pytest.mark.parametrize("rig", ONE_BY_ONE, indirect=True)
def test_each_receipt_comes_out_by_itself_and_in_turn(rig: PrinterRig) -> None:
    with rig.open() as printer:
        for seed in (3, 5, 3):
            printer.print(receipt(rig, seed, 200))
    assert [top_of(out, 200) for out in rig.out()] == [receipt(rig, seed, 200).tobytes() for seed in (3, 5, 3)]


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_every_printer_says_its_width(rig: PrinterRig) -> None:
    with rig.open() as printer:
        assert printer.width == rig.width


@pytest.mark.parametrize("rig", ALL, indirect=True)
@pytest.mark.parametrize(
    ("mode", "size", "fault"), [("1", (575, 100), "575 x 100"), ("1", (0, 0), "0 x 0"), ("L", (576, 9), "mode 'L'")]
)
def test_a_receipt_that_does_not_fit_is_refused_by_name_and_nothing_is_printed(
    rig: PrinterRig, mode: str, size: tuple[int, int], fault: str
) -> None:
    with rig.open() as printer, pytest.raises(ReceiptWrong, match=fault):
        printer.print(Image.new(mode, size))


@pytest.mark.parametrize("rig", TAKEN_AWAY, indirect=True)
def test_a_printer_that_is_taken_away_is_lost_and_still_closes(rig: PrinterRig) -> None:
    printer = rig.open()
    rig.unplug()
    with pytest.raises(PrinterLost, match="is gone"):
        printer.print(receipt(rig, 5))
    printer.close()
    printer.close()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_a_printer_closes_twice_and_then_prints_no_more(rig: PrinterRig) -> None:
    printer = rig.open()
    printer.close()
    printer.close()
    with pytest.raises(DeviceClosed, match="after it was closed"):
        printer.print(receipt(rig, 3))
