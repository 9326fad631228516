"""Which points may be spent here and now, and which lots a redemption eats (docs/spec/ledger.md, "Spending")."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from firmware.entries import GivenLot, Instant, LotPart, Scope
from firmware.points.errors import NotEnough

__all__ = ["MOST_PARTS", "Place", "counts_at", "eaten", "eating_order", "part_of", "planned", "spendable", "usable"]

MOST_PARTS = 1000
"""The most lots that one redemption eats: what one entry holds."""

NEARNESS = {Scope.SHOP: 0, Scope.COMPANY: 1, Scope.PROGRAMME: 2}
"""Of points that expire together, those that can be spent in fewer places are eaten first."""


class Place(Struct, frozen=True):
    """Where points are spent: a shop, and the five digits of its company."""

    shop: str
    company: str


def part_of(lot: GivenLot, name: str, shop: str) -> LotPart:
    """A whole lot as a part, given in that shop; raises ValueError for a lot of no points."""
    if not lot.points:
        raise ValueError(f"{name} has no points, so there is no part of it")
    where = shop if lot.scope is Scope.SHOP and not lot.where else lot.where
    return LotPart(name, lot.points, lot.scope, lot.expires, where, lot.ready)


def counts_at(part: LotPart, place: Place) -> bool:
    """Whether points of this lot count in that shop, whatever the time."""
    if part.scope is Scope.PROGRAMME:
        return True
    return part.where == (place.shop if part.scope is Scope.SHOP else place.company)


def usable(part: LotPart, place: Place, at: Instant) -> bool:
    """Whether points of this lot may be spent there and then: they count there, are ready, and have not expired."""
    return counts_at(part, place) and part.ready <= at and (part.expires is None or at < part.expires)


def spendable(parts: Iterable[LotPart], place: Place, at: Instant) -> int:
    """How many points one redemption may spend there and then."""
    there = [part for part in parts if usable(part, place, at)]
    if len(there) > MOST_PARTS:
        there = sorted(there, key=eating_order)[:MOST_PARTS]
    return sum([part.points for part in there])


def planned(parts: Iterable[LotPart], points: int, place: Place, at: Instant) -> list[LotPart]:
    """The parts that a redemption of so many points eats, soonest expiry first; raises NotEnough."""
    eatable = sorted([part for part in parts if usable(part, place, at)], key=eating_order)[:MOST_PARTS]
    there = sum(part.points for part in eatable)
    if points > there:
        raise NotEnough(points, there)
    return eaten(eatable, points)


def eaten(parts: Iterable[LotPart], points: int) -> list[LotPart]:
    """So many points of these parts, in their order; all of them where there are fewer."""
    plan = []
    for part in parts:
        if points <= 0:
            break
        eats = min(part.points, points)
        plan.append(part if eats == part.points else replace(part, points=eats))
        points -= eats
    return plan


def eating_order(part: LotPart) -> tuple[bool, Instant, int, str]:
    """By expiry, never expired last; then shop, company, programme; then by name, as text."""
    return part.expires is None, part.expires or 0, NEARNESS[part.scope], part.lot
