"""Which key of a keypad means what, by the kernel's names (linux/input-event-codes.h)."""

from firmware.flow.keys import Key

__all__ = ["KEYPAD"]

KEYPAD: dict[str, Key] = {
    **{f"KEY_KP{digit}": Key(str(digit)) for digit in range(10)},
    **{f"KEY_{digit}": Key(str(digit)) for digit in range(10)},
    "KEY_KPDOT": Key.DOUBLE_ZERO,
    "KEY_KPCOMMA": Key.DOUBLE_ZERO,
    "KEY_DOT": Key.DOUBLE_ZERO,
    "KEY_KPENTER": Key.ENTER,
    "KEY_ENTER": Key.ENTER,
    "KEY_BACKSPACE": Key.BACKSPACE,
    "KEY_KPMINUS": Key.CANCEL,
    "KEY_MINUS": Key.CANCEL,
    "KEY_ESC": Key.CANCEL,
    "KEY_KPPLUS": Key.NEXT,
    "KEY_DOWN": Key.NEXT,
    "KEY_KPASTERISK": Key.COUPON,
    "KEY_KPLEFTPAREN": Key.POINTS,
    "KEY_P": Key.POINTS,
    "KEY_HOME": Key.POINTS,
    "KEY_KPRIGHTPAREN": Key.RECEIPT,
    "KEY_R": Key.RECEIPT,
    "KEY_INSERT": Key.RECEIPT,
    "KEY_KPSLASH": Key.VOID,
    "KEY_SLASH": Key.VOID,
    "KEY_DELETE": Key.VOID,
    "KEY_TAB": Key.SIGN_OFF,
    "KEY_KPEQUAL": Key.SIGN_OFF,
    "KEY_END": Key.SIGN_OFF,
}
"""NumLock means nothing here: many keypads send it by themselves around each digit."""
