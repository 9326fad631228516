"""Counting what clerks do, entry by entry, in whatever order entries come."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from central.store.schema import entries
from central.store.velocity import clerk_days, clerk_members, followed
from firmware.entries import Entry, EntryMalformed, Identified, Purchase, Refund, Void, decode_entry

__all__ = ["ClerkDay", "Counted", "count", "counted", "day_of", "follow", "forget", "newest"]

MOST = 2000
"""Entries looked at in one transaction."""
UNPROVED = (Identified.STATIC, Identified.KEYED)
SUMS = ("sales", "voids", "earned", "unproved")


class ClerkDay(NamedTuple):
    """A clerk in a shop, on a day of the programme's calendar."""

    day: str
    shop: str
    clerk: str


class Counted(Struct):
    """What some entries come to: by clerk and day, and of those by member."""

    days: defaultdict[ClerkDay, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    members: Counter[tuple[ClerkDay, int]] = field(default_factory=Counter)


def follow(connection: Connection, zone: ZoneInfo) -> Counted | None:
    """Count what was recorded since the last time, at most so much of it; None where nothing was."""
    last = connection.execute(select(followed.c.entry)).scalar_one()
    wanted = select(entries.c.id, entries.c.at, entries.c.body).where(entries.c.id > last).order_by(entries.c.id)
    rows = connection.execute(wanted.limit(MOST)).all()
    if not rows:
        return None
    found = counted(_understood(rows), zone)
    count(connection, found)
    connection.execute(update(followed).values(entry=rows[-1].id))
    return found


def newest(connection: Connection) -> bool:
    """Whether anything was recorded since the last time."""
    last = select(followed.c.entry).scalar_subquery()
    return connection.execute(select(entries.c.id).where(entries.c.id > last).limit(1)).first() is not None


def counted(known: Iterable[tuple[Entry, int | None]], zone: ZoneInfo) -> Counted:
    """What entries come to, each with when it counts; one whose time is not known is of no day."""
    found = Counted()
    for entry, at in known:
        if at is None or not isinstance(entry.act, Purchase | Void | Refund):
            continue
        whose = ClerkDay(day_of(at, zone), entry.shop, entry.clerk or "")
        found.days[whose].update(_sums(entry.act))
        if isinstance(entry.act, Purchase) and entry.act.member is not None:
            found.members[whose, int(entry.act.member)] += 1
    return found


def count(connection: Connection, found: Counted) -> None:
    """Add to the tables."""
    for whose, sums in found.days.items():
        row = {**whose._asdict(), **{name: sums[name] for name in SUMS}}
        added = {name: clerk_days.c[name] + sums[name] for name in SUMS}
        keys = [*ClerkDay._fields]
        connection.execute(insert(clerk_days).values(row).on_conflict_do_update(index_elements=keys, set_=added))
    for (whose, member), purchases in found.members.items():
        fresh = insert(clerk_members).values(**whose._asdict(), member=member, purchases=purchases)
        keys = [*ClerkDay._fields, "member"]
        more = {"purchases": clerk_members.c.purchases + purchases}
        connection.execute(fresh.on_conflict_do_update(index_elements=keys, set_=more))


def forget(connection: Connection, before: str) -> None:
    """Drop what clerks did before that day."""
    for table in (clerk_days, clerk_members):
        connection.execute(delete(table).where(table.c.day < before))


def day_of(at: int, zone: ZoneInfo) -> str:
    """The day of an instant."""
    return datetime.fromtimestamp(at, zone).date().isoformat()


def _sums(act: Purchase | Void | Refund) -> dict[str, int]:
    if not isinstance(act, Purchase):
        return {"voids": 1}
    earned = bool(act.member) and any(lot.points for lot in act.lots)
    return {"sales": 1, "earned": int(earned), "unproved": int(earned and act.by in UNPROVED)}


def _understood(rows: Iterable[Row[Any, Any, Any]]) -> Iterator[tuple[Entry, int | None]]:
    for row in rows:
        try:
            yield decode_entry(row.body), row.at
        except EntryMalformed:  # of a newer release
            continue
