"""Goods that come back: each one is scanned, and the part to refund is what was paid for them."""

from collections import Counter
from collections.abc import Sequence

from firmware.codes import Pack
from firmware.entries import Line
from firmware.flow.basket_events import PackSeen
from firmware.flow.effects import Effect, Give
from firmware.flow.events import Result, Standing
from firmware.flow.keys import Signal
from firmware.flow.session import Session
from firmware.flow.turn import Step, Turn, noticed, replaced, waiting
from firmware.points.refunds import kept_lines

__all__ = ["counted", "refunded", "scanned"]


def counted(session: Session) -> dict[int, int]:
    """How many of the goods at each place of the basket come back."""
    return dict(Counter(session.returned))


def refunded(session: Session, sale: Result) -> int:
    """What is to be given back, before anything is withheld: of goods, of a part that was keyed, or all of it."""
    if session.returned and sale.standing is not None:
        standing = sale.standing
        return standing.stands.amount - kept_lines(standing.original, standing.stands, counted(session)).amount
    return int(session.second) if session.second else sale.amount


def scanned(turn: Turn, event: PackSeen) -> Step:
    """A pack comes back, or as many as were keyed before the scan."""
    session = turn.session
    sale = session.result
    if sale is None or sale.standing is None:
        return noticed(turn, "no_goods_here")
    count = int(session.second or "1")
    cleared = replaced(session, second="")
    found = _place(sale.standing, counted(session), event.pack, count)
    if isinstance(found, str):
        return noticed(turn, found, session=waiting(turn, cleared))
    done: list[Effect] = [Give(Signal.IDENTIFIED)]
    return waiting(turn, replaced(cleared, returned=(*session.returned, *[found] * count))), done


def _place(standing: Standing, back: dict[int, int], pack: Pack, count: int) -> int | str:
    """Where it stood in the basket, or why it cannot come back."""
    lines = standing.stands.lines
    sold = [place for place, line in enumerate(lines) if line.item == pack.gtin.text]
    if not sold:
        return "not_in_this_sale"
    left = [place for place in sold if lines[place].count - back.get(place, 0) >= count > 0]
    exact = [place for place in left if pack.price_minor in (None, lines[place].amount)]
    if not exact:
        return "more_than_sold"
    return exact[0] if _alike(lines, exact) else "which_pack"


def _alike(lines: Sequence[Line], places: Sequence[int]) -> bool:
    """Whether a piece cost the same at each of these places."""
    first = lines[places[0]]
    return all(lines[place].amount * first.count == first.amount * lines[place].count for place in places)
