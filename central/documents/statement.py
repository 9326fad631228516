"""What a shop gave in a month, from its entries alone: what it owes for points that are paid for later."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection, select

from central.store.schema import entries, lives
from firmware.entries import EntryMalformed, decode_entry
from firmware.points.totals import ISSUED, totals_of

__all__ = ["Issue", "month_of", "stated"]


class Issue(Struct, frozen=True):
    """What one terminal gave in the shop, and took back of what it had given."""

    terminal: str
    given: int
    taken_back: int

    @property
    def net(self) -> int:
        """What is paid for."""
        return self.given - self.taken_back


def month_of(text: str, zone: ZoneInfo) -> tuple[int, int]:
    """A month such as 2026-10 as instants of the programme's calendar; raises ValueError."""
    begins = datetime.strptime(text, "%Y-%m").replace(tzinfo=zone)
    ends = begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)
    return int(begins.timestamp()), int(ends.timestamp())


def stated(connection: Connection, shop: str, begins: int, ends: int) -> list[Issue]:
    """By terminal, from `begins` until before `ends`, as far as entries are recorded and their time is known."""
    given, back = defaultdict[str, int](int), defaultdict[str, int](int)
    within = (entries.c.at >= begins, entries.c.at < ends)
    wanted = select(lives.c.terminal, entries.c.body).join_from(entries, lives, lives.c.id == entries.c.life)
    for row in connection.execution_options(yield_per=1000).execute(wanted.where(*within)):
        for points in _issued(row.body, shop):
            (given if points > 0 else back)[row.terminal] += abs(points)
    return [Issue(terminal, given[terminal], back[terminal]) for terminal in sorted({*given, *back})]


def _issued(body: bytes, shop: str) -> list[int]:
    try:
        entry = decode_entry(body)
    except EntryMalformed:  # of a newer release
        return []
    if entry.shop != shop:
        return []
    return [value for what, _, value in totals_of(entry) if what == ISSUED]
