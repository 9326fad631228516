"""The application identifiers that are read, and what each announces (GS1 General Specifications, section 3)."""

import re
from functools import cache

from msgspec import Struct

__all__ = ["GROUP_SEPARATOR", "Form", "forms"]

GROUP_SEPARATOR = "\x1d"
"""How a reader gives the function character that ends an element of no fixed length (FNC1)."""
DATE = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"
"""YYMMDD; day 00 is the end of the month."""


class Form(Struct, frozen=True):
    """An application identifier and its value; `length` is that of a value that needs no separator behind it."""

    ai: re.Pattern[str]
    value: re.Pattern[str]
    length: int | None


def _text(most: int) -> str:
    """GS1 AI encodable character set 82."""
    return rf"[!-\"%-?A-Z_a-z]{{1,{most}}}"


def _digits(least: int, most: int | None = None) -> str:
    return rf"[0-9]{{{least},{most or least}}}"


PREDEFINED: tuple[tuple[str, str, int], ...] = (
    ("00", _digits(18), 18),
    ("0[1-3]", _digits(14), 14),
    ("1[1-35-7]", DATE, 6),
    ("20", _digits(2), 2),
    ("3[1-6][0-9][0-5]", _digits(6), 6),
    ("41[0-7]", _digits(13), 13),
)
OTHERS: tuple[tuple[str, str], ...] = (
    ("10|21|22", _text(20)),
    ("235", _text(28)),
    ("24[01]|25[01]", _text(30)),
    ("242", _digits(1, 6)),
    ("243|254", _text(20)),
    ("253", f"{_digits(13)}(?:{_text(17)})?"),
    ("255", _digits(13, 25)),
    ("30|37", _digits(1, 8)),
    ("390[0-9]|392[0-9]", _digits(1, 15)),
    ("391[0-9]|393[0-9]", _digits(4, 18)),
    ("394[0-3]", _digits(4)),
    ("395[0-5]", _digits(6)),
    ("40[01]|403", _text(30)),
    ("402", _digits(17)),
    ("420", _text(20)),
    ("421", f"{_digits(3)}{_text(9)}"),
    ("42[246]", _digits(3)),
    ("423|425", _digits(3, 15)),
    ("427", _text(3)),
    ("7001", _digits(13)),
    ("7002", _text(30)),
    ("7003", _digits(10)),
    ("7004", _digits(1, 4)),
    ("7005", _text(12)),
    ("7006", DATE),
    ("7007", _digits(6, 12)),
    ("8001", _digits(14)),
    ("8002", _text(20)),
    ("8003", f"{_digits(14)}(?:{_text(16)})?"),
    ("8004", _text(30)),
    ("8005", _digits(6)),
    ("8006", _digits(18)),
    ("8008", _digits(8, 12)),
    ("801[78]", _digits(18)),
    ("8020", _text(25)),
    ("8110|8200", _text(70)),
    ("90", _text(30)),
    ("9[1-9]", _text(90)),
)
"""What is not here is refused: where an unknown element ends, nobody can tell."""


@cache
def forms() -> tuple[Form, ...]:
    """All of them, made when the first is needed."""
    predefined = (Form(re.compile(ai), re.compile(value), length) for ai, value, length in PREDEFINED)
    others = (Form(re.compile(ai), re.compile(value), None) for ai, value in OTHERS)
    return (*predefined, *others)
