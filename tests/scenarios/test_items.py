"""A shop that sells packs: a list loaded, packs and a phone held up, lines booked, a receipt with their names."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from firmware.entries import Purchase, decode_entry
from firmware.flow.keys import Key, Signal
from firmware.journal import JournalReader
from tests.firmware.goods.items import gtin
from tests.firmware.test_eye import pack
from tests.scenarios.alone import HANA, AloneTerminal

ITEMS = """
[counter]
mode = "items"
[goods]
labels = [{ prefix = "21", holds = "weight" }]
"""
BREAD, CHEESE = "4006381333931", "2112345004327"
"""The second weighs 432 g; its item is 2112345000008."""
LIST = f"gtin,price,category,name,per\n{BREAD},250,bakery,Bread,each\n2112345000008,1999,dairy,Cheese,kg\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[AloneTerminal]:
    terminal = AloneTerminal(tmp_path, ITEMS)
    terminal.start()
    yield terminal
    terminal.program.stop()


def held_up(number: str) -> bytes:
    file = BytesIO()
    pack(number).save(file, "PNG")
    return file.getvalue()


def scan(terminal: AloneTerminal, number: str, answer: Signal = Signal.IDENTIFIED) -> None:
    """Hold a pack up until it is read, then put it away."""
    terminal.gives(answer, lambda: terminal.counter.hold(held_up(number)))
    terminal.counter.put_away()


def purchases(terminal: AloneTerminal) -> list[Purchase]:
    with closing(JournalReader(terminal.places.journal)) as reader:
        bodies = [body for (body,) in reader.connection.execute("SELECT body FROM entries ORDER BY place")]
    return [act for body in bodies if isinstance(act := decode_entry(body).act, Purchase)]


def test_a_basket_is_rung_up_and_booked_line_by_line(terminal: AloneTerminal, tmp_path: Path) -> None:
    terminal.sign_on()
    scan(terminal, gtin(400000000001).text[1:], Signal.REFUSED)  # there is no list yet
    (tmp_path / "prices.csv").write_text(LIST)
    terminal.command("prices", "load", str(tmp_path / "prices.csv"), "--config", str(terminal.config))
    terminal.counter.press(Key.DIGIT_2)
    scan(terminal, BREAD)
    scan(terminal, CHEESE)
    terminal.show(HANA)
    terminal.gives(Signal.DONE, lambda: terminal.counter.press(Key.ENTER))
    (booked,) = purchases(terminal)
    assert [(line.count, line.amount, line.category) for line in booked.lines] == [
        (2, 500, "bakery"),
        (1, 864, "dairy"),
    ]
    assert (booked.member, booked.amount, booked.categories) == (str(HANA), 1364, {"bakery": 500, "dairy": 864})
    assert sum(line.points for line in booked.lines) == sum(lot.points for lot in booked.lots) == 27
