"""The panel's double keeps to the data sheet, whatever route the bytes take."""

import pytest
from PIL import Image

from tests.contracts.panels.ssd1306 import Ssd1306
from tests.contracts.panels.wires import I2cBus, PanelMisused

UPRIGHT = bytes([0x8D, 0x14, 0xA1, 0xC8, 0xAF])
"""Power, the two reversals with which the usual module stands upright, on."""


def panel_after(*commands: int) -> Ssd1306:
    panel = Ssd1306()
    send(panel, 0x00, *UPRIGHT, *commands)
    return panel


def send(panel: Ssd1306, *message: int) -> None:
    I2cBus(panel).transaction(bytes(message))


def data(panel: Ssd1306, *payload: int) -> None:
    send(panel, 0x40, *payload)


def lit(panel: Ssd1306) -> set[tuple[int, int]]:
    picture = panel.picture()
    return {(x, y) for x in range(128) for y in range(64) if picture.getpixel((x, y))}


def test_in_page_mode_a_byte_is_eight_pixels_down_a_column_and_the_column_wraps_within_its_page() -> None:
    panel = panel_after(0x20, 0x02, 0xB2, 0x0F, 0x17)
    data(panel, 0b00000101, 0b10000000)
    assert lit(panel) == {(127, 16), (127, 18), (0, 23)}


def test_in_horizontal_mode_the_column_window_wraps_to_the_next_page_and_the_last_page_to_the_first() -> None:
    panel = panel_after(0x20, 0x00, 0x21, 10, 11, 0x22, 6, 7)
    data(panel, 1, 1, 1, 1, 3)
    assert lit(panel) == {(10, 48), (10, 49), (11, 48), (10, 56), (11, 56)}


def test_in_vertical_mode_the_page_window_wraps_to_the_next_column() -> None:
    panel = panel_after(0x20, 0x01, 0x21, 10, 11, 0x22, 6, 7)
    data(panel, 1, 1, 1)
    assert lit(panel) == {(10, 48), (10, 56), (11, 48)}


def test_the_start_line_and_the_offset_each_roll_the_picture_up() -> None:
    for roll in ((0x40 + 5,), (0xD3, 5)):
        panel = panel_after(0x20, 0x00, *roll)
        data(panel, 0b01100000)
        assert lit(panel) == {(0, 0), (0, 1)}


def test_without_the_two_reversals_the_picture_stands_on_its_head() -> None:
    panel = panel_after(0x20, 0x00, 0xA0, 0xC0)
    data(panel, 1)
    assert lit(panel) == {(127, 63)}


def test_segment_remap_moves_what_is_written_later_and_not_what_is_there() -> None:
    panel = panel_after(0x20, 0x00)
    data(panel, 1)
    send(panel, 0x00, 0xA0)
    assert lit(panel) == {(0, 0)}


def test_inverse_and_all_on_change_what_is_seen_and_not_the_memory() -> None:
    panel = panel_after(0x20, 0x00)
    data(panel, 1)
    send(panel, 0x00, 0xA7)
    assert len(lit(panel)) == 128 * 64 - 1
    send(panel, 0x00, 0xA5)
    assert len(lit(panel)) == 128 * 64
    send(panel, 0x00, 0xA4, 0xA6)
    assert lit(panel) == {(0, 0)}


@pytest.mark.parametrize("darkening", [(0xAE,), (0x8D, 0x10)])
def test_off_or_without_its_pump_the_panel_is_dark(darkening: tuple[int, ...]) -> None:
    panel = panel_after(0x20, 0x00)
    data(panel, 0xFF)
    send(panel, 0x00, *darkening)
    assert panel.picture().getbbox() is None


def test_rows_beyond_the_multiplex_ratio_are_dark() -> None:
    panel = panel_after(0xA8, 31, 0xA5)
    assert lit(panel) == {(x, y) for x in range(128) for y in range(32, 64)}


def test_a_command_may_come_in_pieces_and_with_a_control_byte_for_each() -> None:
    panel = panel_after(0x20, 0x00, 0x21)
    send(panel, 0x00, 4)
    send(panel, 0x80, 5, 0x80, 0x22, 0x80, 1, 0x80, 1, 0x40, 1)
    assert lit(panel) == {(4, 8)}


@pytest.mark.parametrize(
    "bad",
    [
        [0x00],
        [0x01, 0xAE],
        [0x00, 0x18],
        [0x00, 0x20, 3],
        [0x00, 0x21, 9, 8],
        [0x00, 0x21, 0, 128],
        [0x00, 0x22, 0, 8],
        [0x00, 0x8D, 0x15],
        [0x00, 0xA8, 7],
        [0x00, 0xF0],
    ],
)
def test_what_the_data_sheet_does_not_allow_is_misuse(bad: list[int]) -> None:
    with pytest.raises(PanelMisused):
        send(Ssd1306(), *bad)


@pytest.mark.parametrize("misuse", [(0xDA, 0x02), (0x2F,)])
def test_wiring_for_another_glass_or_a_running_picture_is_misuse_when_looked_at(misuse: tuple[int, ...]) -> None:
    with pytest.raises(PanelMisused):
        panel_after(*misuse).picture()


def test_a_fresh_panel_is_dark_whatever_its_memory_holds() -> None:
    panel = Ssd1306()
    panel.memory[0][:] = b"\xff" * 128
    assert panel.picture().tobytes() == Image.new("1", (128, 64)).tobytes()
