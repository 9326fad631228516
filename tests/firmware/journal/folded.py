"""What a terminal holds, as a plain fold over all that it ever recorded: written apart from the journal's own."""

from collections.abc import Iterable

from msgspec import Struct

from firmware.entries import (
    Act,
    Adjusted,
    CouponIssued,
    CouponUsed,
    Entry,
    GivenLot,
    LotPart,
    Purchase,
    Redeemed,
    RedeemReversed,
    Refund,
    RightReceived,
    RightReturned,
    Sealed,
    TakenBack,
    Void,
)

__all__ = ["Lot", "Shelf", "folded"]


class Lot(Struct):
    """A lot that is held: whose, how much of it is left, until when, under which right."""

    member: str
    points: int
    expires: int | None
    right: int


class Shelf:
    """Lots and coupons by name, and what was issued in all."""

    def __init__(self) -> None:
        self.lots: dict[str, Lot] = {}
        self.coupons: dict[str, tuple[str, int, bool]] = {}
        """The member, the right, and whether it is used."""
        self.issued = 0

    def left(self, member: str, now: int) -> dict[str, int]:
        """What may be spent of a member's lots that have not expired."""
        return {
            name: lot.points
            for name, lot in self.lots.items()
            if lot.member == member and lot.points > 0 and (lot.expires is None or lot.expires > now)
        }

    def take(self, entry: Entry) -> None:
        act = entry.act
        match act:
            case Purchase() | Adjusted():
                self.issued += sum(lot.points for lot in act.lots)
                for place, lot in enumerate(act.lots):
                    self._put(act.member, f"{entry.id}/{place}", lot)
            case RightReceived(member=str(member)):
                for part in act.lots:
                    self.lots[part.lot] = Lot(member, part.points, part.expires, act.right)
                self.coupons |= {one.issue: (member, act.right, False) for one in act.coupons}
            case RightReturned(member=str(member)):
                self.lots = {
                    name: lot for name, lot in self.lots.items() if lot.member != member or lot.right > act.right
                }
                self.coupons = {
                    name: one for name, one in self.coupons.items() if one[0] != member or one[1] > act.right
                }
            case CouponIssued(right=int(right)):
                self.coupons[str(entry.id)] = (act.member, right, False)
            case CouponUsed(issue=str(issue)):
                self.coupons[issue] = (*self.coupons[issue][:2], True)
        self._move(entry, act)

    def _put(self, member: str | None, name: str, lot: GivenLot) -> None:
        if member is not None and lot.right is not None and lot.points:
            self.lots[name] = Lot(member, lot.points, lot.expires, lot.right)

    def _move(self, entry: Entry, act: Act) -> None:
        match act:
            case Redeemed(spends=parts) | Adjusted(takes=parts):
                self._add(parts, -1)
            case RedeemReversed(restores=parts):
                self._add(parts, 1)
            case Void(taken=taken, purchase=purchase):
                points = [lot.points for lot in purchase.lots]
                self._reverse(f"{entry.terminal}/{act.life}/{act.seq}", points, taken or TakenBack())
            case Refund(taken=taken, before=before, after=after):
                points = [lot.points - left.points for lot, left in zip(before.lots, after.lots, strict=True)]
                self._reverse(f"{entry.terminal}/{act.life}/{act.seq}", points, taken)

    def _reverse(self, name: str, points: list[int], taken: TakenBack) -> None:
        self.issued -= sum(points)
        covered = taken.covered or [0] * len(points)
        for place, (gone, paid) in enumerate(zip(points, covered, strict=True)):
            if lot := self.lots.get(f"{name}/{place}"):
                lot.points += paid - gone
        self._add(taken.covers, -1)
        self._add(taken.restores, 1)
        for issue in taken.coupons:
            if issue in self.coupons:
                self.coupons[issue] = (*self.coupons[issue][:2], False)

    def _add(self, parts: Iterable[LotPart], sign: int) -> None:
        for part in parts:
            if lot := self.lots.get(part.lot):
                lot.points += sign * part.points


def folded(history: Iterable[Sealed]) -> Shelf:
    """What is held after this history, all of it."""
    shelf = Shelf()
    for one in history:
        shelf.take(one.entry)
    return shelf
