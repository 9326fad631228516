"""The OLEDs, byte by byte: what luma and our packing send makes the panel show exactly the screen."""

import gc
import os
import weakref
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory, MockPin
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from firmware.drivers.device import DeviceNotOpened
from firmware.drivers.display import Display, DisplayLost, open_display
from firmware.drivers.display.oled import OledDisplay
from firmware.drivers.display.packing import nibbles, pages
from tests.contracts.panels.ssd1306 import Ssd1306
from tests.contracts.panels.wires import I2cBus
from tests.contracts.rigs.displays import OledRig, Sh1106Rig, SpiRig, Ssd1322Rig

VECTORS = Path(__file__).parents[3] / "vectors"
SCREENS = {(128, 64): "screens", (256, 64): "screens-256x64"}
Rig = OledRig | SpiRig
RIGS: list[type[Rig]] = [OledRig, Sh1106Rig, Ssd1322Rig]


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    return request.param(tmp_path, monkeypatch)  # type: ignore[no-any-return]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> I2cBus:
    bus = I2cBus(Ssd1306())
    monkeypatch.setattr("smbus2.SMBus", lambda port: bus)
    return bus


@pytest.fixture
def wide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ssd1322Rig:
    return Ssd1322Rig(tmp_path, monkeypatch)


def opened(address: int = 0x3C, bus: int = 1) -> Display:
    return open_display(f"oled:ssd1306:i2c-{bus}@{address:#04x}")


def letter(size: tuple[int, int] = (128, 64)) -> Image.Image:
    """An F in a frame with one corner open: no reversal, turn or shift of it looks the same."""
    right = size[0] - 1
    image = Image.new("1", size)
    draw = ImageDraw.Draw(image)
    draw.line([(0, 63), (0, 0), (right, 0), (right, 63), (9, 63)], fill=1)
    draw.rectangle([20, 10, 27, 53], fill=1)
    draw.rectangle([20, 10, 60, 17], fill=1)
    draw.rectangle([20, 28, 48, 34], fill=1)
    draw.line([(70, 50), (117, 11)], fill=1)
    return image


def golden_letter(size: tuple[int, int]) -> Path:
    return VECTORS / "oled" / ("letter.png" if size == (128, 64) else "letter-256.png")


def sent(rig: Rig) -> list[str]:
    """One transfer a line: on SPI with what the data/command line said."""
    if isinstance(rig, SpiRig):
        return [f"{kind} {data.hex()}" for kind, data in rig.bus.sent]
    return [message.hex() for message in rig.bus.sent]


@pytest.mark.parametrize("rig", RIGS, indirect=True)
def test_the_panel_shows_the_golden_picture(rig: Rig) -> None:
    with rig.open() as display:
        display.show(letter(rig.size))
        if os.environ.get("HABITUE_DRAW_VECTORS"):
            letter(rig.size).save(golden_letter(rig.size))
        with Image.open(golden_letter(rig.size)) as golden:
            assert rig.panel.picture().tobytes() == golden.tobytes()


@pytest.mark.parametrize("rig", RIGS, indirect=True)
def test_the_bytes_on_the_wire_are_the_golden_ones(rig: Rig) -> None:
    with rig.open() as display:
        display.show(letter(rig.size))
    golden = VECTORS / "oled" / ("letter.hex" if rig.name == "ssd1306" else f"letter.{rig.name}.hex")
    if os.environ.get("HABITUE_DRAW_VECTORS"):
        golden.write_text("".join(f"{line}\n" for line in sent(rig)))
    assert sent(rig) == golden.read_text().splitlines()


@pytest.mark.parametrize("rig", RIGS, indirect=True)
def test_the_panel_shows_the_counters_own_screens(rig: Rig) -> None:
    screens = sorted((VECTORS / SCREENS[rig.size]).glob("result*.png"))
    assert len(screens) >= 3
    with rig.open() as display:
        for path in screens:
            with Image.open(path) as screen:
                display.show(screen)
                assert rig.panel.picture().tobytes() == screen.tobytes(), path.name


def test_the_wide_panel_is_addressed_at_its_own_columns_and_lit_at_its_brightest(wide: Ssd1322Rig) -> None:
    with wide.open() as display:
        before = len(wide.bus.sent)
        display.show(letter(wide.size))
    window = wide.bus.sent[before : before + 5]
    assert window == [
        ("command", b"\x15"),
        ("data", b"\x1c\x5b"),
        ("command", b"\x75"),
        ("data", b"\x00\x3f"),
        ("command", b"\x5c"),
    ]
    assert b"".join(data for _, data in wide.bus.sent[before + 5 : before + 7])[:128] == b"\xff" * 128


