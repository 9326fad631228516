"""Where the counter's wishes become entries: rules and journal brought together, one sale one transaction."""

from collections.abc import Callable

from msgspec.structs import replace

from firmware.clock import counted
from firmware.entries import ClockQuality, CouponIssued, EntryId, Instant, Joining, Purchase, Sealed, Stamp, Void
from firmware.flow.effects import CommitCoupon, CommitPurchase, CommitVoid
from firmware.flow.events import Profile, Result, ResultKind
from firmware.flow.moment import Moment
from firmware.journal import Journal
from firmware.score.expiry import day_of
from firmware.score.fold import folded, new_member
from firmware.score.rules import Rules
from firmware.score.settle import Sale, settle
from firmware.score.standing import MemberRecord
from firmware.score.view import member_view

__all__ = ["NothingToVoidHere", "Till"]


class NothingToVoidHere(Exception):
    """The purchase that was to be voided is not the last one here any more; nothing was booked."""


class Till:
    """Books sales in one shop; used by the reactor's thread only."""

    def __init__(self, journal: Journal, rules: Callable[[], Rules], shop: str, language: str) -> None:
        self._journal = journal
        self._rules = rules
        self._shop = shop
        self._language = language

    def profile(self, member: str, moment: Moment) -> Profile:
        """A member as the counter shows them; one unknown here stands at nothing, provisionally."""
        known = self._journal.member(member)
        if known is None:
            return self._profile_of(new_member(member), True, moment)
        return self._profile_of(known.record, known.provisional, moment)

    def sell(self, asked: CommitPurchase, moment: Moment) -> Result:
        """Book a purchase, and a first-seen member's joining before it; raises JournalFull."""
        known = self._journal.member(asked.member) if asked.member else None
        record = known.record if known else (new_member(asked.member) if asked.member else None)
        sale = Sale(asked.member, asked.by, asked.amount, {})
        outcome = settle(self._rules(), record, sale, self._counted(moment), self._earned_today(asked.member, moment))
        acts: list[Joining | Purchase] = [outcome.purchase]
        if asked.member is not None and asked.by is not None and known is None:
            acts.insert(0, Joining(asked.member, asked.by))
        changed = [outcome.record] if outcome.record else []
        sealed = self._journal.record(acts, self._stamp(asked.clerk, moment), changed)[-1]
        provisional = known is None or known.provisional
        return self._result(sealed, outcome.purchase, outcome.record, provisional, moment)

    def void(self, asked: CommitVoid, moment: Moment) -> Result:
        """Take the last purchase back; raises NothingToVoidHere, JournalFull."""
        last = self._journal.last_purchase()
        if last is None or last.entry.id != asked.entry:
            raise NothingToVoidHere
        purchase = _purchase_of(last)
        act = Void(last.entry.life, last.entry.seq, last.entry.at, purchase)
        known = self._journal.member(purchase.member) if purchase.member else None
        record = self._taken_back(known.record, act, last, moment) if known else None
        sealed = self._journal.record([act], self._stamp(asked.clerk, moment), [record] if record else [])[-1]
        return self._result(sealed, act, record, known is not None and known.provisional, moment)

    def issue_coupon(self, asked: CommitCoupon, moment: Moment) -> None:
        """Book the coupon that a result offered; raises JournalFull."""
        act = CouponIssued(asked.member, asked.coupon, asked.entry.life, asked.entry.seq)
        self._journal.record([act], self._stamp(asked.clerk, moment))

    def last(self, moment: Moment) -> Result | None:
        """The purchase that a void would take back."""
        return self._seen_again(self._journal.last_purchase(), moment)

    def unshown(self, moment: Moment) -> Result | None:
        """The last committed act whose result nobody has seen."""
        return self._seen_again(self._journal.unshown(), moment)

    def close(self) -> None:
        """Let the journal go."""
        self._journal.close()

    def mark_shown(self, entry: EntryId) -> None:
        """The result of that act has been on the display."""
        self._journal.mark_shown(entry)

    def _earned_today(self, member: str | None, moment: Moment) -> int:
        """What a daily cap must know; nothing is read where the rules have none."""
        rules = self._rules()
        if member is None or rules.points.most_per_day is None:
            return 0
        return self._journal.earned_between(member, *day_of(rules.zone, moment.at))

    def _seen_again(self, sealed: Sealed | None, moment: Moment) -> Result | None:
        if sealed is None:
            return None
        act = sealed.entry.act
        if not isinstance(act, Purchase | Void):
            return None
        member = (act.purchase if isinstance(act, Void) else act).member
        known = self._journal.member(member) if member else None
        if known is None:
            return self._result(sealed, act, None, False, moment)
        result = self._result(sealed, act, known.record, known.provisional, moment)
        if result.profile is not None and self._journal.coupon_issued(sealed.entry.id):
            return replace(result, profile=replace(result.profile, coupon=None))
        return result

    def _result(
        self, sealed: Sealed, act: Purchase | Void, record: MemberRecord | None, provisional: bool, moment: Moment
    ) -> Result:
        purchase = act.purchase if isinstance(act, Void) else act
        given = sum(lot.points for lot in purchase.lots)
        kind = ResultKind.VOID if isinstance(act, Void) else ResultKind.PURCHASE
        profile = self._profile_of(record, provisional, moment) if record else None
        moved = -given if kind is ResultKind.VOID else given
        return Result(sealed.entry.id, kind, purchase.amount, moved, profile, purchase.currency)

    def _profile_of(self, record: MemberRecord, provisional: bool, moment: Moment) -> Profile:
        view = member_view(self._rules(), record, self._counted(moment))
        return Profile(
            record.member,
            record.nickname,
            view.shown_grades,
            view.hint.said(self._language) if view.hint else "",
            view.hint.coupon if view.hint else None,
            view.balance,
            record.standing.amount,
            record.standing.visits,
            provisional,
        )

    def _counted(self, moment: Moment) -> Instant:
        """When an act of now counts; nothing is read while the clock is trusted."""
        doubtful = moment.clock is ClockQuality.DOUBTFUL
        return counted(moment.at, moment.clock, self._journal.floor() if doubtful else 0)

    def _taken_back(self, record: MemberRecord, act: Void, last: Sealed, moment: Moment) -> MemberRecord:
        """The member without that purchase, taken back at the time at which it counted."""
        now = self._counted(moment)
        if last.entry.clock is ClockQuality.DOUBTFUL:
            act = replace(act, purchased=counted(last.entry.at, last.entry.clock, self._journal.floor()))
        return folded(self._rules(), record, act, now)

    def _stamp(self, clerk: str | None, moment: Moment) -> Stamp:
        return Stamp(moment.at, moment.clock, self._shop, clerk)


def _purchase_of(sealed: Sealed) -> Purchase:
    act = sealed.entry.act
    if not isinstance(act, Purchase):
        raise NothingToVoidHere
    return act
