"""What was booked, as the counter shows it: right after it, and again after a restart."""

from msgspec import Struct
from msgspec.structs import replace

from firmware.entries import Act, EntryId, Purchase, Refund, Sealed, TakenBack, Void
from firmware.flow.events import Profile, Result, ResultKind
from firmware.flow.moment import Moment
from firmware.journal import RecordedSale
from firmware.points.movements import points_gone
from firmware.till.members import profile_of
from firmware.till.reversing import still_stands
from firmware.till.shop import Counting

__all__ = ["result_of", "sale_as_shown", "seen_again"]


class Figures(Struct, frozen=True):
    """The numbers of a result."""

    kind: ResultKind
    amount: int
    points: int
    deducted: int = 0
    spent: int = 0
    withheld: int = 0


def result_of(sealed: Sealed, profile: Profile | None, spent: int = 0, owed: int = 0) -> Result | None:
    """An entry as a result; `spent` points paid a part of it, the member owes so many. None where it has none."""
    act = sealed.entry.act
    figures = _figures(act, spent)
    if figures is None:
        return None
    currency = _sale_in(act).currency
    return Result(
        sealed.entry.id,
        figures.kind,
        figures.amount,
        figures.points,
        profile,
        currency,
        figures.deducted,
        figures.spent,
        figures.withheld,
        owed if figures.kind is not ResultKind.PURCHASE else 0,
    )


def sale_as_shown(counting: Counting, sale: RecordedSale, moment: Moment, *, last: bool) -> Result | None:
    """A purchase as it stands, which may be taken back."""
    if sale.stands is None or not still_stands(sale):
        return None
    spent = sum(part.points for part in sale.deductions.spends)
    as_it_stands = Result(
        sale.id,
        ResultKind.PURCHASE,
        sale.stands.amount,
        sum(lot.points for lot in sale.stands.lots),
        _profile(counting, sale.stands.member, moment),
        sale.stands.currency,
        sale.stands.deducted,
        spent,
        last=last,
    )
    return _without_issued_coupon(counting, as_it_stands, sale.id)


def seen_again(counting: Counting, sealed: Sealed, moment: Moment) -> Result | None:
    """An act of before as its result is shown; None for one that has none."""
    act = sealed.entry.act
    if not isinstance(act, Purchase | Void | Refund):
        return None
    sale = counting.journal.sale(sealed.entry.id) if isinstance(act, Purchase) else None
    spent = sum(part.points for part in sale.deductions.spends) if sale else 0
    member = _sale_in(act).member
    known = counting.journal.member(member) if member else None
    owed = known.record.owed if known else 0
    result = result_of(sealed, _profile(counting, member, moment), spent, owed)
    return _without_issued_coupon(counting, result, sealed.entry.id) if result else None


def _figures(act: Act, spent: int) -> Figures | None:
    match act:
        case Purchase():
            given = sum(lot.points for lot in act.lots)
            return Figures(ResultKind.PURCHASE, act.amount, given, act.deducted, spent)
        case Void():
            return _taken_back(ResultKind.VOID, act, act.purchase.amount)
        case Refund():
            return _taken_back(ResultKind.REFUND, act, act.before.amount - act.after.amount)
    return None


def _taken_back(kind: ResultKind, act: Void | Refund, amount: int) -> Figures:
    taken = act.taken or TakenBack()
    gone = sum(points_gone(act))
    restored = sum(part.points for part in taken.restores)
    return Figures(kind, amount - taken.withheld, -gone, spent=-restored, withheld=taken.withheld)


def _sale_in(act: Act) -> Purchase:
    match act:
        case Void():
            return act.purchase
        case Refund():
            return act.before
        case Purchase():
            return act
    raise TypeError(f"{type(act).__name__} is no sale")


def _profile(counting: Counting, member: str | None, moment: Moment) -> Profile | None:
    known = counting.journal.member(member) if member else None
    return profile_of(counting, known.record, known.provisional, moment) if known else None


def _without_issued_coupon(counting: Counting, result: Result, entry: EntryId) -> Result:
    if result.profile is None or not counting.journal.coupon_issued(entry):
        return result
    return replace(result, profile=replace(result.profile, coupon=None))
