"""Receipts at the counter: due with each act, printed again by a key, and shown to take a sale back."""

import pytest
from msgspec.structs import replace

from firmware.entries import EntryId, Identified
from firmware.flow.effects import CommitVoid, FindSale, Give, IssueReceipt, PrintLast
from firmware.flow.events import (
    Committed,
    LastPurchase,
    MemberFound,
    NothingToPrint,
    NothingToVoid,
    ReceiptPrinted,
    ReceiptSeen,
    Started,
)
from firmware.flow.keys import Signal
from firmware.flow.session import State
from tests.firmware.flow.counter import LAST, SETTINGS, Counter, profile, result

PRINTING = replace(SETTINGS, receipts=True)
OTHER = EntryId("t-1", "00000000000000aa", 5)


@pytest.fixture
def counter() -> Counter:
    return Counter(PRINTING).opened()


def booked(counter: Counter) -> list[object]:
    counter.press("3", "4", "00", "enter", "enter")
    return list(counter.happens(Committed(result())))


def test_each_act_has_its_receipt_once_it_is_booked(counter: Counter) -> None:
    assert booked(counter) == [Give(Signal.DONE), IssueReceipt(result())]
    counter.happens(LastPurchase(result()))
    assert counter.press("enter") == [CommitVoid(LAST, "7")]
    back = result(voided=True)
    assert counter.happens(Committed(back)) == [Give(Signal.DONE), IssueReceipt(back)]


def test_without_a_printer_no_act_has_one_and_the_key_says_so() -> None:
    counter = Counter().opened()
    assert booked(counter) == [Give(Signal.DONE)]
    assert counter.press("receipt") == [Give(Signal.REFUSED)]
    assert counter.shown == "result-no_printer"


def test_what_nobody_saw_before_a_restart_has_its_receipt_at_hand() -> None:
    counter = Counter(PRINTING)
    effects = counter.happens(Started(result()))
    assert effects == [Give(Signal.ATTENTION), IssueReceipt(replace(result(), after_restart=True))]


def test_the_receipt_key_prints_the_newest_while_the_result_stands_and_when_it_is_gone(counter: Counter) -> None:
    booked(counter)
    assert counter.press("receipt") == [PrintLast()]
    assert counter.happens(ReceiptPrinted()) == [Give(Signal.DONE)]
    assert (counter.state(), counter.shown) == (State.RESULT, "result-receipt_printed")
    counter.press("cancel")
    assert counter.press("receipt") == [PrintLast()]
    counter.happens(NothingToPrint("receipt_none"))
    assert counter.shown == "idle-receipt_none"


def test_a_result_stays_for_whoever_waits_for_its_receipt(counter: Counter) -> None:
    booked(counter)
    counter.now += 19
    counter.press("receipt")
    assert counter.session.deadline == counter.now + PRINTING.result_timeout


def test_a_receipt_held_up_shows_the_sale_that_would_be_taken_back(counter: Counter) -> None:
    assert counter.happens(ReceiptSeen(LAST)) == [FindSale(LAST)]
    counter.happens(LastPurchase(result(profile())))
    assert counter.state() is State.VOIDING


def test_another_receipt_takes_the_place_of_the_sale_shown(counter: Counter) -> None:
    counter.happens(LastPurchase(result()))
    counter.press("1", "0", "0")
    assert counter.happens(ReceiptSeen(OTHER)) == [FindSale(OTHER)]
    counter.happens(LastPurchase(replace(result(), entry=OTHER)))
    assert counter.press("enter") == [CommitVoid(OTHER, "7")]


def test_from_a_result_a_receipt_leads_to_its_sale(counter: Counter) -> None:
    booked(counter)
    assert counter.happens(ReceiptSeen(OTHER)) == [FindSale(OTHER)]


@pytest.mark.parametrize("reason", ["sale_elsewhere", "sale_unknown", "sale_taken_back", "sale_too_old"])
def test_a_sale_that_cannot_be_taken_back_here_says_why(counter: Counter, reason: str) -> None:
    counter.happens(ReceiptSeen(OTHER))
    assert counter.happens(NothingToVoid(reason)) == [Give(Signal.REFUSED)]
    assert (counter.state(), counter.shown) == (State.IDLE, f"idle-{reason}")


def test_while_a_sale_is_keyed_its_receipt_must_wait(counter: Counter) -> None:
    counter.press("3")
    assert counter.happens(ReceiptSeen(OTHER)) == [Give(Signal.REFUSED)]
    assert (counter.session.digits, counter.shown) == ("3", "amount-finish_sale_first")
    counter.press("enter")
    counter.happens(ReceiptSeen(OTHER))
    assert counter.shown == "member-wanted-finish_sale_first"
    counter.press("cancel", "cancel")
    counter.happens(MemberFound(Identified.STATIC, profile()))
    counter.happens(ReceiptSeen(OTHER))
    assert counter.shown == "identified-finish_sale_first"


def test_nobody_takes_back_before_signing_on() -> None:
    counter = Counter(PRINTING)
    counter.happens(Started(None))
    assert counter.happens(ReceiptSeen(LAST)) == [Give(Signal.REFUSED)]
    assert counter.shown == "signed-off-sign_on_first"
    counter = Counter(PRINTING)
    counter.happens(Started(result()))
    counter.happens(ReceiptSeen(LAST))
    assert counter.shown == "result-sign_on_first"
