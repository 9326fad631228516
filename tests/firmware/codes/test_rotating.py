"""Rotating codes: the standards' own numbers, the days of a programme, and everything that proves nothing."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.codes import (
    CodeCheckFailed,
    CodeError,
    CodeNotDigits,
    DayKeys,
    MemberCode,
    RotatingCode,
    RotatingCodeLength,
    Unproved,
    is_rotating,
)
from firmware.codes.rotating import STEP_SECONDS, day_key, day_of_step, days_around, one_time_value, step_at, verify

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "rotating.json").read_text("utf-8"))
FAULTS = {"length": RotatingCodeLength, "digits": CodeNotDigits, "check": CodeCheckFailed}
TOKYO = ZoneInfo("Asia/Tokyo")
ZONES = ["UTC", "Asia/Tokyo", "Asia/Kathmandu", "America/Havana", "America/Santiago", "Australia/Lord_Howe"]
HANA = MemberCode.of("12345", "0000001")
BERT = MemberCode.of("12345", "0000002")
KEY = bytes(range(32))
NOW = 1_790_000_010
"""Ten seconds into a step, in the middle of a day."""

instants = st.integers(min_value=0, max_value=4_000_000_000)


def keys_of(steps: Iterable[int], zone: ZoneInfo = TOKYO, member: MemberCode = HANA, key: bytes = KEY) -> DayKeys:
    days = {day_of_step(max(step, 0), zone) for step in steps}
    return DayKeys(member, {day: day_key(key, day) for day in days})


def code_at(at: int, zone: ZoneInfo = TOKYO, member: MemberCode = HANA, key: bytes = KEY) -> RotatingCode:
    step = step_at(at)
    return RotatingCode.of(member, day_key(key, day_of_step(step, zone)), step)


ALL_DAY = keys_of(step_at(NOW) + off for off in (-2880, 0, 2880))


@pytest.mark.parametrize("vector", VECTORS["rfc6238"]["values"], ids=lambda vector: str(vector["at"]))
def test_the_values_are_those_of_rfc_6238_for_sha_256(vector: dict[str, Any]) -> None:
    assert step_at(vector["at"]) == vector["step"]
    assert one_time_value(bytes.fromhex(VECTORS["rfc6238"]["key"]), vector["step"]) == vector["value"]


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=lambda vector: vector["text"])
def test_a_code_is_made_as_the_vectors_say(vector: dict[str, Any]) -> None:
    member, zone = MemberCode.parse(vector["member"]), ZoneInfo(vector["zone"])
    step = step_at(vector["at"])
    day = day_of_step(step, zone)
    key = day_key(bytes.fromhex(vector["member_key"]), day)
    assert (step, day, key.hex()) == (vector["step"], vector["day"], vector["day_key"])
    code = RotatingCode.of(member, key, step)
    assert str(code) == vector["text"]
    assert RotatingCode.parse(vector["text"]) == code
    assert verify(code, DayKeys(member, {day: key}), zone, vector["at"]) == step


@pytest.mark.parametrize("vector", VECTORS["verifying"]["outcomes"], ids=lambda vector: str(vector["outcome"]))
def test_a_code_is_judged_as_the_vectors_say(vector: dict[str, Any]) -> None:
    case = VECTORS["verifying"]
    keys = {day: day_key(bytes.fromhex(case["member_key"]), day) for day in case["days"]}
    known = DayKeys(MemberCode.parse(case["member"]), keys)
    found = verify(RotatingCode.parse(vector["text"]), known, ZoneInfo(case["zone"]), vector["now"])
    assert found == vector["outcome"]


@pytest.mark.parametrize("vector", VECTORS["malformed"], ids=lambda vector: vector["fault"] + vector["text"])
def test_what_is_no_rotating_code_is_refused_by_its_first_fault(vector: dict[str, str]) -> None:
    with pytest.raises(FAULTS[vector["fault"]]):
        RotatingCode.parse(vector["text"])


@given(st.sampled_from(ZONES), instants, st.integers(min_value=-40, max_value=70))
def test_a_code_is_taken_in_its_own_step_and_the_two_beside_it(name: str, at: int, late: int) -> None:
    zone, now = ZoneInfo(name), max(at + late, 0)
    found = verify(code_at(at, zone), keys_of([step_at(at) + off for off in (-9, 0, 9)], zone), zone, now)
    apart = step_at(at) - step_at(now)
    assert found == (step_at(at) if abs(apart) <= 1 else Unproved.STALE if apart < 0 else Unproved.EARLY)


@given(st.sampled_from(ZONES), instants)
def test_the_day_of_a_step_is_the_programmes_date_when_it_begins(name: str, at: int) -> None:
    zone, step = ZoneInfo(name), step_at(at)
    assert day_of_step(step, zone) == datetime.fromtimestamp(step * STEP_SECONDS, zone).strftime("%Y-%m-%d")


@pytest.mark.parametrize(
    ("zone", "hour", "days"),
    [
        ("Asia/Tokyo", 0, ("2026-11-21", "2026-11-22", "2026-11-23")),
        ("Asia/Tokyo", 23, ("2026-11-21", "2026-11-22", "2026-11-23")),
        ("America/New_York", 0, ("2026-10-31", "2026-11-01", "2026-11-02")),
    ],
)
def test_tomorrow_is_the_next_date_also_of_a_day_with_25_hours(zone: str, hour: int, days: tuple[str, ...]) -> None:
    _, month, day = map(int, days[1].split("-"))
    now = datetime(2026, month, day, hour, 10, tzinfo=ZoneInfo(zone))
    assert days_around(int(now.timestamp()), ZoneInfo(zone)) == days


@pytest.mark.parametrize("name", ZONES)
def test_across_midnight_each_step_is_made_with_its_own_days_key(name: str) -> None:
    zone = ZoneInfo(name)
    midnight = int(datetime(2026, 11, 23, tzinfo=zone).timestamp())
    before, after = code_at(midnight - 1, zone), code_at(midnight, zone)
    known = keys_of([step_at(midnight) - 1, step_at(midnight)], zone)
    assert len(known.keys) == 2
    assert verify(before, known, zone, midnight) == step_at(midnight) - 1
    assert verify(after, known, zone, midnight - 1) == step_at(midnight)
    today = DayKeys(HANA, {"2026-11-23": known.keys["2026-11-23"]})
    assert verify(before, today, zone, midnight) is Unproved.WRONG, "yesterday's key is not here"
    assert verify(after, today, zone, midnight) == step_at(midnight)


def test_a_picture_of_yesterday_is_an_old_one() -> None:
    assert verify(code_at(NOW - 23 * 3600), ALL_DAY, TOKYO, NOW) is Unproved.STALE
    assert verify(code_at(NOW - 24 * 3600), ALL_DAY, TOKYO, NOW) is Unproved.STALE
    assert verify(code_at(NOW - 24 * 3600 - STEP_SECONDS), ALL_DAY, TOKYO, NOW) is Unproved.WRONG
    assert verify(code_at(NOW - 24 * 3600), keys_of([step_at(NOW)]), TOKYO, NOW) is Unproved.WRONG, "its key is gone"


def test_a_phone_whose_clock_is_fast_is_told_apart_from_a_forged_value() -> None:
    assert verify(code_at(NOW + 3600), ALL_DAY, TOKYO, NOW) is Unproved.EARLY
    assert verify(code_at(NOW + 24 * 3600 + STEP_SECONDS), ALL_DAY, TOKYO, NOW) is Unproved.WRONG
    assert verify(code_at(NOW, key=bytes(32)), ALL_DAY, TOKYO, NOW) is Unproved.WRONG


def test_a_value_of_another_member_proves_nothing() -> None:
    theirs = code_at(NOW, member=BERT, key=bytes(32))
    assert verify(theirs, ALL_DAY, TOKYO, NOW) is Unproved.OTHER_MEMBER
    assert verify(RotatingCode(HANA, theirs.value), ALL_DAY, TOKYO, NOW) is Unproved.WRONG


def test_without_a_key_of_these_days_nothing_can_be_said() -> None:
    assert verify(code_at(NOW), DayKeys(HANA, {}), TOKYO, NOW) is Unproved.NO_KEY
    assert verify(code_at(NOW), keys_of([step_at(NOW) - 3 * 2880]), TOKYO, NOW) is Unproved.NO_KEY


@pytest.mark.parametrize("window", [0, 1, 2, 10])
def test_the_window_may_be_narrower_or_wider(window: int) -> None:
    near, far = NOW - window * STEP_SECONDS, NOW - (window + 1) * STEP_SECONDS
    assert verify(code_at(near), ALL_DAY, TOKYO, NOW, window) == step_at(near)
    assert verify(code_at(far), ALL_DAY, TOKYO, NOW, window) is Unproved.STALE


def test_at_the_beginning_and_at_the_end_of_time_a_code_is_refused_and_nothing_breaks() -> None:
    assert verify(code_at(0), keys_of([0]), TOKYO, 0) == 0
    forged = RotatingCode(HANA, "00000000")
    assert verify(forged, keys_of([0]), TOKYO, 0) is Unproved.WRONG
    assert verify(forged, ALL_DAY, TOKYO, 2**40) is Unproved.NO_KEY


@given(st.integers(min_value=0, max_value=2**40), st.binary(min_size=32, max_size=32))
def test_no_two_days_have_one_key(at: int, key: bytes) -> None:
    today, tomorrow = day_of_step(step_at(at), TOKYO), day_of_step(step_at(at) + 2880, TOKYO)
    assert today == tomorrow or day_key(key, today) != day_key(key, tomorrow)
    assert len(one_time_value(key, at)) == 8


@given(st.text())
def test_any_text_is_a_rotating_code_or_a_named_fault(text: str) -> None:
    with suppress(CodeError):
        assert str(RotatingCode.parse(text)) == text
        assert is_rotating(text)


@pytest.mark.parametrize(
    "text", [HANA.text, HANA.text + "1234567", HANA.text + "1234567８", " " + HANA.text + "1234567"]
)
def test_what_has_another_shape_is_no_rotating_code(text: str) -> None:
    assert not is_rotating(text)
    assert not is_rotating(HANA.text + "12345678\n")


def test_a_code_whose_check_digits_are_wrong_still_has_the_shape_and_is_damaged() -> None:
    text = "1234500000018512345678"
    assert is_rotating(text)
    with pytest.raises(CodeCheckFailed):
        RotatingCode.parse(text)


@pytest.mark.parametrize("value", ["", "1234567", "123456789"])
def test_a_value_has_eight_digits(value: str) -> None:
    with pytest.raises(RotatingCodeLength):
        RotatingCode(HANA, value)


def test_neither_code_nor_key_is_seen_in_a_log() -> None:
    code = code_at(NOW)
    assert repr(code) == "RotatingCode(12345…)"
    assert code.grouped == f"12345 0000001 84 {code.value[:4]} {code.value[4:]}"
    shown = repr(ALL_DAY)
    assert shown == "DayKeys(MemberCode(12345…), ['2026-09-20', '2026-09-21', '2026-09-22'])"
    with pytest.raises(RotatingCodeLength) as refusal:
        RotatingCode.parse(str(code)[:-1])
    assert str(code)[5:12] not in str(refusal.value)
