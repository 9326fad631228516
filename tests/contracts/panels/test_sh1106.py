"""The SH1106's double keeps to the data sheet."""

import pytest
from PIL import Image

from tests.contracts.panels.sh1106 import Sh1106
from tests.contracts.panels.wires import PanelMisused

UPRIGHT = (0xA1, 0xC8, 0xAF)


def panel_after(*commands: int) -> Sh1106:
    panel = Sh1106()
    for byte in (*UPRIGHT, *commands):
        panel.command(byte)
    return panel


def write(panel: Sh1106, *payload: int) -> None:
    for byte in payload:
        panel.data(byte)


def lit(panel: Sh1106) -> set[tuple[int, int]]:
    picture = panel.picture()
    return {(x, y) for x in range(128) for y in range(64) if picture.getpixel((x, y))}


def test_the_glass_shows_the_memory_from_its_third_column_on() -> None:
    panel = panel_after(0xB2, 0x00, 0x10)
    write(panel, 0xFF, 0xFF, 0b00000101)
    assert lit(panel) == {(0, 16), (0, 18)}


def test_the_last_two_columns_are_not_seen_and_after_them_there_is_nothing() -> None:
    panel = panel_after(0xB0, 0x01, 0x18)
    write(panel, 1, 1, 1)
    assert lit(panel) == {(127, 0)}
    with pytest.raises(PanelMisused, match="beyond column 131"):
        write(panel, 1)


def test_a_page_does_not_run_over_into_the_next() -> None:
    panel = panel_after(0xB7, 0x02, 0x10)
    write(panel, 0x80)
    panel.command(0xB0)
    write(panel, 0x01)
    assert lit(panel) == {(0, 63), (1, 0)}


def test_what_an_ssd1306_would_take_for_an_argument_is_a_command_of_its_own() -> None:
    panel = panel_after(0x20, 0x13, 0x04)
    write(panel, 1)
    assert panel.memory[0][0x34] == 1
    with pytest.raises(PanelMisused, match="no command 0x21"):
        panel.command(0x21)


def test_without_the_two_reversals_the_picture_stands_on_its_head() -> None:
    panel = panel_after(0xA0, 0xC0, 0x02)
    write(panel, 1)
    assert lit(panel) == {(127, 63)}


@pytest.mark.parametrize("roll", [(0x40 + 5,), (0xD3, 5)])
def test_the_start_line_and_the_offset_each_roll_the_picture_up(roll: tuple[int, ...]) -> None:
    panel = panel_after(0x02, *roll)
    write(panel, 0b01100000)
    assert lit(panel) == {(0, 0), (0, 1)}


def test_inverse_all_on_and_the_multiplex_ratio_change_what_is_seen() -> None:
    panel = panel_after(0x02, 0xA7)
    write(panel, 1)
    assert len(lit(panel)) == 128 * 64 - 1
    panel.command(0xA5)
    assert len(lit(panel)) == 128 * 64
    for byte in (0xA8, 31):
        panel.command(byte)
    assert lit(panel) == {(x, y) for x in range(128) for y in range(32, 64)}


@pytest.mark.parametrize("darkening", [(0xAE,), (0xAD, 0x8A)])
def test_off_or_without_its_pump_the_panel_is_dark(darkening: tuple[int, ...]) -> None:
    panel = panel_after(0xA5, *darkening)
    assert panel.picture().tobytes() == Image.new("1", (128, 64)).tobytes()


@pytest.mark.parametrize("bad", [(0xB8,), (0xA2,), (0x34,), (0xA8, 64), (0xAD, 0x14), (0xD3, 64), (0xDA, 0x22)])
def test_what_the_data_sheet_does_not_allow_is_misuse(bad: tuple[int, ...]) -> None:
    with pytest.raises(PanelMisused):
        panel_after(*bad)


def test_wiring_for_another_glass_is_misuse_when_looked_at() -> None:
    with pytest.raises(PanelMisused, match="another glass"):
        panel_after(0xDA, 0x02).picture()
