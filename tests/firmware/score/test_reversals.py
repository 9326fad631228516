"""The fold of refunds, redemptions and adjustments: exact, at the purchase's own time, in any split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.entries import (
    Adjusted,
    Identified,
    Purchase,
    Purpose,
    Redeemed,
    RedeemReversed,
    Refund,
    Scope,
    TakenBack,
)
from firmware.points.refunds import kept_amount
from firmware.score.fold import folded, new_member, standing_after
from firmware.score.standing import EMPTY, Holding, MemberRecord
from tests.firmware.score.programme import HANA, NOON, bought, lot, part, rules, voided

RULES = rules()
LIFE = "00000000000000aa"


def refund(before: Purchase, after: Purchase, taken: TakenBack | None = None) -> Refund:
    return Refund(LIFE, 1, NOON, before, after, taken or TakenBack(), "9")


def redeemed(points: int, **about: int) -> Redeemed:
    return Redeemed(HANA, Identified.CARD, [part(points, **about)], Purpose.DISCOUNT, points, "JPY")


def holding(record: MemberRecord) -> list[tuple[int, int]]:
    return [(held.points, held.ready) for held in record.holdings]


@given(st.integers(1, 10**6).flatmap(lambda most: st.tuples(st.just(most), st.lists(st.integers(1, most), max_size=4))))
def test_a_purchase_refunded_in_any_split_folds_to_what_its_void_does(split: tuple[int, list[int]]) -> None:
    amount, parts = split
    purchase = bought(amount, lot(amount // 50)) if amount >= 50 else bought(amount)
    sold = folded(RULES, folded(RULES, new_member(HANA), bought(500, lot(10)), NOON - 60), purchase, NOON)
    record, stands = sold, purchase
    for money in [*parts, amount]:
        if money := min(money, stands.amount):
            after = kept_amount(purchase, stands, money)
            record = folded(RULES, record, refund(stands, after), NOON + 60)
            stands = after
    assert record == folded(RULES, sold, voided(NOON, purchase), NOON + 60)


def test_a_part_refunded_takes_its_share_and_leaves_the_visit() -> None:
    purchase = bought(3400, lot(68))
    record = folded(RULES, new_member(HANA), purchase, NOON)
    after = folded(RULES, record, refund(purchase, kept_amount(purchase, purchase, 1000)), NOON + 60)
    same = folded(RULES, new_member(HANA), bought(2400, lot(48)), NOON)
    assert (after.standing.visits, after.standing.amount, holding(after)) == (1, 2400, [(48, 0)])
    assert after.standing.scores["recent"] == same.standing.scores["recent"]
    assert after.standing.scores["continuity"] == record.standing.scores["continuity"]


def test_a_visit_that_needs_an_amount_goes_when_the_rest_is_below_it() -> None:
    measures = [{"name": "big", "counts": "visits", "half_life": "P30D", "at_least": 3000}]
    programme = rules(measures=measures, grades={})
    purchase = bought(3400)
    standing = standing_after(programme, EMPTY, purchase, NOON)
    little = standing_after(programme, standing, refund(purchase, kept_amount(purchase, purchase, 400)), NOON)
    much = standing_after(programme, standing, refund(purchase, kept_amount(purchase, purchase, 401)), NOON)
    assert little.scores == standing.scores
    assert (much.scores["big"].whole, much.scores["big"].part, much.visits) == (0, 0, 1)


def test_points_taken_back_after_they_were_spent_are_owed() -> None:
    purchase = bought(3400, lot(68))
    record = folded(RULES, folded(RULES, new_member(HANA), purchase, NOON), redeemed(50), NOON + 1)
    after = folded(RULES, record, voided(NOON, purchase), NOON + 2)
    assert (after.holdings, after.owed) == ([], 50)


def test_points_that_expired_before_their_purchase_was_taken_back_are_not_owed() -> None:
    purchase = bought(3400, lot(68, NOON + 10))
    record = folded(RULES, new_member(HANA), purchase, NOON)
    assert folded(RULES, record, voided(NOON, purchase), NOON + 10).owed == 0


def test_cover_is_taken_in_the_place_of_spent_points_and_restored_points_come_back_first() -> None:
    purchase = bought(3400, lot(68, NOON + 900))
    record = folded(RULES, folded(RULES, new_member(HANA), bought(5000, lot(100)), NOON - 9), purchase, NOON)
    record = folded(RULES, record, redeemed(68, expires=NOON + 900), NOON + 1)
    taken = TakenBack(settled=True, covers=[part(60)], covered=[60], restores=[part(8, NOON + 900)])
    after = folded(RULES, record, replace(voided(NOON, purchase), taken=taken), NOON + 2)
    assert (holding(after), after.owed) == ([(40, 0)], 0)


@given(st.integers(1, 68))
def test_a_redemption_and_its_reversal_leave_the_record_as_it_was(points: int) -> None:
    record = folded(RULES, new_member(HANA), bought(3400, lot(68, NOON + 900)), NOON)
    spent = folded(RULES, record, redeemed(points, expires=NOON + 900), NOON + 1)
    back = RedeemReversed(HANA, LIFE, 2, [part(points, NOON + 900)])
    assert sum(held.points for held in spent.holdings) == 68 - points
    assert folded(RULES, spent, back, NOON + 2) == record


def test_restored_points_that_have_expired_since_do_not_come_back() -> None:
    record = folded(RULES, new_member(HANA), RedeemReversed(HANA, LIFE, 2, [part(5, NOON)]), NOON)
    assert record.holdings == []


def test_an_adjustment_takes_and_gives() -> None:
    record = folded(RULES, new_member(HANA), bought(3400, lot(68)), NOON)
    adjusted = Adjusted(HANA, [lot(5, NOON + 900)], [part(60)], "complaint", "9")
    assert folded(RULES, record, adjusted, NOON + 1).holdings == [
        Holding(5, Scope.PROGRAMME, NOON + 900),
        Holding(8, Scope.PROGRAMME, None),
    ]


def test_spending_changes_no_standing() -> None:
    record = folded(RULES, new_member(HANA), bought(3400, lot(68)), NOON)
    assert folded(RULES, record, redeemed(8), NOON + 900).standing == record.standing


def test_pending_points_stay_apart_until_they_are_ready_and_leave_before_the_others() -> None:
    purchase = bought(500, lot(10, ready=NOON + 100))
    record = folded(RULES, folded(RULES, new_member(HANA), bought(3400, lot(68)), NOON), purchase, NOON)
    assert holding(record) == [(68, 0), (10, NOON + 100)]
    assert holding(folded(RULES, record, voided(NOON, purchase), NOON + 9)) == [(68, 0)]
    assert holding(folded(RULES, record, redeemed(1), NOON + 100)) == [(77, 0)]


@pytest.mark.parametrize("late", [100, 9])
def test_a_lot_leaves_the_holding_it_has_ripened_into(late: int) -> None:
    purchase = bought(500, lot(10, ready=NOON + 100))
    record = folded(RULES, folded(RULES, new_member(HANA), bought(3400, lot(68)), NOON), purchase, NOON)
    ripe = folded(RULES, record, redeemed(8), NOON + 100)
    assert holding(folded(RULES, ripe, voided(NOON, purchase), NOON + late)) == [(60, 0)]


def test_a_lot_that_the_rest_of_a_purchase_does_not_show_any_more_is_gone() -> None:
    purchase = bought(3400, lot(68), lot(10, scope=Scope.SHOP))
    record = folded(RULES, new_member(HANA), purchase, NOON)
    odd = replace(kept_amount(purchase, purchase, 1700), lots=[lot(34)])
    assert holding(folded(RULES, record, refund(purchase, odd), NOON)) == [(34, 0)]
