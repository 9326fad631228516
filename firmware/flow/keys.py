"""The keys a clerk can press, and the signals the counter can give, whatever device carries them."""

from enum import StrEnum

__all__ = ["Key", "Signal"]


class Key(StrEnum):
    """A key by its meaning; digits carry their own character as value."""

    DIGIT_0 = "0"
    DIGIT_1 = "1"
    DIGIT_2 = "2"
    DIGIT_3 = "3"
    DIGIT_4 = "4"
    DIGIT_5 = "5"
    DIGIT_6 = "6"
    DIGIT_7 = "7"
    DIGIT_8 = "8"
    DIGIT_9 = "9"
    DOUBLE_ZERO = "00"
    ENTER = "enter"
    CANCEL = "cancel"
    BACKSPACE = "backspace"
    VOID = "void"
    COUPON = "coupon"
    POINTS = "points"
    NEXT = "next"
    RECEIPT = "receipt"
    SIGN_OFF = "sign_off"


class Signal(StrEnum):
    """What LEDs and a buzzer tell without words."""

    READY = "ready"
    IDENTIFIED = "identified"
    DONE = "done"
    REFUSED = "refused"
    ATTENTION = "attention"
