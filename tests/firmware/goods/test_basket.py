"""The basket: lines, corrections, weights, and its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.goods import Basket, BasketError, BasketFull, CountInvalid, Line, LineMissing, Per, Price, WeightMissing
from firmware.goods.basket import MOST_COUNT, MOST_LINES, MOST_TOTAL
from tests.firmware.goods.items import BREAD, CHEESE, MILK, WINE, gtin, pack


def of(*prices: Price) -> Basket:
    basket = Basket()
    for price in prices:
        basket = basket.added(price, pack(price, 500 if price.per is Per.KILOGRAM else None))
    return basket


def test_the_same_item_twice_running_is_one_line() -> None:
    basket = of(BREAD, BREAD, MILK, BREAD)
    assert [(line.name, line.count, line.amount) for line in basket.lines] == [
        ("Bread", 2, 500),
        ("Milk", 1, 120),
        ("Bread", 1, 250),
    ]
    assert basket.total == 870


def test_categories_sum_what_has_one() -> None:
    assert of(BREAD, MILK, WINE, BREAD, CHEESE).categories == {"bakery": 500, "dairy": 1120}


@pytest.mark.parametrize(("grams", "amount"), [(500, 1000), (1000, 1999), (1, 2), (250, 500), (333, 666)])
def test_what_is_sold_by_weight_costs_its_weight_half_up(grams: int, amount: int) -> None:
    line = Basket().added(CHEESE, pack(CHEESE, grams)).lines[0]
    assert (line.amount, line.unit, line.weight_grams) == (amount, 1999, grams)


def test_two_weighed_packs_are_two_lines_even_of_one_weight() -> None:
    assert [line.count for line in of(CHEESE, CHEESE).lines] == [1, 1]


def test_a_price_on_the_label_is_the_price() -> None:
    basket = Basket().added(CHEESE, pack(CHEESE, 480, 777)).added(BREAD, pack(BREAD, None, 199))
    assert [(line.amount, line.unit, line.weight_grams) for line in basket.lines] == [
        (777, 1999, 480),
        (199, 199, None),
    ]
    assert basket.lines[0].single
    assert not basket.lines[1].single


def test_what_is_sold_by_weight_and_says_no_weight_is_refused() -> None:
    with pytest.raises(WeightMissing, match=r"weigh it .*; the basket is as it was"):
        Basket().added(CHEESE, pack(CHEESE))


def test_the_last_scan_is_taken_back_one_at_a_time() -> None:
    basket = of(MILK, BREAD, BREAD)
    for left in (370, 120, 0):
        basket = basket.without_last()
        assert basket.total == left
    with pytest.raises(LineMissing, match="no line 1"):
        basket.without_last()


def test_a_count_is_changed_and_none_removes_the_line() -> None:
    basket = of(MILK, BREAD)
    assert basket.with_count(0, 12).total == 12 * 120 + 250
    assert [line.name for line in basket.with_count(0, 0).lines] == ["Bread"]
    assert basket.with_count(1, 1) == basket


def test_a_weighed_pack_is_there_once_or_not_at_all() -> None:
    basket = of(CHEESE)
    assert basket.with_count(0, 1) == basket
    assert basket.with_count(0, 0) == Basket()
    with pytest.raises(CountInvalid) as refusal:
        basket.with_count(0, 2)
    assert refusal.value.most == 1


@pytest.mark.parametrize("place", [-1, 2])
def test_a_line_that_is_not_there_is_not_changed(place: int) -> None:
    with pytest.raises(LineMissing):
        of(MILK, BREAD).with_count(place, 1)


@pytest.mark.parametrize("count", [-1, MOST_COUNT + 1])
def test_a_count_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(CountInvalid):
        of(MILK).with_count(0, count)


def test_one_more_of_the_most_is_refused() -> None:
    full = of(MILK).with_count(0, MOST_COUNT)
    with pytest.raises(CountInvalid):
        full.added(MILK, pack(MILK))


def test_a_keyed_line_needs_no_price_list() -> None:
    basket = of(MILK).keyed(450, "Flowers", "garden", gtin(77))
    assert basket.lines[1] == Line("Flowers", 1, 450, 450, gtin(77), "garden")
    assert basket.keyed(10, "Bag").categories == {"dairy": 120, "garden": 450}
    with pytest.raises(BasketFull):
        basket.keyed(-1, "Bag")


def test_a_basket_holds_so_many_lines_and_so_much_money() -> None:
    basket = of(*[MILK, BREAD] * (MOST_LINES // 2))
    with pytest.raises(BasketFull, match="200 lines"):
        basket.added(MILK, pack(MILK))
    assert basket.added(BREAD, pack(BREAD)).lines[-1].count == 2
    rich = Basket().keyed(MOST_TOTAL, "House")
    with pytest.raises(BasketFull):
        rich.added(MILK, pack(MILK))


scans = st.lists(
    st.tuples(st.sampled_from([BREAD, MILK, CHEESE, WINE]), st.integers(1, 3000), st.none() | st.integers(1, 5000))
)


@given(scans, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4))))
def test_the_total_is_the_sum_of_the_lines_whatever_is_corrected(
    scanned: list[tuple[Price, int, int | None]], corrections: list[tuple[int, int]]
) -> None:
    basket = Basket()
    for price, grams, label in scanned:
        basket = basket.added(price, pack(price, grams, label))
    for place, count in corrections:
        try:
            basket = basket.with_count(place, count)
        except BasketError:
            continue
    assert basket.total == sum(line.amount for line in basket.lines)
    for line in basket.lines:
        assert 1 <= line.count <= MOST_COUNT
        assert line.single or line.amount == line.unit * line.count
    categorised = sum(line.amount for line in basket.lines if line.category)
    assert sum(basket.categories.values()) == categorised
    while basket.lines:
        before = basket.total
        basket = basket.without_last()
        assert basket.total < before
