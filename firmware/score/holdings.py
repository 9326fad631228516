"""A member's points as holdings: lots of one scope, expiry and readiness as one, in order of expiry, never last."""

from collections.abc import Iterable

from msgspec.structs import replace

from firmware.entries import GivenLot, Instant, LotPart
from firmware.score.standing import Holding

__all__ = ["balance", "given", "ready", "taken", "taking", "valid"]


def balance(holdings: Iterable[Holding], now: Instant) -> int:
    """The points that have not expired by now."""
    return sum(holding.points for holding in holdings if holding.expires is None or holding.expires > now)


def ready(holdings: Iterable[Holding], now: Instant) -> int:
    """Those of them that may be spent already."""
    return balance((holding for holding in holdings if holding.ready <= now), now)


def valid(holdings: list[Holding], now: Instant) -> list[Holding]:
    """The holdings as they are now: without what has expired, ready ones as one; always a list of its own."""
    for place, holding in enumerate(holdings):
        if holding.expires is None or holding.expires > now:
            return _ripened(holdings[place:], now)
    return []


def _ripened(holdings: list[Holding], now: Instant) -> list[Holding]:
    ripe = [holding for holding in holdings if 0 < holding.ready <= now]
    if not ripe:
        return holdings
    kept = [holding for holding in holdings if not 0 < holding.ready <= now]
    for holding in ripe:
        _put(kept, replace(holding, ready=0))
    return kept


def given(holdings: list[Holding], lots: Iterable[GivenLot | LotPart], now: Instant) -> list[Holding]:
    """The holdings with these lots added, and without what has expired by now."""
    kept = valid(holdings, now)
    for lot in lots:
        if lot.points and (lot.expires is None or lot.expires > now):
            _put(kept, Holding(lot.points, lot.scope, lot.expires, lot.ready if lot.ready > now else 0))
    return kept


def _put(kept: list[Holding], added: Holding) -> None:
    due = _order(added)
    place = len(kept)
    while place and _order(kept[place - 1]) > due:
        place -= 1
    if place and _order(kept[place - 1]) == due:
        kept[place - 1] = replace(added, points=kept[place - 1].points + added.points)
    else:
        kept.insert(place, added)


def taken(holdings: list[Holding], lots: Iterable[GivenLot | LotPart], now: Instant) -> list[Holding]:
    """The holdings with these lots taken out as far as they are still there, and without what has expired by now."""
    return taking(holdings, lots, now)[0]


def taking(holdings: list[Holding], lots: Iterable[GivenLot | LotPart], now: Instant) -> tuple[list[Holding], int]:
    """The same, and how many points of what has not expired were not there any more."""
    kept = valid(holdings, now)
    missing = 0
    for lot in lots:
        if lot.expires is None or lot.expires > now:
            missing += _take(kept, lot)
    return kept, missing


def _take(kept: list[Holding], lot: GivenLot | LotPart) -> int:
    """Take a lot out of the holdings of its scope and expiry: of its own readiness first, then the readiest."""
    alike = [holding for holding in kept if (holding.scope, holding.expires) == (lot.scope, lot.expires)]
    points = lot.points
    for holding in sorted(alike, key=lambda holding: (holding.ready != lot.ready, holding.ready)):
        place = kept.index(holding)
        takes = min(points, holding.points)
        points -= takes
        if takes == holding.points:
            del kept[place]
        else:
            kept[place] = replace(holding, points=holding.points - takes)
    return points


def _order(holding: Holding) -> tuple[bool, int, str, int]:
    return holding.expires is None, holding.expires or 0, holding.scope, holding.ready
