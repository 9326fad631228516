"""Settling a sale: what the clerk reads, and what the journal is given."""

import pytest
from hypothesis import given
from hypothesis.strategies import builds, integers, just, lists, sampled_from

from firmware.entries import GivenLot, Identified, Line, Purchase, Scope
from firmware.score.errors import MemberMismatch
from firmware.score.fold import folded, new_member
from firmware.score.rules import default_rules
from firmware.score.settle import Outcome, Sale, settle
from firmware.score.standing import MemberRecord
from tests.firmware.score.programme import HANA, NOON, document, lot, rules

RULES = default_rules()
APRIL_2027 = 1806505200
"""2027-04-01T00:00:00+09:00."""
MARCH_2026 = 1774926000
"""2026-03-31T12:00:00+09:00."""


def sold(amount: int, record: MemberRecord | None = None, at: int = NOON, **categories: int) -> Outcome:
    return settle(RULES, record or new_member(HANA), Sale(HANA, Identified.STATIC, amount, categories), at)


def test_a_first_purchase_of_3400_yen_gives_68_points_and_the_hint_for_a_new_face() -> None:
    outcome = sold(3400)
    assert outcome.points == 68
    assert outcome.grades == {"recent": "E", "continuity": "E"}
    assert outcome.hint is not None
    assert (outcome.hint.key, outcome.coupon) == ("new-face", None)


def test_a_big_first_purchase_ranks_at_once_and_offers_the_special_coupon() -> None:
    outcome = sold(60000)
    assert outcome.grades == {"recent": "A", "continuity": "E"}
    assert outcome.coupon == "special"


def test_the_purchase_is_ready_for_the_journal() -> None:
    outcome = sold(3400, at=MARCH_2026, bread=400)
    lots = [GivenLot(68, Scope.PROGRAMME, APRIL_2027)]
    assert outcome.purchase == Purchase(HANA, Identified.STATIC, 3400, "JPY", {"bread": 400}, lots, RULES.version)


@given(integers(0, 10**12), integers(0, 2**40), integers(0, 2**40))
def test_the_record_is_what_folding_the_purchase_gives(amount: int, first: int, then: int) -> None:
    before = sold(1000, at=first).record
    assert before is not None
    outcome = sold(amount, before, then)
    assert outcome.record == folded(RULES, before, outcome.purchase, then)


def test_without_a_member_there_are_no_points_and_no_grades() -> None:
    outcome = settle(RULES, None, Sale(None, None, 3400), NOON)
    assert outcome == Outcome(None, Purchase(None, None, 3400, "JPY", {}, [], RULES.version), {}, None, None)
    assert outcome.points == 0


@pytest.mark.parametrize(("record", "member"), [(None, HANA), (new_member(HANA), None), (new_member(HANA), "0" * 14)])
def test_a_sale_of_somebody_else_is_refused(record: MemberRecord | None, member: str | None) -> None:
    with pytest.raises(MemberMismatch, match="different members; nothing was settled"):
        settle(RULES, record, Sale(member, None, 3400), NOON)


def test_categories_beyond_the_amount_are_refused() -> None:
    with pytest.raises(ValueError, match="more than its amount"):
        Sale(HANA, None, 1000, {"bread": 600, "milk": 401})


def test_a_purchase_that_earns_nothing_gives_no_lot() -> None:
    assert sold(49).purchase.lots == []


def test_the_rate_is_that_of_the_grade_after_this_purchase() -> None:
    programme = rules(points={"rate": 20, "per": 1000, "by_grade": {"measure": "recent", "rates": {"A": 30}}})
    outcome = settle(programme, new_member(HANA), Sale(HANA, None, 60000), NOON)
    assert outcome.points == 1800


def test_the_daily_cap_counts_what_was_earned_today() -> None:
    programme = rules(points={"rate": 20, "per": 1000, "most_per_day": 100})
    sale = Sale(HANA, None, 4000)
    assert settle(programme, new_member(HANA), sale, NOON, earned_today=30).points == 70


