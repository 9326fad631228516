"""A scanner that types: layouts, separators, and keys that are lost."""

from collections.abc import Iterator

import pytest
from evdev import ecodes

from firmware.codes import Scan
from firmware.drivers.device import DeviceNotOpened
from firmware.drivers.scanners import ScanDropped
from firmware.drivers.scanners.evdev import EvdevScanner
from firmware.drivers.scanners.layouts import ENDS, LAYOUTS, NOTHING
from firmware.drivers.scanners.lines import PATIENCE
from tests.contracts.pace import SteppedTime
from tests.contracts.rigs.keys import InputBox, Keypad
from tests.contracts.rigs.scanners import held, next_scan, typed

PATH = "/dev/input/event4"
OVERFLOW = ((ecodes.EV_SYN, ecodes.SYN_DROPPED, 0), (ecodes.EV_SYN, ecodes.SYN_REPORT, 0))
PRINTABLE = {chr(code) for code in range(0x20, 0x7F)}
DEAD = {"us": set(), "de": set("^`"), "fr": set(), "jp": set()}
"""Characters that a country types with a key that waits for another one."""


@pytest.fixture
def pad() -> Iterator[Keypad]:
    pad = Keypad(PATH, "USB Scanner", [ecodes.KEY_ENTER])
    yield pad
    pad.close()


def scanner(pad: Keypad, layout: str = "us", time: SteppedTime | None = None) -> EvdevScanner:
    return EvdevScanner(PATH, layout, InputBox(pad), (time or SteppedTime()).pace)


def press(pad: Keypad, key: str, *modifiers: str) -> None:
    if modifiers:
        with held(pad, ecodes.ecodes[modifiers[0]]):
            press(pad, key, *modifiers[1:])
    else:
        pad.press(ecodes.ecodes[key])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_character_of_a_symbol_can_be_typed_in_every_layout(layout: str) -> None:
    reachable = {character for characters in LAYOUTS[layout].values() for character in characters}
    assert reachable - {NOTHING} <= PRINTABLE
    assert PRINTABLE - reachable == DEAD[layout]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_key_of_a_layout_types_what_the_layout_says(pad: Keypad, layout: str) -> None:
    modifiers = ((), ("KEY_RIGHTSHIFT",), ("KEY_RIGHTALT",))
    with scanner(pad, layout) as reader:
        for key, characters in LAYOUTS[layout].items():
            for character, held_down in zip(characters, modifiers, strict=False):
                if character != NOTHING:
                    press(pad, "KEY_1" if layout != "fr" else "KEY_KP1")
                    press(pad, key, *held_down)
                    press(pad, "KEY_ENTER")
                    assert next_scan(reader) == Scan(f"1{character}"), key


@pytest.mark.parametrize(
    ("layout", "keys", "text"),
    [
        ("us", "LEFTSHIFT+6 A Z 1", "^az1"),
        ("de", "LEFTSHIFT+6 A Z 1", "&ay1"),
        ("fr", "LEFTSHIFT+6 A Z LEFTSHIFT+1", "6qw1"),
        ("jp", "LEFTSHIFT+6 A Z 1", "&az1"),
        ("de", "RIGHTALT+9 LEFTSHIFT+E 0", "]E0"),
        ("fr", "RIGHTALT+MINUS LEFTSHIFT+E LEFTSHIFT+0", "]E0"),
        ("jp", "BACKSLASH LEFTSHIFT+E 0", "]E0"),
        ("us", "RIGHTBRACE RIGHTSHIFT+E KP0", "]E0"),
    ],
)
def test_the_same_keys_are_other_characters_elsewhere(pad: Keypad, layout: str, keys: str, text: str) -> None:
    with scanner(pad, layout) as reader:
        for key in keys.split():
            *modifiers, last = key.split("+")
            press(pad, f"KEY_{last}", *(f"KEY_{modifier}" for modifier in modifiers))
        press(pad, "KEY_ENTER")
        assert next_scan(reader) == Scan.parse(text)


@pytest.mark.parametrize("end", ENDS)
def test_enter_and_tab_end_a_scan(pad: Keypad, end: str) -> None:
    with scanner(pad) as reader:
        typed(pad, "96385074")
        press(pad, end)
        assert next_scan(reader) == Scan("96385074")


def test_control_and_a_bracket_is_the_separator_of_elements(pad: Keypad) -> None:
    with scanner(pad) as reader:
        typed(pad, "10A")
        press(pad, "KEY_RIGHTBRACE", "KEY_LEFTCTRL")
        typed(pad, "3012")
        press(pad, "KEY_ENTER")
        assert next_scan(reader) == Scan("10A\x1d3012")


def test_locks_that_a_scanner_presses_by_itself_are_nothing(pad: Keypad) -> None:
    with scanner(pad) as reader:
        for key in ("KEY_NUMLOCK", "KEY_KP9", "KEY_CAPSLOCK", "KEY_KP6", "KEY_ENTER"):
            press(pad, key)
        assert next_scan(reader) == Scan("96")


@pytest.mark.parametrize("key", ["KEY_F8", "KEY_LEFTALT", "KEY_UP", "KEY_YEN"])
def test_a_key_that_types_nothing_spoils_its_line(pad: Keypad, key: str) -> None:
    with scanner(pad) as reader:
        typed(pad, "9638")
        press(pad, key)
        typed(pad, "5074")
        press(pad, "KEY_ENTER")
        with pytest.raises(ScanDropped, match="no symbol at a till holds"):
            next_scan(reader)
        assert reader.read(0.0) is None


def test_keys_that_came_too_fast_spoil_their_line_and_let_go_of_shift(pad: Keypad) -> None:
    with scanner(pad) as reader:
        pad.send((ecodes.EV_KEY, ecodes.KEY_LEFTSHIFT, 1), *OVERFLOW)
        typed(pad, "5074")
        press(pad, "KEY_ENTER")
        typed(pad, "96385074")
        press(pad, "KEY_ENTER")
        with pytest.raises(ScanDropped, match="faster than they were read"):
            next_scan(reader)
        assert next_scan(reader) == Scan("96385074")


def test_half_a_scan_does_not_wait_for_the_next_one(pad: Keypad) -> None:
    time = SteppedTime()
    with scanner(pad, time=time) as reader:
        typed(pad, "9638")
        assert reader.read(0.0) is None
        time.now += PATIENCE
        with pytest.raises(ScanDropped, match="did not end"):
            reader.read(0.0)


def test_the_scanner_is_grabbed_so_that_a_scan_is_typed_nowhere_else(pad: Keypad) -> None:
    with scanner(pad):
        assert pad.grabbed


def test_a_name_finds_the_one_scanner() -> None:
    with pytest.raises(DeviceNotOpened, match="0 keyboards match that name"):
        EvdevScanner("*honeywell*", inputs=InputBox())


def test_the_real_package_is_what_is_opened_by_default() -> None:
    with pytest.raises(DeviceNotOpened, match=r"evdev:/dev/null does not open"):
        EvdevScanner("/dev/null")
