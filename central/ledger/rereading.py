"""Entries that an older release did not understand, and that this one does."""

from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Connection, delete, select, update

from central.ledger.lives import Life
from central.store.schema import entries, lives, reviews
from firmware.entries import EntryHead, UnknownAct, decode_act, decode_head

__all__ = ["UNREAD", "Reread", "note_reread", "reread"]

UNREAD = "act not understood"


class Reread(Struct, frozen=True):
    """An entry that can be understood now; its row number, and when it counts."""

    entry: int
    life: Life
    head: EntryHead
    at: int | None


def reread(connection: Connection) -> Iterator[Reread]:
    """Those of the entries put up for review as not understood that are understood now."""
    for row in connection.execute(_WANTED).all():
        head = decode_head(row.body)
        try:
            decode_act(head)
        except UnknownAct:
            continue
        life = Life(*(getattr(row, name) for name in Life.__struct_fields__))
        yield Reread(row.entry, life, head, row.at)


def note_reread(connection: Connection, entry: int, member: int | None) -> None:
    """The entry is understood: it belongs to that member, and nobody need look at it."""
    connection.execute(update(entries).where(entries.c.id == entry).values(member=member))
    connection.execute(delete(reviews).where(reviews.c.entry == entry, reviews.c.reason == UNREAD))


_WANTED = (
    select(
        *(lives.c[name] for name in Life.__struct_fields__), entries.c.id.label("entry"), entries.c.body, entries.c.at
    )
    .join_from(reviews, entries, entries.c.id == reviews.c.entry)
    .join(lives, lives.c.id == entries.c.life)
    .where(reviews.c.reason == UNREAD)
    .order_by(entries.c.id)
)
