"""When points expire, by the programme's own calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from firmware.entries.fields import Instant

__all__ = [
    "CALENDAR_END",
    "Expiry",
    "FixedDate",
    "MonthEnd",
    "Never",
    "RollingDays",
    "YearEnd",
    "day_of",
    "expires",
    "ready",
]

CALENDAR_END = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())
"""Where the calendar stops; an instant beyond is taken as this one."""
LAST_DAY = date(9000, 1, 1)


class Never(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="never"):
    """Points do not expire."""


class RollingDays(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="days"):
    """Points expire at the end of the day that many days after the day of purchase."""

    days: Annotated[int, Meta(ge=0, le=3660)]


class MonthEnd(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="month_end"):
    """Points expire at the end of the month that many months after the month of purchase."""

    months: Annotated[int, Meta(ge=0, le=120)]


class YearEnd(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="year_end"):
    """Points expire at the end of the year that many years after the year of purchase; a year ends with `month`."""

    years: Annotated[int, Meta(ge=0, le=10)]
    month: Annotated[int, Meta(ge=1, le=12)] = 12


class FixedDate(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fixed"):
    """Points expire at the end of one day, whenever they were given; after it none are given any more."""

    date: date


Expiry = Never | RollingDays | MonthEnd | YearEnd | FixedDate


def expires(expiry: Expiry, zone: ZoneInfo, at: Instant) -> Instant | None:
    """The first instant at which points given at `at` are gone; None for never."""
    day = _day(zone, at)
    match expiry:
        case Never():
            return None
        case RollingDays(days=days):
            return _start(day + timedelta(days=days + 1), zone)
        case FixedDate(date=last):
            return _start(min(last, LAST_DAY) + timedelta(days=1), zone)
        case YearEnd(years=years, month=ends):
            return _month_start((day.year + years + (day.month > ends)) * 12 + ends, zone)
        case MonthEnd(months=months):
            return _month_start(day.year * 12 + day.month + months, zone)


def ready(pending: int, zone: ZoneInfo, at: Instant) -> Instant:
    """The first instant at which points given at `at` may be spent, so many days later; 0 for no days."""
    return _start(_day(zone, at) + timedelta(days=pending), zone) if pending else 0


def day_of(zone: ZoneInfo, at: Instant) -> tuple[Instant, Instant]:
    """The programme's day around `at`: its first instant and the next day's."""
    day = _day(zone, at)
    return _start(day, zone), _start(day + timedelta(days=1), zone)


def _day(zone: ZoneInfo, at: Instant) -> date:
    return datetime.fromtimestamp(min(at, CALENDAR_END), zone).date()


def _month_start(month: int, zone: ZoneInfo) -> Instant:
    """The start of a month, numbered through from January of the year 0, which is 0."""
    return _start(date(month // 12, month % 12 + 1, 1), zone)


def _start(day: date, zone: ZoneInfo) -> Instant:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