def test_between_opening_and_the_first_screen_the_panel_is_on_and_empty(bus: I2cBus) -> None:
    assert isinstance(bus.panel, Ssd1306)
    bus.panel.memory[3][:] = b"\xaa" * 128
    with opened():
        assert bus.panel.lit
        assert bus.panel.picture().getbbox() is None


def test_closing_turns_the_panel_off_and_lets_the_bus_go(bus: I2cBus) -> None:
    display = opened()
    display.show(letter())
    display.close()
    assert isinstance(bus.panel, Ssd1306)
    assert not bus.panel.lit
    assert bus.closed


def test_a_panel_that_does_not_answer_is_named_with_its_address_and_the_bus_is_let_go(bus: I2cBus) -> None:
    with pytest.raises(DeviceNotOpened, match=r"oled:ssd1306:i2c-1@0x3d does not open: .*0x3D"):
        opened(0x3D)
    assert bus.closed
    assert bus.sent == []


def test_a_bus_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceNotOpened, match=r"i2c-250@0x3c does not open: .*/dev/i2c-250"):
        opened(bus=250)


def test_a_panel_that_comes_back_shows_again(bus: I2cBus) -> None:
    display = opened()
    bus.plugged = False
    with pytest.raises(DisplayLost):
        display.show(letter())
    display.close()
    bus.plugged, bus.closed, bus.panel = True, False, Ssd1306()
    with opened() as again:
        again.show(letter())
        assert bus.panel.picture().tobytes() == letter().tobytes()


def test_a_closed_display_leaves_nothing_behind_of_its_size(bus: I2cBus) -> None:
    display = opened()
    assert isinstance(display, OledDisplay)
    panel = weakref.ref(display._panel)
    display.close()
    del display
    gc.collect()
    left = panel()
    assert left is None or vars(left) == {}


@given(st.binary(min_size=1024, max_size=1024))
@settings(max_examples=25)
def test_packing_puts_each_pixel_into_its_page_column_and_bit(pixels: bytes) -> None:
    image = Image.frombytes("1", (128, 64), pixels)
    packed = pages(image)
    unpacked = Image.new("1", (128, 64))
    for place, byte in enumerate(packed):
        for bit in range(8):
            unpacked.putpixel((place % 128, place // 128 * 8 + bit), byte >> bit & 1)
    assert unpacked.tobytes() == image.tobytes()


@given(st.binary(min_size=2048, max_size=2048))
@settings(max_examples=25)
def test_packing_puts_each_pixel_into_its_own_four_bits(pixels: bytes) -> None:
    image = Image.frombytes("1", (256, 64), pixels)
    packed = nibbles(image)
    levels = [level for byte in packed for level in (byte >> 4, byte & 15)]
    assert levels == [15 * bool(image.getpixel((place % 256, place // 256))) for place in range(256 * 64)]


def test_closing_the_wide_panel_puts_it_to_sleep_and_lets_bus_and_pins_go(wide: Ssd1322Rig) -> None:
    display = wide.open()
    display.show(letter(wide.size))
    display.close()
    assert isinstance(wide.panel, wide.kind)
    assert wide.panel.picture().getbbox() is None
    assert wide.bus.closed
    assert wide.chip_closed


def test_an_spi_bus_that_is_not_there_is_named_and_the_pins_are_let_go(wide: Ssd1322Rig) -> None:
    wide.bus.plugged = False
    with pytest.raises(DeviceNotOpened, match=r"oled:ssd1322:spi-0\.0 does not open: SPI device not found"):
        wide.open()
    assert wide.chip_closed
    wide.bus.plugged = True
    with wide.open() as display:
        display.show(letter(wide.size))


def test_a_pin_that_is_taken_is_told(wide: Ssd1322Rig) -> None:
    factory = wide.chip.factory
    assert isinstance(factory, MockFactory)
    factory.reserve_pins(wide, 25)
    with pytest.raises(DeviceNotOpened, match=r"does not open: .*GPIO25"):
        wide.open()
    assert wide.chip_closed


def test_the_reset_line_goes_low_once_and_stays_high(wide: Ssd1322Rig) -> None:
    pin = wide.bus.reset
    assert isinstance(pin, MockPin)
    with wide.open() as display:
        display.show(letter(wide.size))
        assert [state for _, state in pin.states][-2:] == [False, True]
