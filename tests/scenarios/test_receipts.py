"""A printer and a display for the customer at a real terminal: what fails there delays no sale."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from firmware.codes import receipt_of
from firmware.flow.keys import Key, Signal
from tests.scenarios.alone import AloneTerminal

DEVICES = """
customer_display = "png:facing"
printer = "png:paper"
[receipt]
name = "Kiku Bakery"
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[AloneTerminal]:
    terminal = AloneTerminal(tmp_path, DEVICES)
    terminal.start()
    yield terminal
    terminal.program.stop()


def printed(terminal: AloneTerminal, number: int) -> Path:
    """A receipt, once it is out."""
    path = terminal.places.work / "paper" / f"receipt-{number:04}.png"
    terminal.until(f"receipt {number}", path.exists)
    return path


def test_a_sale_is_booked_while_the_printer_and_the_second_display_are_away(terminal: AloneTerminal) -> None:
    terminal.sign_on()
    terminal.show()
    terminal.key(3400)
    assert terminal.kinds()[-1] == "purchase"
    (terminal.places.work / "paper").mkdir()
    (terminal.places.work / "facing").mkdir()
    assert printed(terminal, 1)
    terminal.until("the thanks", (terminal.places.work / "facing" / "current.png").exists)


def test_a_receipt_held_up_takes_its_sale_back(terminal: AloneTerminal) -> None:
    (terminal.places.work / "paper").mkdir()
    terminal.sign_on()
    terminal.show()
    terminal.key(3400)
    receipt = printed(terminal, 1)
    terminal.counter.press(Key.CANCEL)
    terminal.counter.press(Key.DIGIT_5, Key.DOUBLE_ZERO, Key.ENTER)
    terminal.gives(Signal.DONE, lambda: terminal.counter.press(Key.ENTER))
    with Image.open(receipt) as picture:
        codes = [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]
    (entry,) = [found for text in codes if (found := receipt_of(text))]
    assert (entry.terminal, entry.seq) == ("t-alone", 3)
    screen = terminal.counter.screen_version()
    terminal.counter.hold(receipt.read_bytes())
    terminal.until("the sale shown", lambda: terminal.counter.screen_version() != screen)
    terminal.counter.put_away()
    terminal.gives(Signal.DONE, lambda: terminal.counter.press(Key.ENTER))
    assert terminal.kinds()[-1] == "void"
    assert terminal.status()["member"]["view"]["balance"] == 0
