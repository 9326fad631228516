"""The bytes of a job: those that python-escpos makes of the same picture, white paper aside."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from firmware.drivers.printer.commands import (
    ASK_CAUSE,
    ASK_PAPER,
    CUT,
    INITIALIZE,
    TEAR,
    fault_of,
    is_status,
    job,
    raster,
)
from tests.contracts.printers.escpos import EscposDouble

PEER = """
import sys
from PIL import Image
from escpos.constants import RT_STATUS, RT_STATUS_PAPER
from escpos.printer import Dummy

with Image.open(sys.argv[1]) as picture:
    printers = [Dummy() for _ in range(3)]
    printers[0].image(picture, impl="bitImageRaster", fragment_height=256)
    printers[1].cut(feed=False)
    printers[2].hw("INIT")
print(*(printer.output.hex() for printer in printers), RT_STATUS.hex(), RT_STATUS_PAPER.hex())
"""


def slanted(width: int, height: int) -> Image.Image:
    """Some ink in each row."""
    picture = Image.new("1", (width, height), 1)
    for y in range(height):
        picture.paste(0, (3 * y % width, y, 3 * y % width + 5, y + 1))
    return picture


def test_pictures_and_commands_are_those_of_python_escpos(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    slanted(576, 600).save(path)
    run = subprocess.run(
        [sys.executable, "-c", PEER, str(path)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    picture, cut, initialize, status, paper = map(bytes.fromhex, run.stdout.splitlines()[-1].split())
    assert b"".join(raster(slanted(576, 600))) == picture
    assert (cut, initialize, paper) == (CUT, INITIALIZE, ASK_PAPER)
    assert status + b"\x02" == ASK_CAUSE


@given(st.binary(min_size=8, max_size=8 * 40), st.integers(0, 300), st.booleans())
@settings(max_examples=40)
def test_whatever_a_picture_holds_comes_out_as_it_is(pixels: bytes, white: int, cuts: bool) -> None:
    inked = Image.frombytes("1", (64, len(pixels) // 8), pixels[: len(pixels) // 8 * 8])
    picture = Image.new("1", (64, inked.height + white + 1), 1)
    picture.paste(inked, (0, white))
    printer = EscposDouble(64)
    for piece in job(picture, cuts):
        printer.take(piece)
    out = printer.out[0] if cuts else printer.hanging()
    assert out.crop((0, 0, 64, picture.height)).tobytes() == picture.tobytes()
    assert out.height > picture.height


def test_white_rows_cost_a_byte_each_and_no_command_is_longer_than_a_small_printer_holds() -> None:
    picture = Image.new("1", (576, 1000), 1)
    picture.paste(0, (0, 400, 576, 700))
    pieces = list(raster(picture))
    assert max(map(len, pieces)) <= 8 + 256 * 72
    assert sum(map(len, pieces)) == 700 + 300 * 72 + 8 * len(pieces)


def test_without_a_knife_the_paper_is_fed_to_where_it_is_torn() -> None:
    *_, last = job(Image.new("1", (64, 8), 1), cuts=False)
    assert last == b"\x1dv0\x00\x01\x00" + TEAR.to_bytes(2, "little") + bytes(TEAR)


@pytest.mark.parametrize(
    ("cause", "paper", "fault"),
    [
        (0x12, 0x12, None),
        (0x12, 0x1E, None),
        (0x12, 0x72, "out of paper"),
        (0x32, 0x12, "out of paper"),
        (0x16, 0x12, "cover is open"),
        (0x52, 0x12, "reports an error"),
        (0x76, 0x72, "out of paper"),
    ],
)
def test_a_state_is_a_fault_or_none(cause: int, paper: int, fault: str | None) -> None:
    told = fault_of(cause, paper)
    assert (fault in (told or "")) if fault else told is None


@pytest.mark.parametrize("no_status", [b"", b"\x12\x12", b"\x00", b"\x13", b"\x92", b"\x02"])
def test_what_is_no_status_is_told_from_one(no_status: bytes) -> None:
    assert not is_status(no_status)
    assert is_status(b"\x7e")
