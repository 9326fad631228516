"""The printer's double keeps to the command reference."""

import pytest
from PIL import Image

from tests.contracts.printers.escpos import EscposDouble, PrinterMisused


class Talk:
    """A printer and all that it has said."""

    def __init__(self, rows: int | None = None) -> None:
        self.printer = EscposDouble(16, rows)
        self.said = b""
        self.printer.plug(self.hear)

    def hear(self, data: bytes) -> None:
        self.said += data


def ink(picture: Image.Image) -> set[tuple[int, int]]:
    return {(x, y) for x in range(picture.width) for y in range(picture.height) if not picture.getpixel((x, y))}


def test_a_raster_is_drawn_from_the_left_with_the_highest_bit_first() -> None:
    talk = Talk()
    talk.printer.take(b"\x1b@\x1dv0\x00\x01\x00\x02\x00\x80\x01")
    assert ink(talk.printer.hanging()) == {(0, 0), (7, 1)}


def test_a_command_may_come_in_pieces() -> None:
    talk = Talk()
    for byte in b"\x1dv0\x00\x01\x00\x01\x00\x40\x1dV\x42\x00":
        talk.printer.take(bytes([byte]))
    assert ink(talk.printer.out[0]) == {(1, 0)}


def test_the_knife_is_further_on_than_the_head() -> None:
    talk = Talk()
    talk.printer.take(b"\x1dv0\x00\x01\x00\x01\x00\xff\x1dV\x42\x00\x1bJ\x05\x1dV\x00")
    assert [picture.height for picture in talk.printer.out] == [121, 5]


def test_real_time_questions_are_answered_at_once_and_even_as_dots() -> None:
    talk = Talk()
    talk.printer.take(b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x04")
    assert talk.said == b"\x12"
    assert talk.printer.hanging().height == 3
    talk.printer.rows = 0
    talk.printer.take(b"\x10")
    talk.printer.take(b"\x04\x04\x10\x04\x02\x10\x04\x01")
    assert talk.said == b"\x12\x72\x32\x1a"


@pytest.mark.parametrize(("fault", "cause"), [("cover_open", 0x16), ("broken", 0x52)])
def test_a_printer_that_cannot_print_says_why_and_keeps_what_it_has(fault: str, cause: int) -> None:
    talk = Talk()
    setattr(talk.printer, fault, True)
    talk.printer.take(b"\x10\x04\x02\x1bJ\x05")
    assert talk.said == bytes([cause])
    setattr(talk.printer, fault, False)
    talk.printer.take(b"\x1bJ\x05")
    assert talk.printer.hanging().height == 10


def test_the_question_that_waits_its_turn_is_answered_after_what_was_sent_before_and_not_without_paper() -> None:
    talk = Talk(rows=4)
    talk.printer.take(b"\x1bJ\x03\x1dr\x01")
    assert talk.said == b"\x00"
    talk.printer.take(b"\x1bJ\x03\x1dr\x01")
    assert talk.said == b"\x00"
    assert talk.printer.hanging().height == 4
    talk.printer.new_roll()
    talk.printer.take(b"\x1bJ\x03\x1dr\x01")
    assert talk.said == b"\x00\x00"
    assert talk.printer.hanging().height == 3


@pytest.mark.parametrize(
    "bad",
    [
        b"Hello",
        b"\x1d!\x00",
        b"\x1dv0\x00\x03\x00\x01\x00abc",
        b"\x1dv0\x00\x00\x00\x01\x00\x1b@",
        b"\x1dv0\x03\x01\x00\x01\x00a",
    ],
)
def test_what_the_reference_does_not_allow_or_does_not_fit_the_paper_is_misuse(bad: bytes) -> None:
    with pytest.raises(PrinterMisused):
        Talk().printer.take(bad)
