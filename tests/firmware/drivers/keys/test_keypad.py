"""What each key of a keypad means: the whole table, and that it is a table of real keys."""

import pytest
from evdev import ecodes

from firmware.drivers.keys.evdev import EvdevKeys
from firmware.drivers.keys.keypad import KEYPAD
from firmware.flow.keys import Key
from tests.contracts.rigs.keys import InputBox, Keypad

NUMBERS = {
    Key.DIGIT_0: {82, 11},
    Key.DIGIT_1: {79, 2},
    Key.DIGIT_2: {80, 3},
    Key.DIGIT_3: {81, 4},
    Key.DIGIT_4: {75, 5},
    Key.DIGIT_5: {76, 6},
    Key.DIGIT_6: {77, 7},
    Key.DIGIT_7: {71, 8},
    Key.DIGIT_8: {72, 9},
    Key.DIGIT_9: {73, 10},
    Key.DOUBLE_ZERO: {83, 121, 52},
    Key.ENTER: {96, 28},
    Key.BACKSPACE: {14},
    Key.CANCEL: {74, 12, 1},
    Key.NEXT: {78, 108},
    Key.COUPON: {55},
    Key.POINTS: {179, 25, 102},
    Key.RECEIPT: {180, 19, 110},
    Key.VOID: {98, 53, 111},
    Key.SIGN_OFF: {15, 117, 107},
}
"""Key codes as linux/input-event-codes.h numbers them, written down independently of the names."""


def test_every_key_of_the_counter_is_on_the_keypad() -> None:
    assert set(KEYPAD.values()) == set(Key)


@pytest.mark.parametrize("key", Key)
def test_a_key_is_pressed_by_these_codes_and_no_others(key: Key) -> None:
    assert {ecodes.ecodes[name] for name, meaning in KEYPAD.items() if meaning is key} == NUMBERS[key]


@pytest.mark.parametrize("code", range(256))
def test_each_code_that_a_keypad_can_send_gives_its_key_or_nothing(code: int) -> None:
    keypad = Keypad("/dev/input/event3", "USB Keypad", [])
    with EvdevKeys("/dev/input/event3", inputs=InputBox(keypad)) as keys:
        keypad.press(code)
        meant = [key for key, codes in NUMBERS.items() if code in codes]
        assert keys.read(0.0) == (meant[0] if meant else None)
        assert keys.read(0.0) is None
