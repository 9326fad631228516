"""The SSD1322's double keeps to the data sheet."""

import pytest
from PIL import Image

from tests.contracts.panels.ssd1322 import Ssd1322
from tests.contracts.panels.wires import PanelMisused

UPRIGHT = ((0xA0, 0x14, 0x11), (0xCA, 63), (0xAF,))


def panel_after(*commands: tuple[int, ...]) -> Ssd1322:
    panel = Ssd1322()
    send(panel, *UPRIGHT, *commands)
    return panel


def send(panel: Ssd1322, *commands: tuple[int, ...]) -> None:
    for command, *arguments in commands:
        panel.command(command)
        for byte in arguments:
            panel.data(byte)


def greys(panel: Ssd1322) -> dict[tuple[int, int], int]:
    return {(x, y): grey for x in range(256) for y in range(64) if (grey := panel.grey(x, y))}


def test_the_glass_begins_at_column_1c_and_a_column_is_four_pixels_of_four_bits() -> None:
    panel = panel_after((0x15, 0x1C, 0x5B), (0x75, 0, 63), (0x5C, 0x12, 0x34))
    assert greys(panel) == {(0, 0): 1, (1, 0): 2, (2, 0): 3, (3, 0): 4}


def test_what_is_written_left_of_the_glass_or_right_of_it_is_not_seen() -> None:
    panel = panel_after((0x75, 0, 0), (0x15, 0x1B, 0x1C), (0x5C, 0xFF, 0xFF, 0xF0, 0x00))
    send(panel, (0x15, 0x5B, 0x5C), (0x5C, 0x00, 0x0F, 0xFF, 0xFF))
    assert greys(panel) == {(0, 0): 15, (255, 0): 15}


def test_the_column_window_wraps_to_the_next_row_and_the_last_row_to_the_first() -> None:
    panel = panel_after((0x15, 0x1C, 0x1D), (0x75, 62, 63), (0x5C, 0, 0, 0, 1, 0, 0, 0, 2, 0, 3))
    assert greys(panel) == {(7, 62): 1, (7, 63): 2, (3, 62): 3}


def test_counting_downwards_the_row_window_wraps_to_the_next_column() -> None:
    panel = panel_after((0xA0, 0x15, 0x11), (0x15, 0x1C, 0x1D), (0x75, 62, 63), (0x5C, 0, 1, 0, 2, 0, 3))
    assert greys(panel) == {(3, 62): 1, (3, 63): 2, (7, 62): 3}


def test_with_the_nibbles_not_turned_the_four_pixels_of_a_column_run_backwards() -> None:
    panel = panel_after((0xA0, 0x10, 0x11), (0x15, 0x1C, 0x5B), (0x5C, 0x12, 0x34))
    assert greys(panel) == {(0, 0): 4, (1, 0): 3, (2, 0): 2, (3, 0): 1}


def test_columns_and_rows_turned_round_stand_on_their_head() -> None:
    panel = panel_after((0xA0, 0x06, 0x11), (0x15, 0x1C, 0x5B), (0x5C, 0, 0x0F))
    assert greys(panel) == {(255, 63): 15}


@pytest.mark.parametrize("roll", [(0xA1, 5), (0xA2, 5)])
def test_the_start_line_and_the_offset_each_roll_the_picture_up(roll: tuple[int, ...]) -> None:
    panel = panel_after(roll, (0x15, 0x1C, 0x5B), (0x75, 5, 5), (0x5C, 0xF0, 0))
    assert greys(panel) == {(0, 0): 15}


def test_off_asleep_inverse_and_all_on_change_what_is_seen_and_not_the_memory() -> None:
    panel = panel_after((0x15, 0x1C, 0x5B), (0x5C, 0xF0, 0))
    for commands, seen in [(((0xA4,),), 0), (((0xA5,),), 256 * 64), (((0xA7,),), 256 * 64 - 1), (((0xAE,),), 0)]:
        send(panel, *commands)
        assert len(greys(panel)) == seen
    send(panel, (0xAF,), (0xA6,))
    assert greys(panel) == {(0, 0): 15}


def test_rows_beyond_the_multiplex_ratio_are_dark() -> None:
    assert min(y for _, y in greys(panel_after((0xCA, 31), (0xA5,)))) == 32


def test_a_locked_controller_hears_nothing_but_the_key() -> None:
    panel = panel_after((0xFD, 0x16), (0xAE,))
    assert panel.awake
    send(panel, (0xFD, 0x12), (0xAE,))
    assert not panel.awake


def test_a_fresh_panel_is_dark_whatever_its_memory_holds() -> None:
    panel = Ssd1322()
    panel.memory[0][:] = b"\xff" * 240
    panel.com = 0x11
    assert panel.picture().tobytes() == Image.new("1", (256, 64)).tobytes()


@pytest.mark.parametrize(
    "bad",
    [
        (0x21,),
        (0x15, 9, 8),
        (0x15, 0, 120),
        (0x75, 0, 128),
        (0xA0, 0x08, 0x11),
        (0xA0, 0x14, 0x10),
        (0xCA, 7),
        (0xFD, 0),
        (0xA6, 1),
    ],
)
def test_what_the_data_sheet_does_not_allow_is_misuse(bad: tuple[int, ...]) -> None:
    with pytest.raises(PanelMisused):
        panel_after(bad)


@pytest.mark.parametrize("half", [(0x15, 0), (0x5C, 1)])
def test_a_command_that_comes_before_the_last_is_complete_is_misuse(half: tuple[int, ...]) -> None:
    with pytest.raises(PanelMisused, match="before"):
        panel_after(half, (0xAF,))


def test_wiring_for_another_glass_or_greys_on_a_screen_of_one_bit_are_misuse_when_looked_at() -> None:
    with pytest.raises(PanelMisused, match="another glass"):
        panel_after((0xA0, 0x14, 0x01)).picture()
    with pytest.raises(PanelMisused, match="grey level 7"):
        panel_after((0x15, 0x1C, 0x5B), (0x5C, 0x70, 0)).picture()
