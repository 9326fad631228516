"""Calendar years of the programme's zone, and what a history's purchases come to in each. Pure."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from central.ledger.history import History
from firmware.entries import Instant, Purchase, Refund
from firmware.points.refunds import nothing_left
from firmware.score.expiry import CALENDAR_END

__all__ = ["last_second", "year_of", "years_in"]


def years_in(history: History, zone: ZoneInfo) -> dict[int, int]:
    """What the purchases of a history come to in each calendar year, as they stand."""
    amounts: dict[int, int] = {}
    for place, _, act in history.folds:
        if isinstance(act, Purchase):
            year, amount = year_of(place.at, zone), act.amount
        elif isinstance(act, Refund):
            left = 0 if nothing_left(act.after) else act.after.amount
            year, amount = year_of(act.purchased, zone), left - act.before.amount
        else:
            year, amount = year_of(act.purchased, zone), -act.purchase.amount
        amounts[year] = amounts.get(year, 0) + amount
    return amounts


def year_of(at: Instant, zone: ZoneInfo) -> int:
    """The calendar year of an instant, in the programme's zone."""
    return datetime.fromtimestamp(min(at, CALENDAR_END), zone).year


@lru_cache(maxsize=64)
def last_second(year: int, zone: ZoneInfo) -> Instant:
    """The last second of a year."""
    return int(datetime(year + 1, 1, 1, tzinfo=zone).timestamp()) - 1
