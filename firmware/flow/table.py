"""The transition table of counter mode: the documentation of what the counter does."""

from firmware.flow import amounts, coupons, finishing, identifying, receipts, resting, signing_on, spending, voiding
from firmware.flow.events import (
    ClerkKnown,
    ClerkRefused,
    CodeDamaged,
    CodeSeen,
    CommitRefused,
    Committed,
    CouponGiven,
    CouponsFound,
    CurrencyChanged,
    Event,
    JournalUnread,
    KeyPressed,
    LastPurchase,
    MemberFound,
    MemberUpdated,
    NothingToPrint,
    NothingToVoid,
    ProblemsChanged,
    ReceiptPrinted,
    ReceiptSeen,
    ResultSeen,
    RightMoved,
    RightNotMoved,
    Started,
    TimedOut,
)
from firmware.flow.session import State
from firmware.flow.turn import Handler

__all__ = ["ANYWHERE", "TRANSITIONS"]

TRANSITIONS: dict[State, dict[type[Event], Handler]] = {
    State.STARTING: {
        Started: resting.start,
    },
    State.SIGNED_OFF: {
        KeyPressed: signing_on.key,
        CodeSeen: resting.code_while_signed_off,
        ReceiptSeen: resting.code_while_signed_off,
        TimedOut: resting.rest,
    },
    State.PIN_WANTED: {
        KeyPressed: signing_on.key_while_pin_wanted,
        ClerkKnown: signing_on.known,
        ClerkRefused: signing_on.refused,
        CodeSeen: resting.code_while_signed_off,
        ReceiptSeen: resting.code_while_signed_off,
        TimedOut: resting.rest,
    },
    State.IDLE: {
        KeyPressed: resting.key_while_idle,
        CodeSeen: identifying.look_up,
        CodeDamaged: identifying.damaged,
        MemberFound: identifying.identified,
        ReceiptSeen: voiding.receipt,
        LastPurchase: voiding.ask,
        NothingToVoid: voiding.nothing,
    },
    State.IDENTIFIED: {
        KeyPressed: amounts.key_while_identified,
        CodeSeen: identifying.look_up_another,
        CodeDamaged: identifying.damaged,
        ReceiptSeen: voiding.receipt_meanwhile,
        MemberFound: identifying.identified,
        TimedOut: resting.rest,
    },
    State.AMOUNT: {
        KeyPressed: amounts.key,
        CodeSeen: identifying.look_up_another,
        CodeDamaged: identifying.damaged,
        ReceiptSeen: voiding.receipt_meanwhile,
        MemberFound: identifying.attached,
        CouponsFound: coupons.found,
        TimedOut: resting.rest,
    },
    State.RIGHT_WANTED: {
        KeyPressed: spending.key_while_right_wanted,
        RightMoved: spending.moved,
        RightNotMoved: spending.not_moved,
        MemberFound: spending.found_again,
        TimedOut: spending.nobody_answered,
    },
    State.REDEEMING: {
        KeyPressed: spending.key,
        TimedOut: resting.rest,
    },
    State.COUPON_RIGHT_WANTED: {
        KeyPressed: coupons.key_while_right_wanted,
        RightMoved: coupons.moved,
        RightNotMoved: coupons.not_moved,
        MemberFound: coupons.member_found,
        CouponsFound: coupons.found_after_right,
        TimedOut: coupons.not_moved,
    },
    State.COUPONS: {
        KeyPressed: coupons.key,
        TimedOut: resting.rest,
    },
    State.MEMBER_WANTED: {
        KeyPressed: amounts.key_while_member_wanted,
        CodeSeen: identifying.look_up,
        CodeDamaged: identifying.damaged,
        ReceiptSeen: voiding.receipt_meanwhile,
        MemberFound: amounts.book_for,
        TimedOut: resting.rest,
    },
    State.COMMITTING: {
        Committed: finishing.committed,
        CommitRefused: finishing.refused,
    },
    State.RESULT: {
        KeyPressed: finishing.key,
        CodeSeen: finishing.code,
        CodeDamaged: identifying.damaged,
        MemberFound: identifying.identified,
        CouponGiven: finishing.coupon_given,
        CommitRefused: finishing.coupon_refused,
        ReceiptSeen: voiding.receipt,
        LastPurchase: voiding.ask,
        NothingToVoid: voiding.nothing,
        TimedOut: resting.rest,
    },
    State.VOIDING: {
        KeyPressed: voiding.key,
        ReceiptSeen: voiding.receipt,
        LastPurchase: voiding.ask,
        NothingToVoid: voiding.nothing,
        TimedOut: resting.rest,
    },
    State.APPROVING: {
        KeyPressed: voiding.key_while_approving,
        ClerkKnown: voiding.approved,
        ClerkRefused: voiding.not_approved,
        TimedOut: resting.rest,
    },
}
"""By state and event; what is not listed is ignored."""

ANYWHERE: dict[type[Event], Handler] = {
    ProblemsChanged: resting.problems_changed,
    JournalUnread: resting.journal_unread,
    CurrencyChanged: resting.currency_changed,
    MemberUpdated: identifying.updated,
    ResultSeen: finishing.seen,
    ReceiptPrinted: receipts.printed,
    NothingToPrint: receipts.none,
}
"""In every state that does not say otherwise."""
