"""A member's view: what people read, decayed to the moment they read it."""

import msgspec
import pytest

from firmware.score.fold import folded, new_member
from firmware.score.rules import default_rules
from firmware.score.standing import MemberRecord
from firmware.score.view import member_view, readable
from tests.firmware.score.programme import HANA, NOON, bought, lot, rules, voided

RULES = default_rules()
DAY = 86400


def regular() -> MemberRecord:
    """Three purchases, ten days apart."""
    record = new_member(HANA)
    for number, amount in enumerate((3400, 5000, 20001)):
        at = NOON + number * 10 * DAY
        record = folded(RULES, record, bought(amount, lot(amount // 50, NOON + (number // 2 + 50) * DAY)), at)
    return record


def test_a_new_member_reads_as_nothing() -> None:
    view = member_view(RULES, new_member(HANA), NOON)
    assert (view.visits, view.amount, view.balance, view.certificates) == (0, 0, 0, 0)
    assert (view.mean_amount, view.mean_interval, view.first, view.last) == (None, None, None, None)
    assert view.grades == {"recent": "E", "continuity": "E"}
    assert view.scores == {"recent": "0.00", "continuity": "0.00"}


def test_totals_and_means_are_exact() -> None:
    view = member_view(RULES, regular(), NOON + 20 * DAY)
    assert (view.visits, view.amount) == (3, 28401)
    assert (view.mean_amount, view.mean_interval) == (9467, 10 * DAY)


def test_means_round_half_up() -> None:
    record = folded(RULES, folded(RULES, new_member(HANA), bought(1), NOON), bought(2), NOON + 3)
    assert member_view(RULES, record, NOON + 3).mean_amount == 2
    record = folded(RULES, record, bought(2), NOON + 3)
    view = member_view(RULES, record, NOON + 3)
    assert (view.mean_amount, view.mean_interval) == (2, 2)


def test_one_visit_has_no_interval() -> None:
    record = folded(RULES, new_member(HANA), bought(100), NOON)
    assert member_view(RULES, record, NOON).mean_interval is None


def test_one_visit_left_after_a_void_has_no_interval() -> None:
    record = folded(RULES, folded(RULES, new_member(HANA), bought(100), NOON), bought(50), NOON + 60)
    record = folded(RULES, record, voided(NOON + 60, bought(50)), NOON + 90)
    assert member_view(RULES, record, NOON + 90).mean_interval is None


def test_scores_and_grades_decay_while_the_member_stays_away() -> None:
    record = folded(RULES, new_member(HANA), bought(60000), NOON)
    at_once, month, year = (member_view(RULES, record, NOON + days * DAY) for days in (0, 30, 365))
    assert [view.grades["recent"] for view in (at_once, month, year)] == ["A", "B", "E"]
    assert (at_once.scores["recent"], month.scores["continuity"]) == ("60000", "0.94")
    assert year.scores["continuity"] == "0.50"


def test_a_view_before_the_last_purchase_is_that_of_the_last_purchase() -> None:
    record = regular()
    then = member_view(RULES, record, NOON + 20 * DAY)
    assert member_view(RULES, record, NOON) == then


def test_the_balance_leaves_out_what_expired_and_says_what_goes_next() -> None:
    record = regular()
    view = member_view(RULES, record, NOON + 20 * DAY)
    assert (view.balance, view.expiring, view.expiring_at) == (568, 168, NOON + 50 * DAY)
    view = member_view(RULES, record, NOON + 50 * DAY)
    assert (view.balance, view.expiring, view.expiring_at) == (400, 400, NOON + 51 * DAY)
    view = member_view(RULES, record, NOON + 51 * DAY)
    assert (view.balance, view.expiring, view.expiring_at) == (0, 0, None)


def test_points_that_are_pending_are_in_the_balance_and_cannot_be_spent_yet() -> None:
    soon = lot(30, NOON + 9 * DAY, ready=NOON + 2 * DAY)
    record = folded(RULES, folded(RULES, new_member(HANA), bought(100, lot(20)), NOON), bought(100, soon), NOON)
    waiting, come = (member_view(RULES, record, NOON + days * DAY) for days in (1, 2))
    assert (waiting.balance, waiting.spendable, waiting.pending) == (50, 20, 30)
    assert (come.balance, come.spendable, come.pending) == (50, 50, 0)


@pytest.mark.parametrize(("policy", "shown"), [("negative", -7), ("reduce", 0), ("waive", 0)])
def test_a_balance_below_zero_is_shown_only_by_policy(policy: str, shown: int) -> None:
    record = msgspec.structs.replace(new_member(HANA), owed=7)
    view = member_view(rules(overdrawn=policy), record, NOON)
    assert (view.balance, view.spendable, view.owed) == (shown, 0, 7)


def test_what_is_owed_can_not_be_spent() -> None:
    record = folded(RULES, msgspec.structs.replace(new_member(HANA), owed=7), bought(100, lot(2007)), NOON)
    view = member_view(RULES, record, NOON)
    assert (view.balance, view.spendable, view.owed, view.certificates) == (2000, 2000, 7, 2)


def test_points_that_never_expire_are_not_announced_to() -> None:
    record = folded(RULES, new_member(HANA), bought(100, lot(2)), NOON)
    view = member_view(RULES, record, NOON)
    assert (view.balance, view.expiring, view.expiring_at) == (2, 0, None)


def test_a_balance_buys_whole_certificates() -> None:
    record = folded(RULES, new_member(HANA), bought(100, lot(2999)), NOON)
    assert member_view(RULES, record, NOON).certificates == 2
    assert member_view(rules(certificate=None), record, NOON).certificates == 0


def test_a_display_shows_the_grades_that_the_hint_goes_by() -> None:
    record = folded(RULES, new_member(HANA), bought(60000), NOON)
    view = member_view(RULES, record, NOON)
    assert view.shown_grades == ("A", "E")
    assert view.hint is not None
    assert view.hint.key == "great-start"


def test_without_hints_a_display_shows_the_first_two_grades() -> None:
    record = folded(RULES, new_member(HANA), bought(60000), NOON)
    view = member_view(rules(), record, NOON)
    assert (view.shown_grades, view.hint) == (("A", "E"), None)
    assert member_view(rules(grades={}), record, NOON).shown_grades == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (65536, "1.00"),
        (98304, "1.50"),
        (327, "0.00"),
        (328, "0.01"),
        ((1000 << 16) - 328, "999.99"),
        ((1000 << 16) - 327, "1000"),
        ((3400 << 16) + 0x7FFF, "3400"),
        ((3400 << 16) + 0x8000, "3401"),
    ],
)
def test_a_small_score_reads_with_two_decimals_and_a_large_one_whole(value: int, text: str) -> None:
    assert readable(value) == text
