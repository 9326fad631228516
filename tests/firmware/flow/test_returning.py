"""Goods that come back are scanned; what is refunded is what was paid for them."""

import pytest
from msgspec.structs import replace

from firmware.entries import Line, Purchase
from firmware.flow.basket_events import PackSeen
from firmware.flow.effects import CheckClerk, CommitRefund, CommitVoid, Effect, FindLast, Give
from firmware.flow.events import ClerkKnown, LastPurchase, ReceiptSeen, Result, Standing
from firmware.flow.keys import Signal
from firmware.flow.session import State
from firmware.goods import Line as Goods
from firmware.goods import Price
from tests.firmware.flow.counter import LAST, Counter, profile, result
from tests.firmware.flow.goods_sessions import SELLING_ITEMS
from tests.firmware.goods.items import BREAD, CHEESE, MILK, WINE, pack

SOLD = (
    (BREAD, 3, 750),
    (MILK, 1, 120),
    (CHEESE, 1, 864),
    (CHEESE, 1, 500),
    (BREAD, 1, 250),
)
"""Bread twice, for other goods lay between; cheese of two weights; a tenth came off all of it."""
TAKEN, REFUSED = [Give(Signal.IDENTIFIED)], [Give(Signal.REFUSED)]


def sale() -> Result:
    lines = [
        Line(price.gtin.text, count, amount, price.category, deducted=amount // 10) for price, count, amount in SOLD
    ]
    paid = sum(line.amount - line.deducted for line in lines)
    bought = Purchase(None, None, paid, "JPY", {}, [], 1, lines=lines)
    goods = tuple(Goods(price.name, count, amount // count, amount, price.gtin) for price, count, amount in SOLD)
    return replace(result(), amount=paid, goods=goods, standing=Standing(bought, bought))


@pytest.fixture
def counter() -> Counter:
    """The sale stands there, ready to be taken back."""
    counter = Counter(SELLING_ITEMS).opened()
    counter.happens(LastPurchase(sale()))
    return counter


def scan(counter: Counter, price: Price, label: int | None = None) -> list[Effect]:
    return counter.happens(PackSeen(pack(price, label=label)))


def committed(counter: Counter) -> CommitRefund:
    (effect,) = counter.press("enter")
    assert isinstance(effect, CommitRefund)
    return effect


def test_each_scan_brings_one_back_and_enter_refunds_what_was_paid_for_them(counter: Counter) -> None:
    assert scan(counter, BREAD) == TAKEN
    assert scan(counter, MILK) == TAKEN
    assert committed(counter) == CommitRefund(LAST, 225 + 108, "7", None, ((0, 1), (1, 1)))


def test_digits_before_a_scan_are_how_many_come_back(counter: Counter) -> None:
    counter.press("2")
    assert scan(counter, BREAD) == TAKEN
    assert committed(counter) == CommitRefund(LAST, 450, "7", None, ((0, 2),))


def test_when_one_line_is_used_up_the_next_one_of_that_item_is_taken(counter: Counter) -> None:
    for _ in range(4):
        assert scan(counter, BREAD) == TAKEN
    assert scan(counter, BREAD) == REFUSED
    assert counter.shown == "voiding-more_than_sold"
    assert committed(counter).returned == ((0, 3), (4, 1))


def test_the_last_scan_is_taken_back_after_the_last_digit(counter: Counter) -> None:
    scan(counter, BREAD)
    scan(counter, MILK)
    counter.press("5", "backspace", "backspace")
    assert committed(counter).returned == ((0, 1),)


def test_with_nothing_scanned_enter_takes_the_whole_sale_back(counter: Counter) -> None:
    scan(counter, BREAD)
    counter.press("backspace")
    assert counter.press("enter") == [CommitVoid(LAST, "7")]


@pytest.mark.parametrize(
    ("price", "label", "digits", "reason"),
    [
        (WINE, None, "", "not_in_this_sale"),
        (MILK, None, "2", "more_than_sold"),
        (MILK, None, "0", "more_than_sold"),
        (CHEESE, None, "", "which_pack"),
        (CHEESE, 999, "", "more_than_sold"),
    ],
)
def test_what_cannot_come_back_says_why(
    counter: Counter, price: Price, label: int | None, digits: str, reason: str
) -> None:
    counter.press(*digits)
    assert scan(counter, price, label) == REFUSED
    assert (counter.shown, counter.session.second, counter.session.returned) == (f"voiding-{reason}", "", ())


def test_a_labelled_pack_is_the_line_of_its_price(counter: Counter) -> None:
    assert scan(counter, CHEESE, 500) == TAKEN
    assert committed(counter).returned == ((3, 1),)


def test_goods_and_a_part_in_money_do_not_go_together(counter: Counter) -> None:
    scan(counter, BREAD)
    assert counter.press("5", "enter") == REFUSED
    assert counter.shown == "voiding-goods_or_part"
    assert committed(counter).amount == 225


def test_a_manager_approves_goods_that_come_back(counter: Counter) -> None:
    counter.settings = replace(SELLING_ITEMS, clerks=frozenset({"3", "7"}))
    scan(counter, BREAD)
    counter.press("enter")
    assert (counter.state(), counter.shown) == (State.APPROVING, "approving")
    assert counter.press("3", "enter", "1", "enter") == [CheckClerk("3", "1", manager=True)]
    (refund,) = counter.happens(ClerkKnown("3", manager=True))
    assert refund == CommitRefund(LAST, 225, "7", "3", ((0, 1),))


def test_another_sale_begins_anew(counter: Counter) -> None:
    scan(counter, BREAD)
    assert counter.press("next") == [FindLast(before=LAST)]
    assert counter.session.returned == ()
    scan(counter, BREAD)
    counter.happens(ReceiptSeen(LAST))
    counter.happens(LastPurchase(sale()))
    assert counter.session.returned == ()


def test_a_sale_of_an_amount_has_no_goods(counter: Counter) -> None:
    counter.happens(LastPurchase(result(profile())))
    assert scan(counter, BREAD) == REFUSED
    assert counter.shown == "voiding-no_goods_here"
