"""Display and signals in their threads: a result counts as seen once it is drawn, never before."""

from pathlib import Path

import pytest
from PIL import Image

from firmware.config.terminal import FONT
from firmware.drivers.device import DeviceUnknown
from firmware.drivers.outage import DeviceBack, DeviceFailed
from firmware.drivers.pump import PumpStuck
from firmware.entries import EntryId
from firmware.facing import CustomerDisplay
from firmware.flow.customer import CustomerStage, CustomerView
from firmware.flow.drawing import Face
from firmware.flow.effects import Show
from firmware.flow.events import NothingToPrint, ReceiptPrinted, ResultSeen
from firmware.flow.keys import Signal
from firmware.flow.screens import Row, Screen
from firmware.flow.texts import load_texts
from firmware.outputs import Outputs
from firmware.printing import Receipts
from firmware.receipt_desk import ReceiptDesk
from firmware.receipts import Letterhead, receipt_texts
from tests.firmware.flow.counter import result
from tests.firmware.news import News
from tests.firmware.test_printing import Watched

SALE = EntryId("t-1", "0" * 16, 3)
IDLE, RESULT = Show(Screen("idle", (Row("Ready"),))), Show(Screen("result", (Row("+68"),)), SALE)


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "screens"
    folder.mkdir()
    return folder


def outputs(folder: Path, news: News, signals: str = "none:") -> Outputs:
    return Outputs(f"png:{folder}", signals, Face(Path(FONT)), load_texts("en"), post=news.post)


def picture(folder: Path) -> bytes:
    with Image.open(folder / "current.png") as shown:
        return shown.tobytes()


def test_a_result_is_told_as_seen_once_it_is_drawn(folder: Path, news: News) -> None:
    display = outputs(folder, news)
    display.show(RESULT)
    assert news.silent
    display.start()
    assert news.next(ResultSeen) == ResultSeen(SALE)
    assert (folder / "current.png").exists()
    display.stop()


def test_a_screen_without_a_result_is_drawn_and_nothing_told(folder: Path, news: News) -> None:
    display = outputs(folder, news)
    display.start()
    display.show(IDLE)
    display.stop()
    assert news.silent
    assert any(picture(folder))


def test_a_result_whose_display_is_away_is_told_when_the_display_is_back(folder: Path, news: News) -> None:
    folder.rmdir()
    display = outputs(folder, news)
    display.start()
    display.show(RESULT)
    assert news.next(DeviceFailed).kind == "display"
    assert news.silent
    folder.mkdir()
    assert news.next(ResultSeen) == ResultSeen(SALE)
    assert news.next(DeviceBack).kind == "display"
    display.stop()


def test_a_signal_is_given(folder: Path, news: News, tmp_path: Path) -> None:
    display = outputs(folder, news, f"log:{tmp_path}/signals.jsonl")
    display.start()
    display.give(Signal.DONE)
    display.stop()
    assert '"done"' in (tmp_path / "signals.jsonl").read_text()


def test_threads_that_do_not_run_ail(folder: Path, news: News) -> None:
    display = outputs(folder, news)
    assert list(display.ailing(0.0)) == ["display", "signals"]
    display.start()
    assert list(display.ailing(0.0)) == []
    display.stop()
    assert list(display.ailing(0.0)) == ["display", "signals"]


@pytest.mark.parametrize(("display", "signals"), [("magic:", "none:"), ("none:", "magic:")])
def test_a_device_string_that_is_none_is_refused(display: str, signals: str, news: News) -> None:
    with pytest.raises(DeviceUnknown, match="magic"):
        Outputs(display, signals, Face(Path(FONT)), load_texts("en"), post=news.post)


@pytest.fixture
def printer(news: News, monkeypatch: pytest.MonkeyPatch) -> Watched:
    printer = Watched(news)
    monkeypatch.setattr("firmware.printing.printer_opener", lambda device: lambda: printer)
    return printer


def beside(folder: Path, news: News) -> Outputs:
    """Outputs with a display for the customer, a folder, and a printer."""
    (folder / "facing").mkdir()
    face = Face(Path(FONT))
    facing = CustomerDisplay(f"png:{folder}/facing", face, load_texts("en"), post=news.post)
    printer = Receipts("none:", face, receipt_texts("en"), post=news.post)
    desk = ReceiptDesk(printer, Letterhead("Kiku"), lambda: "Asia/Tokyo", at_once=True)
    return outputs(folder, news).with_customer(facing).with_paper(desk)


def test_the_customers_display_and_the_printer_are_outputs_too(folder: Path, news: News, printer: Watched) -> None:
    display = beside(folder, news)
    assert list(display.ailing(0.0)) == ["display", "signals", "customer-display", "printer"]
    display.start()
    assert list(display.ailing(0.0)) == []
    display.face(CustomerView(stage=CustomerStage.IDLE, shop="Kiku", currency="JPY"))
    display.issue(result())
    assert news.next(Image.Image)
    assert display.print_last() == ReceiptPrinted()
    assert news.next(Image.Image)
    display.stop()
    assert (folder / "facing" / "current.png").exists()
    assert list(display.ailing(0.0)) == ["display", "signals", "customer-display", "printer"]


def test_without_them_nothing_is_shown_or_printed_and_the_counter_is_told(folder: Path, news: News) -> None:
    display = outputs(folder, news)
    display.face(CustomerView(stage=CustomerStage.IDLE, shop="Kiku", currency="JPY"))
    display.issue(result())
    assert display.print_last() == NothingToPrint("no_printer")


class Hanging:
    """A part that never ends."""

    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True
        raise PumpStuck("printer")


def test_a_printer_that_hangs_in_the_end_keeps_no_display_from_being_let_go(
    folder: Path, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    display, hanging = beside(folder, news), Hanging()
    monkeypatch.setattr("firmware.printing.Receipts.stop", lambda _: hanging.stop())
    display.start()
    display.show(IDLE)
    with pytest.raises(PumpStuck):
        display.stop()
    assert hanging.stopped
    assert any(picture(folder))
    assert list(display.ailing(0.0))[:3] == ["display", "signals", "customer-display"]
