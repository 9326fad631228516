"""What each entry does to lots, as addends of the algebra: the one reading of acts that all ledgers share."""

from collections.abc import Iterable, Iterator

from firmware.entries import (
    Adjusted,
    Entry,
    GivenLot,
    LotPart,
    Purchase,
    Redeemed,
    RedeemReversed,
    Refund,
    TakenBack,
    Void,
    lot_name,
)
from firmware.entries.fields import LotName
from firmware.points.lots import LotState

__all__ = ["lots_given", "movements", "points_gone", "reversed_lots"]

Move = tuple[LotName, LotState]


def lots_given(entry: Entry) -> list[tuple[LotName, GivenLot]]:
    """The lots that an entry gave, by name."""
    act = entry.act
    lots = act.lots if isinstance(act, Purchase | Adjusted) else []
    return [(lot_name(*entry.id, place), lot) for place, lot in enumerate(lots)]


def movements(entry: Entry) -> Iterator[Move]:
    """All that an entry does to lots, given ones included; a lot may be named more than once."""
    yield from ((name, LotState(given=lot.points)) for name, lot in lots_given(entry))
    match entry.act:
        case Redeemed(spends=parts) | Adjusted(takes=parts):
            yield from _spent(parts, 1)
        case RedeemReversed(restores=parts):
            yield from _spent(parts, -1)
        case Void() | Refund() as act:
            yield from _reversed(entry, act)


def points_gone(act: Void | Refund) -> list[int]:
    """The points that a reversal takes of each of its purchase's lots, in their places."""
    if isinstance(act, Void):
        return [lot.points for lot in act.purchase.lots]
    before, after = act.before.lots, act.after.lots
    return [max(lot.points - (after[place].points if place < len(after) else 0), 0) for place, lot in enumerate(before)]


def reversed_lots(terminal: str, act: Void | Refund) -> list[tuple[LotName, int]]:
    """The lots of the purchase that an act of that terminal takes back, and how many points of each."""
    home = act.terminal if isinstance(act, Refund) and act.terminal else terminal
    return [(lot_name(home, act.life, act.seq, place), points) for place, points in enumerate(points_gone(act))]


def _reversed(entry: Entry, act: Void | Refund) -> Iterator[Move]:
    lots = reversed_lots(entry.terminal, act)
    yield from ((name, LotState(reversed=points)) for name, points in lots if points)
    taken = act.taken or TakenBack()
    yield from _spent(taken.covers, 1)
    yield from _spent(taken.restores, -1)
    covered = zip(lots, taken.covered, strict=False)
    yield from ((name, LotState(covered=points)) for (name, _), points in covered if points)


def _spent(parts: Iterable[LotPart], sign: int) -> Iterator[Move]:
    return ((part.lot, LotState(spent=sign * part.points)) for part in parts)
