"""One member's history in order: which acts count, where each reversal stands, what it takes back. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct, structs

from firmware.entries import LotPart, Purchase, Redeemed, RedeemReversed, Refund, Void
from firmware.points.refunds import nothing_left

__all__ = ["Deed", "Doubt", "History", "Place", "read_history"]

Told = tuple[str, str, int]
"""An entry's name: terminal, life, sequence."""
BEFORE = "its purchase was taken back before"
OTHER = "it repeats another purchase than the one it names"
MORE = "it leaves more of the purchase than there was"
OTHER_POINTS = "it gives back other points than were spent there"
TWICE = "its redemption was taken back before"


class Place(NamedTuple):
    """A deed's place in the order in which everything is folded: time, then entry id."""

    at: int
    terminal: str
    life: str
    seq: int


class Deed(Struct, frozen=True):
    """A recorded act of a history; `at` is None while no trusted clock tells when it was."""

    entry: int
    """Its row number."""
    at: int | None
    terminal: str
    life: str
    seq: int
    act: Purchase | Void | Refund | Redeemed | RedeemReversed

    @property
    def target(self) -> Told:
        """The entry that a reversal names."""
        act = self.act
        assert isinstance(act, Void | Refund | RedeemReversed)
        return (act.terminal if isinstance(act, Refund) and act.terminal else self.terminal), act.life, act.seq


class Doubt(Struct, frozen=True):
    """A reversal that takes nothing back, or gives back too much, and why a person should look at it."""

    deed: Deed
    reason: str


Fold = tuple[Place, int, Purchase | Void | Refund]
"""An act to fold, with its place and the row number of the entry in it."""


class History(Struct, frozen=True):
    """What a history comes to: the acts to fold, in order, and what each purchase was reversed by."""

    folds: list[Fold]
    taken: list[tuple[Deed, Deed]]
    """Purchases, each with a void or refund that counts."""
    waiting: list[Deed]
    """Reversals of which this history does not have what they name."""
    doubts: list[Doubt]


def read_history(deeds: list[Deed]) -> History:
    """Put deeds in order, whatever order they arrived in.

    A void or refund counts once, only for the very purchase it repeats as that stands after those before it, and never
    before them: its place is the latest of its own and theirs. It folds at the time at which its purchase was folded.
    """
    purchases = {_told(deed): deed for deed in deeds if isinstance(deed.act, Purchase)}
    folds: list[Fold] = [
        (_place(deed.at, deed), deed.entry, deed.act)
        for deed in purchases.values()
        if deed.at is not None and isinstance(deed.act, Purchase)
    ]
    reversals: dict[Told, list[Deed]] = defaultdict(list)
    for deed in sorted(deeds, key=_reversal_order):
        if isinstance(deed.act, Void | Refund):
            reversals[deed.target].append(deed)
    history = History(folds, [], [], [])
    for target, claims in reversals.items():
        if purchase := purchases.get(target):
            _reverse(history, purchase, claims)
        else:
            history.waiting.extend(claims)
    _give_back(history, deeds)
    history.folds.sort(key=lambda fold: fold[0])
    return history


def _reverse(history: History, purchase: Deed, claims: list[Deed]) -> None:
    """Have each claim count whose turn comes; of several whose turn it is, the first in order."""
    stands: Purchase | None = purchase.act if isinstance(purchase.act, Purchase) else None
    stood: list[Purchase] = []
    last = None if purchase.at is None else (_place(purchase.at, purchase), purchase.entry)
    claims = list(claims)
    while stands is not None and (claim := _first(claims, stands)):
        claims.remove(claim)
        act = claim.act
        if isinstance(act, Refund) and _more(act):
            history.doubts.append(Doubt(claim, MORE))
            continue
        history.taken.append((purchase, claim))
        stood.append(stands)
        stands = act.after if isinstance(act, Refund) and not nothing_left(act.after) else None
        if last is not None and purchase.at is not None and isinstance(act, Void | Refund):
            last = max((_place(max(claim.at or 0, last[0].at), claim), claim.entry), last)
            history.folds.append((*last, structs.replace(act, purchased=purchase.at)))
    history.doubts.extend(Doubt(claim, BEFORE if _base(claim) in stood else OTHER) for claim in claims)


def _first(claims: list[Deed], stands: Purchase) -> Deed | None:
    return next((claim for claim in claims if _base(claim) == stands), None)


def _base(claim: Deed) -> Purchase:
    """The purchase as a reversal says it stood."""
    assert isinstance(claim.act, Void | Refund)
    return claim.act.purchase if isinstance(claim.act, Void) else claim.act.before


def _more(refund: Refund) -> bool:
    before, after = refund.before, refund.after
    lots = [lot.points for lot in after.lots]
    grown = len(lots) > len(before.lots) or any(now > was.points for now, was in zip(lots, before.lots, strict=False))
    return grown or after.amount > before.amount or after.member != before.member


def _give_back(history: History, deeds: list[Deed]) -> None:
    """Look at what reversals give back: it must be what was spent on what they take back, and once."""
    spent = {_told(deed): deed.act for deed in deeds if isinstance(deed.act, Redeemed)}
    on: dict[Told, list[Told]] = defaultdict(list)
    for told, act in spent.items():
        if act.life is not None and act.seq is not None:
            on[told[0], act.life, act.seq].append(told)
    back: set[Told] = set()
    for purchase, claim in history.taken:
        if restores := _restores(claim):
            redemptions = on[_told(purchase)]
            back.update(redemptions)
            if _parts(restores) != _parts(part for told in redemptions for part in spent[told].spends):
                history.doubts.append(Doubt(claim, OTHER_POINTS))
    for deed in sorted(deeds, key=_reversal_order):
        if isinstance(deed.act, RedeemReversed):
            if redemption := spent.get(deed.target):
                same = _parts(deed.act.restores) == _parts(redemption.spends)
                reason = TWICE if deed.target in back else None if same else OTHER_POINTS
                history.doubts.extend([Doubt(deed, reason)] if reason else [])
            else:
                history.waiting.append(deed)
            back.add(deed.target)


def _restores(claim: Deed) -> list[LotPart]:
    act = claim.act
    return act.taken.restores if isinstance(act, Void | Refund) and act.taken is not None else []


def _parts(parts: Iterable[LotPart]) -> dict[str, int]:
    points: dict[str, int] = defaultdict(int)
    for part in parts:
        points[part.lot] += part.points
    return points


def _told(deed: Deed) -> Told:
    return deed.terminal, deed.life, deed.seq


def _place(at: int, deed: Deed) -> Place:
    return Place(at, deed.terminal, deed.life, deed.seq)


def _reversal_order(deed: Deed) -> tuple[bool, Place]:
    return deed.at is None, _place(deed.at or 0, deed)
