"""When points expire, and where the programme's day begins and ends."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from firmware.score.expiry import Expiry, MonthEnd, Never, RollingDays, YearEnd, day_of, expires, ready

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors" / "points.json").read_text("utf-8"))[
    "expiries"
]
TOKYO = ZoneInfo("Asia/Tokyo")
ZONES = ["Asia/Tokyo", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"]
LAST = 2**40


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_points_expire_when_the_vectors_say(vector: dict[str, Any]) -> None:
    expiry: Expiry = msgspec.convert(vector["expiry"], Expiry)  # type: ignore[arg-type]
    due = None if vector["expires"] is None else instant(vector["expires"])
    assert expires(expiry, ZoneInfo(vector["timezone"]), instant(vector["at"])) == due


@given(sampled_from(ZONES), integers(0, 2**33), integers(0, 3660), integers(0, 120), integers(1, 12))
def test_points_never_expire_before_they_are_given(zone: str, at: int, days: int, months: int, last: int) -> None:
    for expiry in (RollingDays(days), MonthEnd(months), YearEnd(months // 12, last)):
        due = expires(expiry, ZoneInfo(zone), at)
        assert due is not None
        assert due > at


@given(sampled_from(ZONES), integers(0, 2**33))
def test_an_instant_lies_in_its_own_day(zone: str, at: int) -> None:
    start, end = day_of(ZoneInfo(zone), at)
    assert start <= at < end
    assert end - start <= 25 * 3600


@given(sampled_from(ZONES), integers(0, 2**33), integers(1, 366))
def test_points_become_ready_at_the_start_of_a_day_and_never_before_they_are_given(
    zone: str, at: int, wait: int
) -> None:
    due = ready(wait, ZoneInfo(zone), at)
    assert due == day_of(ZoneInfo(zone), due)[0] > at
    assert expires(RollingDays(wait - 1), ZoneInfo(zone), at) == due


def test_points_that_wait_for_nothing_are_ready_from_the_beginning_of_time() -> None:
    assert ready(0, TOKYO, instant("2026-03-01T00:30:00+09:00")) == 0


def test_a_day_is_the_programmes_not_that_of_utc() -> None:
    start, end = day_of(TOKYO, instant("2026-02-28T16:00:00+00:00"))
    assert (start, end) == (instant("2026-03-01T00:00:00+09:00"), instant("2026-03-02T00:00:00+09:00"))


def test_a_clock_beyond_the_calendar_is_taken_as_the_year_9000() -> None:
    assert expires(RollingDays(0), TOKYO, LAST) == int(datetime(9000, 1, 1, 15, tzinfo=UTC).timestamp())
    assert expires(MonthEnd(120), TOKYO, LAST) is not None
    assert expires(Never(), TOKYO, LAST) is None
