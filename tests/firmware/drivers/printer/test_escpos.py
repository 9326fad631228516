"""The printer's state: what it says before, in the middle and after, and what becomes of the receipt."""

import pytest
from PIL import Image

from firmware.drivers.device import DeviceNotOpened
from firmware.drivers.printer import PrinterLost, PrinterNotReady
from firmware.drivers.printer.escpos import EscposPrinter, Manner, Patience
from tests.contracts.printers.escpos import EscposDouble
from tests.contracts.printers.lines import PlainLine

AT_ONCE = Patience(answer=0.0, paper=0.0)


def receipt() -> Image.Image:
    picture = Image.new("1", (576, 100), 1)
    picture.paste(0, (10, 10, 400, 90))
    return picture


def opened(double: EscposDouble) -> tuple[EscposPrinter, PlainLine]:
    line = PlainLine(double)
    return EscposPrinter(line, Manner(), AT_ONCE), line


def top(picture: Image.Image) -> bytes:
    return picture.crop((0, 0, 576, 100)).tobytes()


@pytest.mark.parametrize(
    ("fault", "words"),
    [("rows", "out of paper, put a new roll in"), ("cover_open", "cover is open"), ("broken", "look at its lamp, .*")],
)
def test_a_printer_that_cannot_print_says_why_and_nothing_is_sent(fault: str, words: str) -> None:
    double = EscposDouble()
    printer, line = opened(double)
    setattr(double, fault, 0 if fault == "rows" else True)
    with pytest.raises(PrinterNotReady, match=f"line: does not print: .*{words}; the receipt waits"):
        printer.print(receipt())
    assert b"\x1dv0" not in line.sent


def test_paper_that_ends_in_the_middle_of_a_receipt_is_told_and_the_whole_receipt_comes_from_the_new_roll() -> None:
    double = EscposDouble(rows=60)
    printer, _ = opened(double)
    with pytest.raises(PrinterNotReady, match="out of paper"):
        printer.print(receipt())
    assert double.hanging().height == 60
    double.new_roll()
    printer.print(receipt())
    assert [top(out) for out in double.out] == [top(receipt())]


def test_a_printer_that_does_not_answer_does_not_open_and_its_line_is_let_go() -> None:
    double = EscposDouble()
    double.mute = True
    line = PlainLine(double)
    with pytest.raises(DeviceNotOpened, match=r"line: does not open: it does not answer; is it on"):
        EscposPrinter(line, Manner(), AT_ONCE)
    assert line.closed


def test_a_printer_without_paper_does_not_open_and_says_so() -> None:
    line = PlainLine(EscposDouble(rows=0))
    with pytest.raises(DeviceNotOpened, match="line: does not open: it is out of paper, put a new roll in"):
        EscposPrinter(line, Manner(), AT_ONCE)
    assert line.closed


def test_what_answers_in_another_tongue_does_not_open() -> None:
    line = PlainLine(EscposDouble())
    line.printer.plug(lambda data: line.came.extend(b"\xff"))
    with pytest.raises(DeviceNotOpened, match="it answers ff, which no status is"):
        EscposPrinter(line, Manner(), AT_ONCE)


def test_a_printer_that_never_answers_prints_when_it_is_said_to_be_one() -> None:
    double = EscposDouble()
    double.mute = True
    printer = EscposPrinter(PlainLine(double), Manner(answers=False), AT_ONCE)
    printer.print(receipt())
    assert [top(out) for out in double.out] == [top(receipt())]


def test_a_printer_that_falls_silent_over_a_receipt_is_lost() -> None:
    double = EscposDouble()
    printer, line = opened(double)
    printer.print(receipt())
    double.deaf_to_done = True
    printer.print(receipt())
    assert len(double.out) == 2

    double.plug(lambda data: None if double.out[2:] else line.came.extend(data))
    with pytest.raises(PrinterLost, match="does not answer"):
        printer.print(receipt())


def test_dots_that_look_like_a_question_are_answered_in_vain() -> None:
    double = EscposDouble()
    printer, line = opened(double)
    picture = receipt()
    picture.paste(Image.frombytes("1", (24, 1), bytes(~byte & 0xFF for byte in b"\x10\x04\x04")), (0, 5))
    printer.print(picture)
    printer.print(picture)
    assert bytes(line.sent).count(b"\x10\x04\x04") > 4
    assert [top(out) for out in double.out] == [top(picture)] * 2


def test_who_never_stops_talking_is_no_printer() -> None:
    line = PlainLine(EscposDouble())
    line.came.extend(b"x")

    class Babbling(PlainLine):
        def read(self, timeout: float) -> bytes:
            return b"babble"

    with pytest.raises(DeviceNotOpened, match="it answers 626162626c65"):
        EscposPrinter(Babbling(EscposDouble()), Manner(), AT_ONCE)


def test_between_receipts_the_line_rests_whatever_became_of_one() -> None:
    double = EscposDouble()
    printer, line = opened(double)
    assert line.rests == 1
    printer.print(receipt())
    double.rows = 0
    with pytest.raises(PrinterNotReady):
        printer.print(receipt())
    assert line.rests == 3
