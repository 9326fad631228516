"""The customer's display: it shows the newest view, and what ails it is told and holds nobody up."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from firmware.config.terminal import FONT
from firmware.drivers.device import DeviceUnknown
from firmware.drivers.display.fake import FakeDisplay
from firmware.drivers.outage import DeviceBack, DeviceFailed
from firmware.facing import KIND, CustomerDisplay
from firmware.flow.customer import CustomerLine, CustomerStage, CustomerView, customer_screen
from firmware.flow.drawing import Face, Painter
from firmware.flow.texts import load_texts
from tests.firmware.news import News

IDLE = CustomerView(stage=CustomerStage.IDLE, shop="Kiku", currency="JPY")
SELLING = replace(IDLE, stage=CustomerStage.SELLING, lines=(CustomerLine("Rye bread", 680),), total=680)


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "facing"
    folder.mkdir()
    return folder


def facing(device: str, news: News) -> CustomerDisplay:
    return CustomerDisplay(device, Face(Path(FONT)), load_texts("en"), post=news.post)


def drawn(view: CustomerView, size: tuple[int, int]) -> bytes:
    return Painter(size, Face(Path(FONT)), load_texts("en")).drawn(customer_screen(view)).tobytes()


def test_the_newest_view_is_shown_in_the_displays_own_size(folder: Path, news: News) -> None:
    display = facing(f"png:{folder}?size=256x64", news)
    display.start()
    display.show(IDLE)
    display.show(SELLING)
    display.stop()
    with Image.open(folder / "current.png") as shown:
        assert shown.tobytes() == drawn(SELLING, (256, 64))
    assert news.silent


class Counted(FakeDisplay):
    """Tells of every screen that it is given."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news

    def show(self, image: "Image.Image") -> None:
        super().show(image)
        self.news.post(image)


def test_a_view_that_is_there_already_is_not_drawn_again(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firmware.facing.display_opener", lambda device: lambda: Counted(news))
    display = facing("none:", news)
    display.start()
    for view in (IDLE, SELLING):
        display.show(view)
        news.next(Image.Image)
        display.show(replace(view))
    display.stop()
    assert news.silent


def test_a_display_that_is_away_is_told_of_and_shows_the_newest_once_it_is_back(folder: Path, news: News) -> None:
    folder.rmdir()
    display = facing(f"png:{folder}", news)
    display.start()
    display.show(SELLING)
    assert news.next(DeviceFailed).kind == KIND
    folder.mkdir()
    assert news.next(DeviceBack).kind == KIND
    display.stop()
    with Image.open(folder / "current.png") as shown:
        assert shown.tobytes() == drawn(SELLING, (128, 64))


def test_a_thread_that_does_not_run_ails(news: News) -> None:
    display = facing("none:", news)
    assert list(display.ailing(0.0)) == [KIND]
    display.start()
    assert list(display.ailing(0.0)) == []
    display.stop()
    assert list(display.ailing(0.0)) == [KIND]


def test_a_device_string_that_is_none_is_refused(news: News) -> None:
    with pytest.raises(DeviceUnknown, match="magic"):
        facing("magic:", news)
