"""Receipts wait for the printer and the sale for neither: in turn, once each, and whole."""

from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace
from PIL import Image

from firmware.config.terminal import FONT
from firmware.drivers.device import DeviceUnknown
from firmware.drivers.outage import DeviceBack, DeviceFailed
from firmware.drivers.printer.fake import FakePrinter
from firmware.flow.drawing import Face
from firmware.printing import KIND, MOST_WAITING, Receipts
from firmware.receipts import ReceiptPainter, receipt_texts
from tests.firmware.news import PATIENCE, News
from tests.firmware.receipts.samples import RECEIPTS

SALES = [replace(RECEIPTS["en"]["sale"], amount=amount) for amount in range(100, 1000, 100)]


class Watched(FakePrinter):
    """Tells of every receipt that came out, and holds the first one for as long as `held` is not set."""

    def __init__(self, news: News, width: int = 576) -> None:
        super().__init__(width)
        self.news = news
        self.held = Event()
        self.held.set()
        self.began = Event()

    def print(self, receipt: Image.Image) -> None:
        self.began.set()
        assert self.held.wait(PATIENCE)
        super().print(receipt)
        self.news.post(self.printed[-1])

    def close(self) -> None:
        """It is opened again as it is."""


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def printer(news: News, monkeypatch: pytest.MonkeyPatch) -> Watched:
    printer = Watched(news)
    monkeypatch.setattr("firmware.printing.printer_opener", lambda device: lambda: printer)
    return printer


def receipts(news: News, device: str = "none:") -> Receipts:
    return Receipts(device, Face(Path(FONT)), receipt_texts("en"), post=news.post)


def drawn(amount: int, *, copy: bool = False) -> bytes:
    receipt = replace(SALES[amount // 100 - 1], copy=copy)
    return ReceiptPainter(576, Face(Path(FONT)), receipt_texts("en")).drawn(receipt).tobytes()


def come_out(news: News, count: int) -> list[bytes]:
    return [news.next(Image.Image).tobytes() for _ in range(count)]


def test_receipts_come_out_in_turn_once_each(news: News, printer: Watched) -> None:
    paper = receipts(news)
    paper.start()
    for sale in SALES[:3]:
        paper.print(sale)
    assert come_out(news, 3) == [drawn(100), drawn(200), drawn(300)]
    paper.stop()
    assert news.silent


def test_the_last_receipt_comes_out_again_as_a_copy_as_often_as_it_is_asked_for(news: News, printer: Watched) -> None:
    paper = receipts(news)
    paper.start()
    assert not paper.print_last()
    paper.print(SALES[0])
    assert paper.print_last()
    assert paper.print_last()
    assert come_out(news, 3) == [drawn(100), drawn(100, copy=True), drawn(100, copy=True)]
    paper.stop()


def test_while_one_is_printed_others_wait_and_nobody_is_held_up(news: News, printer: Watched) -> None:
    printer.held.clear()
    paper = receipts(news)
    paper.start()
    paper.print(SALES[0])
    assert printer.began.wait(PATIENCE)
    paper.print(SALES[1])
    paper.print(SALES[2])
    assert not printer.printed
    printer.held.set()
    assert come_out(news, 3) == [drawn(100), drawn(200), drawn(300)]
    paper.stop()


def test_for_a_printer_without_paper_the_newest_wait_and_come_out_whole_from_the_new_roll(
    news: News, printer: Watched
) -> None:
    printer.paper = 1
    paper = receipts(news)
    paper.start()
    for sale in SALES[:2]:
        paper.print(sale)
    assert come_out(news, 1) == [drawn(100)]
    failed = news.next(DeviceFailed)
    assert (failed.kind, "out of paper" in failed.problem) == (KIND, True)
    for sale in SALES[2:8]:
        paper.print(sale)
    printer.paper = None
    assert come_out(news, MOST_WAITING) == [drawn(amount) for amount in (500, 600, 700, 800)]
    assert news.next(DeviceBack).kind == KIND
    paper.stop()
    assert news.silent


def test_a_receipt_that_must_go_while_it_is_printed_takes_no_other_with_it(news: News, printer: Watched) -> None:
    printer.held.clear()
    paper = receipts(news)
    paper.start()
    paper.print(SALES[0])
    assert printer.began.wait(PATIENCE)
    for sale in SALES[1 : 1 + MOST_WAITING]:
        paper.print(sale)
    printer.held.set()
    assert come_out(news, 1 + MOST_WAITING) == [drawn(amount) for amount in (100, 200, 300, 400, 500)]
    paper.stop()


def test_a_printer_that_is_back_is_told_of_without_a_receipt(news: News, tmp_path: Path) -> None:
    folder = tmp_path / "receipts"
    paper = receipts(news, f"png:{folder}")
    paper.start()
    assert news.next(DeviceFailed).kind == KIND
    folder.mkdir()
    assert news.next(DeviceBack).kind == KIND
    paper.stop()


def test_at_the_end_no_further_receipt_is_begun(news: News, printer: Watched) -> None:
    paper = receipts(news)
    paper.print(SALES[0])
    paper.stop()
    paper.start()
    paper.stop()
    assert not printer.printed


def test_a_receipt_is_drawn_for_the_width_of_the_printer_that_opens(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow, wide = Watched(news, 384), Watched(news, 576)
    narrow.paper = 1
    opening = iter([narrow, wide])
    monkeypatch.setattr("firmware.printing.printer_opener", lambda device: lambda: next(opening))
    paper = receipts(news)
    paper.start()
    for sale in SALES[:2]:
        paper.print(sale)
    assert [news.next(Image.Image).width for _ in range(2)] == [384, 576]
    paper.stop()


def test_a_thread_that_does_not_run_ails(news: News) -> None:
    paper = receipts(news)
    assert list(paper.ailing(0.0)) == [KIND]
    paper.start()
    assert list(paper.ailing(0.0)) == []
    paper.stop()
    assert list(paper.ailing(0.0)) == [KIND]


def test_a_device_string_that_is_none_is_refused(news: News) -> None:
    with pytest.raises(DeviceUnknown, match="magic"):
        receipts(news, "magic:")
