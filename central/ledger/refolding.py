"""Folding a member's whole history anew, from the entries themselves: after a void, a late entry or new measures."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, select

from central.ledger.history import Deed, History, read_history
from central.ledger.rules import InForce
from central.ledger.standings import MemberState, numbers_in
from central.ledger.years import years_in
from central.store.bulk import note_rows
from central.store.schema import entries, lives, reviews
from firmware.entries import Purchase, Redeemed, RedeemReversed, Refund, UnknownAct, Void, decode_act, decode_head
from firmware.score.fold import standing_after
from firmware.score.standing import EMPTY

__all__ = ["REVIEW_COLUMNS", "refolded"]

REVIEW_COLUMNS = ("entry", "reason", "detail", "found_at")
REASONS: dict[type, str] = {Void: "doubtful void", Refund: "doubtful refund", RedeemReversed: "doubtful reversal"}


def refolded(
    connection: Connection, codes: Iterable[int], in_force: InForce, now: int
) -> tuple[dict[int, MemberState], dict[int, dict[int, int]]]:
    """The states that these members' entries give; doubtful reversals are put up for review on the way.

    Where a bonus hangs on it, also what each one's purchases of each year come to.
    """
    states = dict.fromkeys(codes, MemberState(EMPTY, in_force.measures_since, None, None))
    years: dict[int, dict[int, int]] = {code: {} for code in states} if in_force.rules.bonus else {}
    wanted = _HISTORIES.where(entries.c.member.in_(numbers_in(states)))
    for code, rows in groupby(connection.execute(wanted), attrgetter("member")):
        history = read_history(list(_deeds(rows, in_force.rules.currency)))
        states[code] = _folded(history, in_force)
        if in_force.rules.bonus:
            years[code] = years_in(history, in_force.rules.zone)
        _review(connection, code, history, now)
    return states, years


def _deeds(rows: Iterable[Any], currency: str) -> Iterator[Deed]:
    for row in rows:
        try:
            act = decode_act(decode_head(row.body))
        except UnknownAct:
            continue
        if isinstance(act, Purchase | Void | Refund | Redeemed | RedeemReversed):
            # A purchase in another currency is in no score, like one whose time is not known; its points can be taken.
            foreign = isinstance(act, Purchase) and act.currency != currency
            yield Deed(row.id, None if foreign else row.at, row.terminal, row.life, row.seq, act)


def _folded(history: History, in_force: InForce) -> MemberState:
    standing, last, last_entry = EMPTY, None, None
    for place, entry, act in history.folds:
        standing = standing_after(in_force.rules, standing, act, place.at)
        last, last_entry = place, entry
    return MemberState(standing, in_force.measures_since, last, last_entry)


def _review(connection: Connection, code: int, history: History, now: int) -> None:
    """Put up for review exactly what is doubtful now; what a person has settled stays settled."""
    rows = {(doubt.deed.entry, _reason(doubt.deed)): doubt.reason for doubt in history.doubts}
    for deed in history.waiting:
        if _recorded(connection, deed):
            what = "redemption" if isinstance(deed.act, RedeemReversed) else "purchase"
            rows[deed.entry, _reason(deed)] = f"it names an entry that is no such {what}"
    for known in connection.execute(_REVIEWS.where(entries.c.member == code)).all():
        if rows.get((known.entry, known.reason)) != known.detail:
            connection.execute(delete(reviews).where(reviews.c.id == known.id))
    note_rows(connection, reviews, REVIEW_COLUMNS, [(*place, detail, now) for place, detail in rows.items()])


def _reason(deed: Deed) -> str:
    return REASONS[type(deed.act)]


def _recorded(connection: Connection, deed: Deed) -> bool:
    """Whether the entry that a reversal names is here."""
    terminal, life, seq = deed.target
    wanted = select(entries.c.id).join(lives, lives.c.id == entries.c.life)
    same = (lives.c.terminal == terminal, lives.c.life == life, entries.c.seq == seq)
    return connection.execute(wanted.where(*same)).first() is not None


_REVIEWS = (
    select(reviews.c.id, reviews.c.entry, reviews.c.reason, reviews.c.detail)
    .join_from(reviews, entries, entries.c.id == reviews.c.entry)
    .where(reviews.c.reason.in_(REASONS.values()), reviews.c.settled_at.is_(None))
)
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