def test_a_lot_says_where_and_from_when_it_may_be_spent_and_under_which_right() -> None:
    programme = rules(points={"rate": 20, "per": 1000, "scope": "company", "pending_days": 14})
    sale = Sale(HANA, None, 4000, company="12345", right=7)
    tokyo_day = 1_783_177_200  # 2026-07-05T00:00:00+09:00
    assert settle(programme, new_member(HANA), sale, NOON).purchase.lots == [
        GivenLot(80, Scope.COMPANY, None, "12345", tokyo_day, 7)
    ]


def test_points_that_would_have_expired_already_are_not_given() -> None:
    fixed = {"rate": 20, "per": 1000, "expiry": {"kind": "fixed", "date": "2026-06-20"}}
    assert settle(rules(points=fixed), new_member(HANA), Sale(HANA, None, 4000), NOON).purchase.lots == []


def test_a_purchase_gives_no_more_than_the_shops_budget_has_left() -> None:
    assert settle(RULES, new_member(HANA), Sale(HANA, None, 3400, most=30), NOON).points == 30
    nothing = settle(RULES, new_member(HANA), Sale(HANA, None, 3400, most=0), NOON)
    assert (nothing.purchase.lots, nothing.short) == ([], 68)
    assert settle(RULES, new_member(HANA), Sale(HANA, None, 3400, most=30), NOON).short == 38
    assert settle(RULES, new_member(HANA), Sale(HANA, None, 3400, most=68), NOON).short == 0


def test_a_coupon_doubles_the_points() -> None:
    assert settle(RULES, new_member(HANA), Sale(HANA, None, 3400, percent=200), NOON).points == 136


def test_what_was_deducted_is_recorded_and_earns_nothing() -> None:
    lines = [Line("bread", 1, 3000), Line("mug", 1, 1000, deducted=1000)]
    purchase = settle(RULES, new_member(HANA), Sale(HANA, None, 3000, deducted=1000, lines=lines), NOON).purchase
    assert (purchase.amount, purchase.deducted, purchase.lots[0].points) == (3000, 1000, 60)
    assert [line.points for line in purchase.lines] == [60, 0]


BASKETS = lists(
    builds(Line, just("x"), integers(1, 9), integers(0, 9999), sampled_from([None, "coffee", "tobacco"]), just(0)),
    min_size=1,
    max_size=6,
)


@given(BASKETS)
def test_lines_share_exactly_the_points_of_their_purchase(lines: list[Line]) -> None:
    double = {"name": "c", "percent": 200, "starts": 0, "ends": NOON + 9, "category": "coffee"}
    programme = rules(points={"rate": 20, "per": 1000, "excluded": ["tobacco"], "campaigns": [double]})
    amounts: dict[str, int] = {}
    for line in lines:
        if line.category is not None:
            amounts[line.category] = amounts.get(line.category, 0) + line.amount
    sale = Sale(HANA, None, sum(line.amount for line in lines), amounts, lines=lines)
    purchase = settle(programme, new_member(HANA), sale, NOON).purchase
    assert sum(line.points for line in purchase.lines) == sum(lot.points for lot in purchase.lots)
    assert all(not line.points for line in purchase.lines if line.category == "tobacco")


def test_rules_without_hints_give_none() -> None:
    assert document()["hints"] is None
    outcome = settle(rules(), new_member(HANA), Sale(HANA, None, 60000), NOON)
    assert (outcome.hint, outcome.coupon) == (None, None)


def test_a_pair_of_grades_without_a_hint_gives_none() -> None:
    programme = rules(hints={"recent": "recent", "continuity": "continuity", "table": {}})
    assert settle(programme, new_member(HANA), Sale(HANA, None, 60000), NOON).coupon is None


def test_a_clock_that_went_back_does_not_raise_the_grade() -> None:
    programme = rules(grades={"recent": {"A": 9000, "B": 8000, "C": 7000, "D": 6000}})
    record = settle(programme, new_member(HANA), Sale(HANA, None, 5000), NOON).record
    outcome = settle(programme, record, Sale(HANA, None, 500), NOON - 29 * 86400)
    assert outcome.grades == {"recent": "E"}


def test_points_of_the_new_purchase_join_those_held() -> None:
    record = sold(3400).record
    assert record is not None
    outcome = sold(1600, record, NOON + 60)
    assert outcome.record is not None
    assert [holding.points for holding in outcome.record.holdings] == [100]
    assert outcome.purchase.lots[0].points == 32
    assert lot(1).scope is RULES.points.scope
