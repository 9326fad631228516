"""What holds for every display."""

from pathlib import Path

import pytest
from PIL import Image

from firmware.drivers.device import DeviceClosed
from firmware.drivers.display import DisplayLost, ScreenWrong
from tests.contracts.rigs.displays import (
    BlockOledRig,
    DisplayRig,
    FakeRig,
    NoneRig,
    OledRig,
    PngRig,
    Sh1106Rig,
    Sh1106SpiRig,
    Ssd1306SpiRig,
    Ssd1309Rig,
    Ssd1322Rig,
)

ON_WIRES = [OledRig, BlockOledRig, Ssd1309Rig, Sh1106Rig, Ssd1306SpiRig, Sh1106SpiRig, Ssd1322Rig]
SEEN = [FakeRig, PngRig, *ON_WIRES]
ALL = [*SEEN, NoneRig]


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DisplayRig:
    return request.param(tmp_path, monkeypatch)  # type: ignore[no-any-return]


def picture(rig: DisplayRig, seed: int) -> Image.Image:
    """Lit pixels without any symmetry."""
    image = Image.new("1", rig.size)
    for y in range(rig.size[1]):
        for x in range(rig.size[0]):
            image.putpixel((x, y), (x * x + seed * y + x * y // 7) % 5 < 2)
    return image


@pytest.mark.parametrize("rig", SEEN, indirect=True)
def test_what_is_shown_is_seen_pixel_by_pixel(rig: DisplayRig) -> None:
    with rig.open() as display:
        display.show(picture(rig, 3))
        seen = rig.seen()
        assert seen is not None
        assert (seen.mode, seen.size) == ("1", rig.size)
        assert seen.tobytes() == picture(rig, 3).tobytes()


@pytest.mark.parametrize("rig", SEEN, indirect=True)
def test_the_last_of_several_screens_is_the_one_that_is_seen(rig: DisplayRig) -> None:
    with rig.open() as display:
        for seed in (3, 5, 3, 8):
            display.show(picture(rig, seed))
        seen = rig.seen()
        assert seen is not None
        assert seen.tobytes() == picture(rig, 8).tobytes()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_every_display_says_its_size(rig: DisplayRig) -> None:
    with rig.open() as display:
        assert display.size == rig.size


@pytest.mark.parametrize("rig", ALL, indirect=True)
@pytest.mark.parametrize(
    ("image", "fault"),
    [
        (Image.new("1", (128, 32)), "128 x 32"),
        (Image.new("L", (256, 64)), "mode 'L'"),
        (Image.new("1", (64, 128)), "x"),
    ],
)
def test_a_screen_that_does_not_fit_is_refused_by_name(rig: DisplayRig, image: Image.Image, fault: str) -> None:
    with rig.open() as display, pytest.raises(ScreenWrong, match=fault):
        display.show(image)


@pytest.mark.parametrize("rig", SEEN, indirect=True)
def test_after_a_refused_screen_the_one_before_is_still_seen(rig: DisplayRig) -> None:
    with rig.open() as display:
        display.show(picture(rig, 3))
        with pytest.raises(ScreenWrong, match="it still shows what it did"):
            display.show(Image.new("1", (1, 1)))
        seen = rig.seen()
        assert seen is not None
        assert seen.tobytes() == picture(rig, 3).tobytes()


@pytest.mark.parametrize("rig", SEEN, indirect=True)
def test_a_display_that_is_taken_away_is_lost_and_still_closes(rig: DisplayRig) -> None:
    display = rig.open()
    display.show(picture(rig, 3))
    rig.unplug()
    with pytest.raises(DisplayLost, match="is gone"):
        display.show(picture(rig, 5))
    display.close()
    display.close()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_a_display_closes_twice_and_then_shows_no_more(rig: DisplayRig) -> None:
    display = rig.open()
    display.close()
    display.close()
    with pytest.raises(DeviceClosed, match="after it was closed"):
        display.show(picture(rig, 3))
