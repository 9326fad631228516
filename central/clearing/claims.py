"""What one entry makes shops owe each other (docs/spec/ledger.md, "Clearing"). Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Protocol

from msgspec import Struct

from firmware.entries import EntryId, LotPart, Redeemed, RedeemReversed, Refund, Void
from firmware.entries.acts import Act
from firmware.entries.fields import LotName

__all__ = ["PROGRAMME", "Booked", "Claim", "Giver", "Past", "Waiting", "claims_of", "shares"]

PROGRAMME = ""
"""The programme itself, as a party: it pays for what it gave, and for what was spent twice."""


class Booked(Struct, frozen=True):
    """One recorded entry, as clearing looks at it."""

    id: EntryId
    shop: str
    act: Act


class Giver(Struct, frozen=True):
    """Who gave a lot, and how many points of it."""

    shop: str
    points: int


class Claim(Struct, frozen=True):
    """`giver` owes `spender` the worth of these points; below 0 where a redemption was taken back."""

    giver: str
    spender: str
    currency: str
    points: int
    worth: int


class Waiting(Exception):
    """The entry names something that is not included yet; it is settled in a later statement."""


class Past(Protocol):
    """What the entries included so far say; both raise Waiting for what is not among them."""

    def giver(self, lot: LotName) -> Giver:
        """Who gave that lot."""

    def redemptions(self, terminal: str, life: str, seq: int) -> Sequence[Redeemed]:
        """The redemption that this entry is, or those that it was paid with where it is a purchase."""


def claims_of(booked: Booked, past: Past) -> list[Claim]:
    """What an entry makes shops owe each other; raises Waiting."""
    terminal = booked.id.terminal
    match booked.act:
        case Redeemed() as act:
            return list(_claims(booked.shop, act, act.spends, past))
        case RedeemReversed() as act:
            return list(_undone(booked.shop, past.redemptions(terminal, act.life, act.seq), act.restores, past))
        case Void() | Refund() as act if act.taken is not None and act.taken.restores:
            home = act.terminal or terminal if isinstance(act, Refund) else terminal
            return list(_undone(booked.shop, past.redemptions(home, act.life, act.seq), act.taken.restores, past))
    return []


def shares(parts: Sequence[LotPart], worth: int) -> list[int]:
    """The worth of a redemption laid on its parts by their points; what does not divide falls to the later ones."""
    total = sum(part.points for part in parts)
    ends = [worth * points // total for points in accumulate((part.points for part in parts), initial=0)]
    return [end - begin for begin, end in pairwise(ends)]


def _claims(shop: str, redeemed: Redeemed, parts: Iterable[LotPart], past: Past, sign: int = 1) -> Iterator[Claim]:
    """The claims from those parts of a redemption."""
    worths = dict(zip((part.lot for part in redeemed.spends), shares(redeemed.spends, redeemed.worth), strict=True))
    spent = {part.lot: part.points for part in redeemed.spends}
    for part in parts:
        worth = worths[part.lot] * part.points // spent[part.lot]
        yield Claim(past.giver(part.lot).shop, shop, redeemed.currency, sign * part.points, sign * worth)


def _undone(shop: str, redeemed: Sequence[Redeemed], parts: Iterable[LotPart], past: Past) -> Iterator[Claim]:
    """The claims that giving these parts back takes back, of whichever redemption spent them."""
    for part in parts:
        for redemption in redeemed:
            if any(spent.lot == part.lot and spent.points >= part.points for spent in redemption.spends):
                yield from _claims(shop, redemption, [part], past, -1)
                break
