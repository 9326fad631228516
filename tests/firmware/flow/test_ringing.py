"""Packs scanned into a basket: counted, corrected, refused with a reason, and paid for as an amount is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.codes import LabelRules, LabelValue, Pack, ShopLabel
from firmware.entries import Identified
from firmware.flow.basket_events import ItemFound, ItemRefused, PackSeen, ScanRefused
from firmware.flow.effects import CommitPurchase, Effect, FindCoupons, FindItem, Give, LookUp
from firmware.flow.events import (
    CodeSeen,
    CommitRefused,
    Committed,
    CouponsFound,
    CurrencyChanged,
    MemberFound,
    Offer,
    Proof,
    ReceiptSeen,
    Started,
    TimedOut,
)
from firmware.flow.keys import Key, Signal
from firmware.flow.session import State
from firmware.goods import Basket, Per, Price
from tests.firmware.flow.counter import HANA, JUN, LAST, SETTINGS, Counter, profile, result
from tests.firmware.flow.goods_sessions import SELLING_ITEMS
from tests.firmware.goods.items import BREAD, CHEESE, MILK, WINE, gtin, pack

LIST = {price.gtin: price for price in (BREAD, MILK, CHEESE, WINE)}
COUPON = Offer("half", "Half off", 125)
REFUSED = [Give(Signal.REFUSED)]


class Till(Counter):
    """A counter beside a price list; `scan` has it answer as a real one does."""

    def scan(self, price: Price, weight: int | None = None, label: int | None = None) -> list[Effect]:
        return self.answered(self.happens(PackSeen(pack(price, weight, label))))

    def answered(self, effects: list[Effect]) -> list[Effect]:
        rest: list[Effect] = []
        for effect in effects:
            if isinstance(effect, FindItem):
                price = LIST.get(effect.pack.gtin)
                rest += self.happens(ItemFound(effect.pack, price) if price else ItemRefused("item_unknown"))
            else:
                rest.append(effect)
        return rest

    def enter(self, *keys: str) -> list[Effect]:
        return self.answered(self.press(*keys, "enter"))

    @property
    def lines(self) -> list[tuple[str, int, int]]:
        return [(line.name, line.count, line.amount) for line in self.session.basket.lines]


@pytest.fixture
def till() -> Till:
    till = Till(SELLING_ITEMS)
    till.opened()
    return till


def test_a_scan_begins_a_sale_and_each_one_adds_a_line_or_counts_it(till: Till) -> None:
    assert till.scan(BREAD) == [Give(Signal.IDENTIFIED)]
    assert (till.state(), till.shown) == (State.BASKET, "basket")
    till.scan(BREAD)
    till.scan(MILK)
    assert till.lines == [("Bread", 2, 500), ("Milk", 1, 120)]


def test_digits_before_a_scan_are_how_many(till: Till) -> None:
    till.press("3")
    till.scan(BREAD)
    till.press("2")
    till.scan(BREAD)
    assert till.lines == [("Bread", 5, 1250)]


def test_next_after_a_scan_counts_the_last_line_anew_or_once_more(till: Till) -> None:
    till.scan(BREAD)
    till.scan(MILK)
    till.press("1", "2", "next")
    assert till.lines == [("Bread", 1, 250), ("Milk", 12, 1440)]
    till.press("next")
    assert till.lines[-1] == ("Milk", 13, 1560)
    till.press("0", "next")
    assert till.lines == [("Bread", 1, 250)]


def test_weighed_and_labelled_packs_are_lines_of_their_own(till: Till) -> None:
    till.scan(CHEESE, weight=432)
    till.scan(CHEESE, weight=432)
    till.scan(CHEESE, label=999)
    assert till.lines == [("Cheese", 1, 864), ("Cheese", 1, 864), ("Cheese", 1, 999)]


@pytest.mark.parametrize(
    ("keys", "price", "weight", "reason"),
    [
        (("0",), BREAD, None, "count_wrong"),
        (("1", "00", "0"), BREAD, None, "count_wrong"),
        (("2",), CHEESE, 432, "count_weighed"),
        ((), CHEESE, None, "weight_missing"),
        ((), Price(gtin(77), 5, "Unknown"), None, "item_unknown"),
        ((), Price(WINE.gtin, 999, "Dear"), None, "too_large"),
    ],
)
def test_what_cannot_be_added_is_refused_with_a_reason_and_the_basket_is_as_it_was(
    till: Till, keys: tuple[str, ...], price: Price, weight: int | None, reason: str
) -> None:
    if reason == "too_large":
        till.settings = replace(SELLING_ITEMS, largest_amount=1000)
    till.scan(MILK)
    till.press(*keys)
    before = till.session.basket
    assert till.scan(price, weight) == REFUSED
    assert (till.session.basket, till.session.digits, till.shown) == (before, "", f"basket-{reason}")


def test_a_first_scan_that_is_refused_leaves_the_counter_as_it_was(till: Till) -> None:
    till.scan(CHEESE)
    assert (till.state(), till.session.deadline) == (State.IDLE, None)
    till.press("3")
    till.scan(CHEESE)
    assert (till.state(), till.session.deadline, till.session.digits) == (State.IDLE, None, "")
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.scan(CHEESE)
    assert (till.state(), till.session.profile) == (State.IDENTIFIED, profile())


def test_backspace_takes_back_the_last_digit_and_then_the_last_scan(till: Till) -> None:
    till.press("2")
    till.scan(BREAD)
    till.scan(MILK)
    till.press("5", "backspace")
    assert till.lines == [("Bread", 2, 500), ("Milk", 1, 120)]
    till.press("backspace")
    assert till.lines == [("Bread", 2, 500)]
    till.press("backspace", "backspace")
    assert (till.state(), till.session.deadline) == (State.IDLE, None)


def test_with_the_last_scan_of_a_members_sale_the_member_stays(till: Till) -> None:
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.scan(BREAD)
    till.press("backspace")
    assert (till.state(), till.session.profile) == (State.IDENTIFIED, profile())
    till.press("3", "backspace")
    assert till.state() is State.IDENTIFIED


def test_a_basket_is_dropped_only_when_enter_confirms_it(till: Till) -> None:
    till.scan(BREAD)
    till.press("3", "cancel")
    assert till.session.digits == ""
    till.press("cancel")
    assert (till.state(), till.shown) == (State.DROPPING, "dropping")
    till.press("cancel")
    assert (till.state(), till.lines) == (State.BASKET, [("Bread", 1, 250)])
    till.press("cancel")
    till.scan(MILK)
    assert (till.state(), len(till.lines)) == (State.BASKET, 2)
    till.press("cancel", "enter")
    assert (till.state(), till.lines) == (State.IDLE, [])


def test_before_the_first_scan_cancel_goes_back_at_once(till: Till) -> None:
    till.press("3", "cancel")
    assert till.state() is State.IDLE
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.press("3", "cancel")
    assert till.state() is State.IDENTIFIED


def test_a_price_is_keyed_for_what_has_no_number(till: Till) -> None:
    till.enter("8", "0")
    assert till.lines == [("", 1, 80)]
    till.enter("9", "9")
    assert till.lines == [("", 1, 80), ("", 1, 99)]


@pytest.mark.parametrize(
    ("digits", "reason"), [("0", "amount_missing"), ("9999999", "too_large"), ("123456789", "too_large")]
)
def test_a_price_that_is_none_is_refused(till: Till, digits: str, reason: str) -> None:
    till.scan(BREAD)
    till.enter(*digits)
    assert (till.shown, till.session.digits, len(till.lines)) == (f"basket-{reason}", "", 1)


def test_a_number_that_no_scanner_reads_can_be_keyed(till: Till) -> None:
    till.enter(*BREAD.gtin.text[1:])
    assert till.lines == [("Bread", 1, 250)]
    till.enter(*MILK.gtin.text[-8:])
    assert till.lines[-1] == ("Milk", 1, 120)
    assert till.enter(*"4006381333930") == REFUSED
    assert till.shown == "basket-pack_keyed_wrong"


def test_a_label_that_is_keyed_says_its_weight(till: Till) -> None:
    till.settings = replace(SELLING_ITEMS, labels=LabelRules((ShopLabel("21", LabelValue.WEIGHT),), 0))
    till.enter(*"2112345012506")
    assert till.lines == [("Cheese", 1, 2499)]


def test_fourteen_digits_are_a_member_as_everywhere(till: Till) -> None:
    till.scan(BREAD)
    assert till.enter(*HANA) == [LookUp(HANA, Identified.KEYED)]
    till.happens(MemberFound(Identified.KEYED, profile()))
    assert (till.state(), till.session.profile, len(till.lines)) == (State.BASKET, profile(), 1)
    till.press(*HANA)
    assert till.press("0") == REFUSED


def test_the_member_may_come_before_between_or_after_the_goods(till: Till) -> None:
    wanted = Basket().added(BREAD, pack(BREAD)).added(MILK, pack(MILK))
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.scan(BREAD)
    till.scan(MILK)
    (before,) = till.enter()
    till.happens(Committed(result(profile())))
    till.scan(BREAD)
    assert till.happens(CodeSeen(HANA, Identified.STATIC)) == [LookUp(HANA, Identified.STATIC)]
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.scan(MILK)
    (between,) = till.enter()
    till.happens(Committed(result(profile())))
    till.scan(BREAD)
    till.scan(MILK)
    assert till.enter() == []
    assert till.state() is State.MEMBER_WANTED
    (after,) = till.happens(MemberFound(Identified.STATIC, profile()))
    assert before == between == after == CommitPurchase(HANA, Identified.STATIC, 370, "7", basket=wanted)


def test_without_a_member_enter_once_more_books(till: Till) -> None:
    till.scan(BREAD)
    (commit,) = till.enter("enter")
    assert isinstance(commit, CommitPurchase)
    assert (commit.member, commit.amount, commit.basket.total) == (None, 250, 250)


def test_what_is_forgotten_can_still_be_scanned_when_the_member_is_wanted(till: Till) -> None:
    till.scan(BREAD)
    till.enter()
    till.scan(MILK)
    assert (till.state(), len(till.lines)) == (State.BASKET, 2)
    till.enter()
    till.press("cancel")
    assert (till.state(), len(till.lines)) == (State.BASKET, 2)


def test_nothing_is_booked_from_an_empty_basket(till: Till) -> None:
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.press("0")
    assert till.enter("backspace") == REFUSED
    assert till.state() is State.IDENTIFIED


def test_points_come_off_the_basket_and_must_again_when_it_changes(till: Till) -> None:
    till.happens(MemberFound(Identified.ROTATING, profile(), Proof("00000000", 1)))
    till.press("3")
    till.scan(BREAD)
    till.enter("points", "1", "00")
    assert (till.state(), till.session.spend) == (State.BASKET, 100)
    assert till.scan(MILK) == [Give(Signal.ATTENTION)]
    assert (till.shown, till.session.spend, len(till.lines)) == ("basket-deductions_again", 0, 2)
    till.enter("points", "1", "00")
    (commit,) = till.enter()
    assert isinstance(commit, CommitPurchase)
    assert (commit.amount, commit.spend, commit.proof) == (870, 100, Proof("00000000", 1))


def test_coupons_are_asked_for_with_what_lies_there(till: Till) -> None:
    till.scan(BREAD)
    assert till.press("coupon") == [FindCoupons(None, 250, basket=till.session.basket)]
    till.happens(CouponsFound((COUPON,)))
    till.press("enter")
    assert (till.state(), till.session.coupons) == (State.BASKET, (COUPON,))
    till.press("backspace")
    assert (till.state(), till.session.coupons) == (State.IDLE, ())


@pytest.mark.parametrize("key", ["points", "coupon"])
def test_a_count_that_waits_for_its_scan_goes_first(till: Till, key: str) -> None:
    till.scan(BREAD)
    till.press("3")
    assert till.press(key) == REFUSED
    assert (till.shown, till.session.digits) == ("basket-finish_line", "3")


def test_there_is_nothing_to_count_before_the_first_scan(till: Till) -> None:
    till.press("3")
    assert till.press("next") == REFUSED
    assert till.shown == "idle-scan_first"


def test_a_commit_that_is_refused_leaves_the_basket(till: Till) -> None:
    till.scan(BREAD)
    till.enter("enter")
    till.happens(CommitRefused("storage_full"))
    assert (till.state(), till.lines, till.shown) == (State.BASKET, [("Bread", 1, 250)], "basket-storage_full")


def test_a_basket_waits_longer_than_an_amount(till: Till) -> None:
    till.scan(BREAD)
    till.now += SELLING_ITEMS.entry_timeout + 1
    till.happens(TimedOut())
    assert till.state() is State.BASKET
    till.now += SELLING_ITEMS.basket_timeout
    till.happens(TimedOut())
    assert till.state() is State.IDLE


def test_prices_in_another_currency_give_the_basket_up(till: Till) -> None:
    till.scan(BREAD)
    till.happens(CurrencyChanged())
    assert (till.state(), till.shown) == (State.IDLE, "idle-currency_changed")


def test_a_scan_on_a_result_begins_the_next_sale(till: Till) -> None:
    till.scan(BREAD)
    till.enter("enter")
    till.happens(Committed(result(profile())))
    till.scan(MILK)
    assert (till.state(), till.lines, till.session.profile) == (State.BASKET, [("Milk", 1, 120)], None)
    till.enter("enter")
    till.happens(Committed(result()))
    till.happens(ItemRefused("item_unknown"))
    assert (till.state(), till.shown) == (State.RESULT, "result-item_unknown")


def test_another_member_takes_over_the_basket_and_says_so(till: Till) -> None:
    till.scan(BREAD)
    till.happens(MemberFound(Identified.STATIC, profile()))
    till.happens(MemberFound(Identified.STATIC, profile(JUN)))
    assert (till.state(), till.shown) == (State.BASKET, "basket-member_changed")


def test_a_receipt_waits_until_the_basket_is_booked(till: Till) -> None:
    till.scan(BREAD)
    assert till.happens(ReceiptSeen(LAST)) == REFUSED
    assert till.state() is State.BASKET


def test_what_a_scanner_cannot_use_is_told_and_changes_nothing(till: Till) -> None:
    till.scan(BREAD)
    assert till.happens(ScanRefused("pack_damaged")) == REFUSED
    assert (till.shown, till.lines) == ("basket-pack_damaged", [("Bread", 1, 250)])


def test_nothing_is_scanned_before_a_clerk_has_signed_on() -> None:
    till = Till(SELLING_ITEMS)
    till.happens(Started(None))
    assert till.scan(BREAD) == REFUSED
    assert till.shown == "signed-off-sign_on_first"
    till = Till(SELLING_ITEMS)
    till.happens(Started(result()))
    assert till.scan(BREAD) == REFUSED
    assert till.shown == "result-sign_on_first"


def test_where_amounts_are_keyed_a_pack_is_told_from_a_member() -> None:
    till = Till(SETTINGS)
    till.opened()
    for _ in range(2):
        assert till.scan(BREAD) == REFUSED
        till.press("3")
    assert (till.state(), till.session.digits, till.lines) == (State.AMOUNT, "33", [])


def test_a_pack_scanned_while_the_clerk_is_at_something_else_is_not_taken_in_silence(till: Till) -> None:
    till.happens(MemberFound(Identified.ROTATING, profile(), Proof("00000000", 1)))
    till.press("9")
    till.scan(BREAD)
    till.press("points")
    assert till.state() is State.REDEEMING
    assert till.scan(BREAD) == REFUSED
    assert till.lines == [("Bread", 9, 2250)]


KEYS = st.sampled_from([key.value for key in Key])
PACKS = st.sampled_from([BREAD, MILK, replace(CHEESE, per=Per.EACH)])


@given(st.lists(st.one_of(KEYS, PACKS), max_size=40))
def test_whatever_is_keyed_and_scanned_a_sale_comes_to_what_lies_there(day: list[str | Price]) -> None:
    till = Till(SELLING_ITEMS)
    till.opened()
    for what in day:
        effects = till.press(what) if isinstance(what, str) else till.happens(PackSeen(Pack(what.gtin)))
        for effect in till.answered(effects):
            if isinstance(effect, CommitPurchase):
                assert 0 < effect.amount == effect.basket.total <= SELLING_ITEMS.largest_amount
                till.happens(CommitRefused("storage_full"))
        assert till.session.state is not State.COMMITTING
        if till.session.state is State.IDLE:
            assert till.session.deadline is None
