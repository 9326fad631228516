"""Folding a member's whole history anew, from the entries themselves: after a void, a late entry or new measures."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select

from central.ledger.history import Deed, History, read_history
from central.ledger.rules import InForce
from central.ledger.standings import MemberState, numbers_in
from central.store.bulk import note_rows
from central.store.schema import entries, lives, reviews
from firmware.entries import Purchase, UnknownAct, Void, decode_act, decode_head
from firmware.score.fold import standing_after
from firmware.score.standing import EMPTY

__all__ = ["REVIEW_COLUMNS", "refolded"]

REVIEW_COLUMNS = ("entry", "reason", "detail", "found_at")


def refolded(connection: Connection, codes: Iterable[int], in_force: InForce, now: int) -> dict[int, MemberState]:
    """The states that these members' entries give; doubtful reversals are put up for review on the way."""
    states = dict.fromkeys(codes, MemberState(EMPTY, in_force.measures_since, None, None))
    wanted = _HISTORIES.where(entries.c.member.in_(numbers_in(states)))
    for code, rows in groupby(connection.execute(wanted), attrgetter("member")):
        history = read_history(list(_deeds(rows, in_force.rules.currency)))
        states[code] = _folded(history, in_force)
        _review(connection, history, now)
    return states


def _deeds(rows: Iterable[Any], currency: str) -> Iterator[Deed]:
    for row in rows:
        try:
            act = decode_act(decode_head(row.body))
        except UnknownAct:
            continue
        if isinstance(act, Void | Purchase):
            # A purchase in another currency is in no score, like one whose time is not known; its points can be taken.
            foreign = isinstance(act, Purchase) and act.currency != currency
            yield Deed(row.id, None if foreign else row.at, row.terminal, row.life, row.seq, act)


def _folded(history: History, in_force: InForce) -> MemberState:
    standing, last, last_entry = EMPTY, None, None
    for place, entry, act in history.folds:
        standing = standing_after(in_force.rules, standing, act, place.at)
        last, last_entry = place, entry
    return MemberState(standing, in_force.measures_since, last, last_entry)


def _review(connection: Connection, history: History, now: int) -> None:
    rows = [(doubt.deed.entry, "doubtful void", doubt.reason, now) for doubt in history.doubts]
    for deed in history.waiting:
        if isinstance(deed.act, Void) and _recorded(connection, deed.terminal, deed.act):
            rows.append((deed.entry, "doubtful void", "it names an entry that is no such purchase", now))
    note_rows(connection, reviews, REVIEW_COLUMNS, rows)


def _recorded(connection: Connection, terminal: str, void: Void) -> bool:
    wanted = select(lives.c.id).where(lives.c.terminal == terminal, lives.c.life == void.life)
    return connection.execute(wanted.where(lives.c.head_seq >= void.seq)).first() is not None


_HISTORIES = (
    select(
        entries.c.id,
        entries.c.member,
        entries.c.at,
        entries.c.seq,
        entries.c.body,
        lives.c.terminal,
        lives.c.life,
    )
    .join_from(entries, lives, lives.c.id == entries.c.life)
    .order_by(entries.c.member)
)
