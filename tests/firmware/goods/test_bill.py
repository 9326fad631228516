"""Deductions: shared over lines and categories to the last unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.goods import Basket, Deduction, DeductionInvalid, DeductionKind, billed, shared
from tests.firmware.goods.items import BREAD, MILK, WINE, pack

COUPON, POINTS = DeductionKind.COUPON, DeductionKind.POINTS
BASKET = Basket().added(BREAD, pack(BREAD)).added(MILK, pack(MILK)).added(WINE, pack(WINE))

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


def test_nothing_taken_off_leaves_the_total() -> None:
    bill = billed(BASKET)
    assert (bill.total, bill.due, bill.categories) == (1369, 1369, {"bakery": 250, "dairy": 120})
    assert billed(Basket()).due == 0


def test_points_are_taken_off_every_line_in_proportion() -> None:
    bill = billed(BASKET, [Deduction(POINTS, 100)])
    assert bill.taken[0].shares == (18, 9, 73)
    assert (bill.due, bill.categories) == (1269, {"bakery": 232, "dairy": 111})


def test_a_coupon_of_a_category_or_an_item_touches_no_other_line() -> None:
    bill = billed(BASKET, [Deduction(COUPON, 50, category="dairy"), Deduction(COUPON, 99, gtin=WINE.gtin)])
    assert [taken.shares for taken in bill.taken] == [(0, 50, 0), (0, 0, 99)]
    assert bill.categories == {"bakery": 250, "dairy": 70}


def test_no_more_is_taken_than_is_left() -> None:
    both = [Deduction(COUPON, 100, category="dairy"), Deduction(COUPON, 100, gtin=MILK.gtin), Deduction(POINTS, 9999)]
    bill = billed(BASKET, both)
    assert [taken.amount for taken in bill.taken] == [100, 20, 1249]
    assert (bill.due, bill.categories) == (0, {"bakery": 0, "dairy": 0})
    assert billed(BASKET, [Deduction(COUPON, 5, category="garden")]).taken[0].amount == 0


def test_a_deduction_never_adds() -> None:
    with pytest.raises(DeductionInvalid):
        Deduction(COUPON, -1)


deductions = st.builds(
    Deduction,
    st.sampled_from(DeductionKind),
    st.integers(0, 2000),
    category=st.none() | st.sampled_from(["bakery", "dairy", "garden"]),
    gtin=st.none() | st.sampled_from([BREAD.gtin, MILK.gtin]),
)


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.lists(deductions, max_size=6))
def test_what_is_due_and_what_was_taken_is_the_total(counts: list[int], wanted: list[Deduction]) -> None:
    basket = BASKET
    for place, count in reversed(list(enumerate(counts))):
        basket = basket.with_count(place, count)
    bill = billed(basket, wanted)
    assert bill.due + sum(taken.amount for taken in bill.taken) == bill.total == basket.total
    for taken in bill.taken:
        assert sum(taken.shares) == taken.amount <= taken.deduction.amount
        assert min(taken.shares, default=0) >= 0
    uncategorised = sum(
        line.amount - sum(taken.shares[place] for taken in bill.taken)
        for place, line in enumerate(bill.lines)
        if line.category is None
    )
    assert sum(bill.categories.values()) + uncategorised == bill.due
    assert min(bill.categories.values(), default=0) >= 0


@given(weights, st.data())
def test_shares_are_the_sum_again_and_near_their_proportion(parts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(parts)))
    shares = shared(total, parts)
    assert sum(shares) == total
    for share, part in zip(shares, parts, strict=True):
        assert 0 <= share <= part
        assert abs(share * sum(parts) - total * part) < max(1, sum(parts))


def test_of_two_equal_remainders_the_earlier_gets_the_unit() -> None:
    assert shared(1, [5, 5, 5]) == [1, 0, 0]
    assert shared(5, [1, 1, 1]) == [2, 2, 1]
    assert shared(0, []) == []


@pytest.mark.parametrize(("total", "parts"), [(1, []), (1, [0, 0]), (-1, [1]), (1, [2, -1])])
def test_what_cannot_be_shared_is_refused(total: int, parts: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        shared(total, parts)
