"""When points expire, by the programme's own calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from firmware.entries.fields import Instant

__all__ = ["CALENDAR_END", "Expiry", "MonthEnd", "Never", "RollingDays", "day_of", "expires"]

CALENDAR_END = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())
"""Where the calendar stops; an instant beyond is taken as this one."""


class Never(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="never"):
    """Points do not expire."""


class RollingDays(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="days"):
    """Points expire at the end of the day that many days after the day of purchase."""

    days: Annotated[int, Meta(ge=0, le=3660)]


class MonthEnd(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="month_end"):
    """Points expire at the end of the month that many months after the month of purchase."""

    months: Annotated[int, Meta(ge=0, le=120)]


Expiry = Never | RollingDays | MonthEnd


def expires(expiry: Expiry, zone: ZoneInfo, at: Instant) -> Instant | None:
    """The first instant at which points given at `at` are gone; None for never."""
    if isinstance(expiry, Never):
        return None
    day = _day(zone, at)
    if isinstance(expiry, RollingDays):
        return _start(day + timedelta(days=expiry.days + 1), zone)
    month = day.year * 12 + day.month + expiry.months
    return _start(date(month // 12, month % 12 + 1, 1), zone)


def day_of(zone: ZoneInfo, at: Instant) -> tuple[Instant, Instant]:
    """The programme's day around `at`: its first instant and the next day's."""
    day = _day(zone, at)
    return _start(day, zone), _start(day + timedelta(days=1), zone)


def _day(zone: ZoneInfo, at: Instant) -> date:
    return datetime.fromtimestamp(min(at, CALENDAR_END), zone).date()


def _start(day: date, zone: ZoneInfo) -> Instant:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
