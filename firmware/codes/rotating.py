"""Rotating codes: a member code and a one-time value that only the member's phone can make (docs/spec/codes.md)."""

import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from msgspec import Struct

from firmware.codes.errors import CodeNotDigits, RotatingCodeLength
from firmware.codes.member import LENGTH, MemberCode

__all__ = [
    "ROTATING_LENGTH",
    "STEP_SECONDS",
    "VALUE_DIGITS",
    "DayKeys",
    "RotatingCode",
    "Unproved",
    "day_key",
    "day_of_step",
    "days_around",
    "is_rotating",
    "one_time_value",
    "step_at",
    "verify",
]

STEP_SECONDS = 30
VALUE_DIGITS = 8
VALUES = 100_000_000
ROTATING_LENGTH = LENGTH + VALUE_DIGITS
WINDOW = 1
"""Steps before and after the present one whose values are taken: clocks differ a little, and people are slow."""
LOOK = 24 * 3600 // STEP_SECONDS
"""How many steps away a value that is refused is looked for, to say whether it is an old picture or a wrong clock."""
PURPOSE = "habitue day "
CALENDAR_END = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())
SHAPE = re.compile(rf"[0-9]{{{ROTATING_LENGTH}}}")


class Unproved(StrEnum):
    """Why a rotating code proves nothing."""

    OTHER_MEMBER = "other-member"
    NO_KEY = "no-key"
    """There is no key of the member here for these days."""
    STALE = "stale"
    """It was right some time ago, at most a day: an old picture, or the phone's clock is slow."""
    EARLY = "early"
    """It will be right some time later, within a day: the phone's clock is fast."""
    WRONG = "wrong"
    USED = "used"
    """It was right, and has been used already."""
    ATTEMPTS = "attempts"
    """Too many wrong values were tried with this member's code; none is looked at for a while."""


class RotatingCode(Struct, frozen=True):
    """A member code and the eight digits of its one-time value; `repr` keeps both out of logs.

    Raises CodeNotDigits for a value that is none.
    """

    member: MemberCode
    value: str

    def __post_init__(self) -> None:
        if len(self.value) != VALUE_DIGITS:
            raise RotatingCodeLength(LENGTH + len(self.value))
        for place, character in enumerate(self.value, start=LENGTH + 1):
            if character not in "0123456789":
                raise CodeNotDigits(place)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read exactly 22 ASCII digits; raises RotatingCodeLength, CodeNotDigits or CodeCheckFailed."""
        if len(text) != ROTATING_LENGTH:
            raise RotatingCodeLength(len(text))
        return cls(MemberCode.parse(text[:LENGTH]), text[LENGTH:])

    @classmethod
    def of(cls, member: MemberCode, key: bytes, step: int) -> Self:
        """The code at a time step, made with the key of that step's day."""
        return cls(member, one_time_value(key, step))

    @property
    def grouped(self) -> str:
        """The code as people read it: `12345 0000001 84 4611 9246`."""
        return f"{self.member.grouped} {self.value[:4]} {self.value[4:]}"

    def __str__(self) -> str:
        return f"{self.member}{self.value}"

    def __repr__(self) -> str:
        return f"RotatingCode({self.member.company}…)"


class DayKeys(Struct, frozen=True):
    """A member's day keys by day (`2026-11-22`), 32 bytes each; `repr` never shows them."""

    member: MemberCode
    keys: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"DayKeys({self.member!r}, {sorted(self.keys)})"


def is_rotating(text: str) -> bool:
    """Tell whether a text that was read has a rotating code's shape: 22 ASCII digits."""
    return SHAPE.fullmatch(text) is not None


def step_at(now: int) -> int:
    """The time step of an instant (RFC 6238, T0 = 0, X = 30)."""
    return now // STEP_SECONDS


def day_of_step(step: int, zone: ZoneInfo) -> str:
    """The day whose key makes a step's value: the programme's date at the step's first second, as YYYY-MM-DD."""
    return _date(min(step * STEP_SECONDS, CALENDAR_END), zone).isoformat()


def days_around(now: int, zone: ZoneInfo) -> tuple[str, str, str]:
    """The programme's yesterday, today and tomorrow."""
    today = _date(min(now, CALENDAR_END), zone)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    return yesterday.isoformat(), today.isoformat(), tomorrow.isoformat()


def day_key(member_key: bytes, day: str) -> bytes:
    """The key of one day, from which neither the member's key nor another day's follows (HMAC-SHA-256, RFC 2104)."""
    return hmac.digest(member_key, f"{PURPOSE}{day}".encode(), "sha256")


def one_time_value(key: bytes, step: int) -> str:
    """The eight digits of a step (RFC 6238 with HMAC-SHA-256; dynamic truncation of RFC 4226, clause 5.3)."""
    return f"{_number(key, step):0{VALUE_DIGITS}d}"


def verify(code: RotatingCode, of: DayKeys, zone: ZoneInfo, now: int, window: int = WINDOW) -> int | Unproved:
    """The step whose value the code carries, if it lies within the window around `now`; else why it proves nothing.

    Whether that step was used before is for the caller to look up: each step of a member counts once.
    """
    if code.member != of.member:
        return Unproved.OTHER_MEMBER
    present = step_at(now)
    near = {step: day_of_step(step, zone) for step in range(max(present - window, 0), present + window + 1)}
    tried = [(step, of.keys[day]) for step, day in near.items() if day in of.keys]
    if not tried:
        return Unproved.NO_KEY
    found = [step for step, key in tried if hmac.compare_digest(one_time_value(key, step), code.value)]
    return found[0] if found else _refusal(int(code.value), of, zone, present)


def _refusal(value: int, of: DayKeys, zone: ZoneInfo, present: int) -> Unproved:
    for step, key in _steps(of.keys, zone, present):
        if _number(key, step) == value:
            return Unproved.STALE if step < present else Unproved.EARLY
    return Unproved.WRONG


def _number(key: bytes, step: int) -> int:
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha256")
    start = digest[-1] & 0x0F
    return (int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF) % VALUES


def _steps(keys: Mapping[str, bytes], zone: ZoneInfo, present: int) -> Iterator[tuple[int, bytes]]:
    """Every step that there is a key for, at most a day from the present one."""
    for day, key in sorted(keys.items()):
        start = date.fromisoformat(day)
        first, end = _first_step(start, zone), _first_step(start + timedelta(days=1), zone)
        for step in range(max(first, present - LOOK, 0), min(end, present + LOOK + 1)):
            yield step, key


def _first_step(day: date, zone: ZoneInfo) -> int:
    start = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
    return -(-start // STEP_SECONDS)


def _date(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, zone).date()
