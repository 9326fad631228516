"""A USB keypad: which one is taken, and what its events mean."""

import pytest
from evdev import ecodes

from firmware.drivers.device import DeviceNotOpened
from firmware.drivers.keys import KeyDropped, KeysLost
from firmware.drivers.keys.evdev import EvdevKeys
from firmware.flow.keys import Key
from tests.contracts.rigs.keys import InputBox, Keypad

PATH = "/dev/input/event3"
REPORT = (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
ENTER = [ecodes.KEY_KPENTER]


def keypad(number: int = 3, name: str = "SIGMACHIP USB Keypad", codes: list[int] = ENTER) -> Keypad:
    return Keypad(f"/dev/input/event{number}", name, codes)


def down(code: int, value: int = 1) -> tuple[int, int, int]:
    return ecodes.EV_KEY, code, value


def test_the_keypad_is_grabbed_so_that_a_pin_is_typed_nowhere_else() -> None:
    pad = keypad()
    with EvdevKeys(PATH, inputs=InputBox(pad)):
        assert pad.grabbed


def test_a_keypad_that_another_program_holds_is_refused_and_let_go() -> None:
    pad = Keypad(PATH, "USB Keypad", ENTER, grabbed=True)
    with pytest.raises(DeviceNotOpened, match="resource busy"):
        EvdevKeys(PATH, inputs=InputBox(pad))
    assert pad.fd == -1


def test_holding_a_key_is_pressing_it_once() -> None:
    pad = keypad()
    with EvdevKeys(PATH, inputs=InputBox(pad)) as keys:
        pad.send(down(ecodes.KEY_KP5), REPORT, *[down(ecodes.KEY_KP5, 2)] * 30, down(ecodes.KEY_KP5, 0), REPORT)
        assert keys.read(0.0) == Key.DIGIT_5
        assert keys.read(0.0) is None


def test_a_numlock_that_the_keypad_sends_by_itself_is_nothing() -> None:
    pad = keypad()
    with EvdevKeys(PATH, inputs=InputBox(pad)) as keys:
        for code in (ecodes.KEY_NUMLOCK, ecodes.KEY_KP5, ecodes.KEY_NUMLOCK):
            pad.press(code)
        assert keys.read(0.0) == Key.DIGIT_5
        assert keys.read(0.0) is None


def test_a_string_may_give_a_key_another_meaning() -> None:
    pad = keypad()
    extra = {"numlock": Key.SIGN_OFF, "kpdot": Key.CANCEL}
    with EvdevKeys(PATH, extra, InputBox(pad)) as keys:
        for code in (ecodes.KEY_NUMLOCK, ecodes.KEY_KPDOT, ecodes.KEY_KP1):
            pad.press(code)
        assert [keys.read(0.0) for _ in range(3)] == [Key.SIGN_OFF, Key.CANCEL, Key.DIGIT_1]


def test_a_key_that_the_kernel_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(DeviceNotOpened, match="the kernel knows no KEY_CASH"):
        EvdevKeys(PATH, {"cash": Key.ENTER}, InputBox(keypad()))


def test_after_an_overflow_nothing_counts_up_to_the_next_report() -> None:
    pad = keypad()
    with EvdevKeys(PATH, inputs=InputBox(pad)) as keys:
        pad.send(down(ecodes.KEY_KP1), REPORT, (ecodes.EV_SYN, ecodes.SYN_DROPPED, 0), down(ecodes.KEY_KP2))
        with pytest.raises(KeyDropped, match="keys came faster than they were read"):
            keys.read(0.0)
        pad.send(down(ecodes.KEY_KP3), REPORT, down(ecodes.KEY_KP4), REPORT)
        assert [keys.read(0.0) for _ in range(3)] == [Key.DIGIT_1, Key.DIGIT_4, None]


def test_many_keys_in_one_go_all_arrive() -> None:
    pad = keypad()
    with EvdevKeys(PATH, inputs=InputBox(pad)) as keys:
        for _ in range(200):
            pad.press(ecodes.KEY_KP9)
        assert [keys.read(0.0) for _ in range(201)] == [Key.DIGIT_9] * 200 + [None]


def test_a_wake_up_with_nothing_to_read_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    pad = keypad()

    def nothing(self: Keypad) -> object:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with EvdevKeys(PATH, inputs=InputBox(pad)) as keys:
        pad.press(ecodes.KEY_KP1)
        with monkeypatch.context() as patch:
            patch.setattr(Keypad, "read", nothing)
            assert keys.read(0.0) is None
        assert keys.read(0.0) == Key.DIGIT_1


def test_a_keypad_whose_file_ends_is_lost() -> None:
    pad = keypad()
    with EvdevKeys(PATH, inputs=InputBox(pad)) as keys:
        pad.unhook()
        with pytest.raises(KeysLost, match="no more events"):
            keys.read(0.0)


def test_a_name_finds_the_one_keypad_that_has_an_enter_key() -> None:
    pad = keypad(5)
    others = [
        keypad(4, codes=[ecodes.KEY_VOLUMEUP]),
        keypad(6, "Power Button", [ecodes.KEY_POWER]),
        keypad(7, "A keyboard", [ecodes.KEY_ENTER]),
    ]
    with EvdevKeys("*usb keypad*", inputs=InputBox(*others, pad)) as keys:
        pad.press(ecodes.KEY_KPENTER)
        assert keys.read(0.0) == Key.ENTER
        assert not any(other.grabbed for other in others)
        assert [other.fd for other in others] == [-1, -1, -1]


@pytest.mark.parametrize(
    ("pads", "fault"),
    [
        ([], "0 keyboards match that name, one is due; there are no input devices"),
        ([(2, "Mouse")], "0 keyboards match .*'Mouse' at /dev/input/event2"),
        ([(2, "Keypad"), (3, "Keypad")], "2 keyboards match .*'Keypad' at /dev/input/event2, 'Keypad' at"),
    ],
)
def test_a_name_that_fits_none_or_several_is_refused_with_what_there_is(
    pads: list[tuple[int, str]], fault: str
) -> None:
    box = InputBox(*[keypad(number, name) for number, name in pads])
    with pytest.raises(DeviceNotOpened, match=fault):
        EvdevKeys("keypad", inputs=box)
    assert all(pad.fd == -1 for pad in box.keypads.values())


def test_a_path_that_is_not_there_is_refused() -> None:
    with pytest.raises(DeviceNotOpened, match=r"evdev:/dev/input/event9 does not open: .*No such file"):
        EvdevKeys("/dev/input/event9", inputs=InputBox())


def test_the_real_package_is_what_is_opened_by_default() -> None:
    with pytest.raises(DeviceNotOpened, match=r"evdev:/dev/null does not open"):
        EvdevKeys("/dev/null")
