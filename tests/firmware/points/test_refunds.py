"""Refunds: what is left of a purchase, in any split, to the point and to the coin."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.entries import Line, Purchase
from firmware.points.errors import PointsError, RefundTooMuch
from firmware.points.refunds import kept_amount, kept_lines, nothing_left
from tests.firmware.points.programme import bought, purchases

BASKET = [Line("bread", 3, 3000, None, 50), Line("tobacco", 1, 500, "tobacco"), Line("milk", 2, 500, None, 8)]
"""58 points; the tobacco gave none."""

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors" / "points.json").read_text("utf-8"))[
    "refunds"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_refunds_leave_what_the_vectors_say(vector: dict[str, Any]) -> None:
    sold = vector["purchase"]
    original = stands = replace(
        bought(sold["amount"], *sold["lots"], lines=[Line(*line) for line in sold.get("lines", [])]),
        categories=sold.get("categories", {}),
        deducted=sold.get("deducted", 0),
    )
    for step in vector["steps"]:
        if "money" in step:
            stands = kept_amount(original, stands, step["money"])
        else:
            stands = kept_lines(original, stands, {int(place): count for place, count in step["lines"].items()})
        assert (stands.amount, [lot.points for lot in stands.lots]) == (step["amount"], step["lots"])
        assert (stands.categories, stands.deducted) == (step.get("categories", {}), step.get("deducted", 0))


def size(purchase: Purchase) -> list[int]:
    """All that may only ever become less."""
    lines = [number for line in purchase.lines for number in (line.count, line.amount, line.points, line.deducted)]
    lots = [lot.points for lot in purchase.lots]
    return [purchase.amount, purchase.deducted, *purchase.categories.values(), *lots, *lines]


def returning(purchase: Purchase) -> st.SearchStrategy[dict[int, int]]:
    """Some of what is left of a basket."""
    counts = {place: line.count for place, line in enumerate(purchase.lines) if line.count}
    places = st.sets(st.sampled_from(sorted(counts)), min_size=1)
    return places.flatmap(lambda some: st.fixed_dictionaries({place: st.integers(1, counts[place]) for place in some}))


@st.composite
def steps(draw: st.DrawFn) -> list[Purchase]:
    """A purchase, and how it stands after each of some refunds, the last of which leaves nothing."""
    stands = [draw(purchases)]
    original = stands[0]
    for _ in range(draw(st.integers(0, 4))):
        if any(line.count for line in stands[-1].lines) and draw(st.booleans()):
            stands.append(kept_lines(original, stands[-1], draw(returning(stands[-1]))))
        elif stands[-1].amount:
            stands.append(kept_amount(original, stands[-1], draw(st.integers(1, stands[-1].amount))))
    if stands[-1].amount:
        stands.append(kept_amount(original, stands[-1], stands[-1].amount))
    elif any(line.count for line in stands[-1].lines):
        rest = {place: line.count for place, line in enumerate(stands[-1].lines) if line.count}
        stands.append(kept_lines(original, stands[-1], rest))
    return stands


@given(steps())
def test_refunds_in_any_split_take_back_exactly_what_was_given_and_paid(stands: list[Purchase]) -> None:
    for before, after in pairwise(stands):
        assert all(left <= was for was, left in zip(size(before), size(after), strict=True))
        assert sum(after.categories.values()) <= after.amount
        assert [lot.expires for lot in after.lots] == [lot.expires for lot in before.lots]
    if len(stands) > 1:
        assert nothing_left(stands[-1])
        assert set(size(stands[-1])) <= {0}
        assert all(not nothing_left(one) for one in stands[:-1])


@given(purchases, st.data())
def test_lines_returned_one_by_one_leave_what_they_leave_together(purchase: Purchase, data: st.DataObject) -> None:
    assume(purchase.lines)
    returned = data.draw(returning(purchase))
    stands = purchase
    for place in data.draw(st.permutations(sorted(returned))):
        for _ in range(returned[place]):
            stands = kept_lines(purchase, stands, {place: 1})
    assert stands == kept_lines(purchase, purchase, returned)


@given(purchases, st.data())
def test_money_refunded_in_parts_leaves_what_it_leaves_at_once(purchase: Purchase, data: st.DataObject) -> None:
    assume(purchase.amount)
    parts = data.draw(st.lists(st.integers(1, purchase.amount), min_size=1, max_size=4))
    assume(sum(parts) <= purchase.amount)
    stands = purchase
    for part in parts:
        stands = kept_amount(purchase, stands, part)
    assert stands == kept_amount(purchase, purchase, sum(parts))


@given(purchases, st.data())
def test_money_and_lines_leave_the_same_in_either_order(purchase: Purchase, data: st.DataObject) -> None:
    assume(purchase.lines)
    returned = data.draw(returning(purchase))
    lines_first = kept_lines(purchase, purchase, returned)
    assume(lines_first.amount > 1)
    money = data.draw(st.integers(1, lines_first.amount - 1))
    assert kept_amount(purchase, lines_first, money) == kept_lines(
        purchase, kept_amount(purchase, purchase, money), returned
    )


def test_a_line_that_gave_no_points_takes_none_with_it() -> None:
    purchase = replace(bought(4000, 58, lines=BASKET), categories={"tobacco": 500})
    after = kept_lines(purchase, purchase, {1: 1})
    assert (after.amount, after.categories, after.lots[0].points) == (3500, {"tobacco": 0}, 58)
    assert [line.count for line in after.lines] == [3, 0, 2]


def test_a_line_in_part_takes_its_points_in_proportion_and_what_is_left_is_rounded_down() -> None:
    purchase = bought(4000, 58, lines=BASKET)
    after = kept_lines(purchase, purchase, {0: 1})
    assert (after.amount, after.lots[0].points) == (3000, 33 + 8)
    assert after.lines[0] == Line("bread", 2, 2000, None, 33)


def test_what_points_took_off_is_refunded_with_the_last_of_the_goods_only() -> None:
    purchase = bought(3000, 58, lines=BASKET, deducted=1000)
    half = kept_lines(purchase, purchase, {0: 2})
    assert (half.amount, half.deducted) == (1500, 1000)
    whole = kept_lines(purchase, half, {0: 1, 1: 1, 2: 2})
    assert (whole.amount, whole.deducted, nothing_left(whole)) == (0, 0, True)


def test_a_line_that_says_what_came_off_it_brings_back_exactly_what_was_paid_for_it() -> None:
    free = [replace(BASKET[0], deducted=3000, points=0), BASKET[1], BASKET[2]]
    purchase = bought(1000, 8, lines=free, deducted=3000)
    assert kept_lines(purchase, purchase, {0: 3}).amount == 1000
    assert kept_lines(purchase, purchase, {2: 1}).amount == 750


def test_money_refunded_before_comes_off_what_lines_bring_back() -> None:
    purchase = bought(4000, 58, lines=BASKET)
    goodwill = kept_amount(purchase, purchase, 3200)
    bread = kept_lines(purchase, goodwill, {0: 3})
    assert (goodwill.amount, bread.amount, bread.lots[0].points) == (800, 0, 0)
    assert not nothing_left(bread)


def test_a_purchase_paid_with_points_alone_is_left_until_its_last_line() -> None:
    purchase = bought(0, lines=BASKET, deducted=4000)
    assert not nothing_left(kept_lines(purchase, purchase, {0: 3, 1: 1}))
    assert nothing_left(kept_lines(purchase, purchase, {0: 3, 1: 1, 2: 2}))


def test_lots_without_lines_shrink_with_the_money() -> None:
    purchase = bought(3400, 68, 10)
    assert [lot.points for lot in kept_amount(purchase, purchase, 1000).lots] == [48, 7]


@pytest.mark.parametrize("refund", [0, -1, 3401])
def test_no_more_money_is_refunded_than_was_paid(refund: int) -> None:
    purchase = bought(3400, 68)
    with pytest.raises(RefundTooMuch) as refusal:
        kept_amount(purchase, purchase, refund)
    assert isinstance(refusal.value, PointsError)
    assert (refusal.value.wanted, refusal.value.there) == (refund, 3400)
    assert "nothing was refunded" in str(refusal.value)


@pytest.mark.parametrize("returned", [{}, {3: 1}, {0: 4}, {1: 0}, {0: 1, 1: 2}])
def test_no_more_goods_come_back_than_were_bought(returned: dict[int, int]) -> None:
    purchase = bought(4000, 58, lines=BASKET)
    with pytest.raises(RefundTooMuch):
        kept_lines(purchase, purchase, returned)


def test_goods_do_not_come_back_twice() -> None:
    purchase = bought(4000, 58, lines=BASKET)
    after = kept_lines(purchase, purchase, {1: 1})
    with pytest.raises(RefundTooMuch, match="0 of the purchase are left"):
        kept_lines(purchase, after, {1: 1})
