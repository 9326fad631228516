"""Budgets and shares: totals, never differences; issuing stops at zero, with a warning before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.entries import Allowed
from firmware.points.budget import Allowances, Budget, BudgetLevel, budget_of, newest_allowed, shares, shares_left

allowances = st.lists(
    st.builds(Allowed, st.integers(0, 9), st.none() | st.integers(0, 99)), unique_by=lambda a: a.version
)


@pytest.mark.parametrize(
    ("issuing", "issued", "budget"),
    [
        (None, 10**6, Budget(None, BudgetLevel.ENOUGH)),
        (1000, 0, Budget(1000, BudgetLevel.ENOUGH)),
        (1000, 900, Budget(100, BudgetLevel.ENOUGH)),
        (1000, 901, Budget(99, BudgetLevel.LOW)),
        (1000, 999, Budget(1, BudgetLevel.LOW)),
        (1000, 1000, Budget(0, BudgetLevel.EMPTY)),
        (1000, 1200, Budget(0, BudgetLevel.EMPTY)),
    ],
)
def test_a_budget_warns_early_and_stops_at_zero(issuing: int | None, issued: int, budget: Budget) -> None:
    assert budget_of(Allowed(1, issuing), issued, 100) == budget


def test_without_a_word_from_central_there_is_no_limit() -> None:
    assert budget_of(None, 10**6, 100).left is None


def test_a_purchase_gives_what_is_left_and_no_more() -> None:
    assert Budget(30, BudgetLevel.LOW).given(68) == 30
    assert Budget(100, BudgetLevel.ENOUGH).given(68) == 68
    assert Budget(None, BudgetLevel.ENOUGH).given(68) == 68


@given(allowances, st.data())
def test_the_newest_allowance_counts_in_whatever_order_and_however_often_they_come(
    some: list[Allowed], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(some + some))
    assert newest_allowed(shuffled) == newest_allowed(some)
    assert (newest_allowed(some) is None) == (not some)


def test_a_share_is_what_is_allowed_in_all_less_what_was_used_in_all() -> None:
    allowed = Allowed(1, None, {"welcome": 5})
    assert [shares_left(allowed, "welcome", used) for used in (0, 4, 5, 6)] == [5, 1, 0, 0]
    assert shares_left(allowed, "other", 0) is None
    assert shares_left(None, "welcome", 0) is None


used = st.dictionaries(st.sampled_from(["t-1", "t-2", "t-3", "t-4"]), st.integers(0, 20))


@given(st.integers(0, 100), used, st.integers(0, 30))
def test_shares_never_come_to_more_than_the_total_nor_below_what_is_used(
    total: int, taken: dict[str, int], spare: int
) -> None:
    dealt = shares(total, taken, spare)
    assert dealt.keys() == taken.keys()
    assert sum(dealt.values()) <= max(total, sum(taken.values()))
    assert all(dealt[name] >= taken[name] for name in taken)
    if taken and not spare:
        assert sum(dealt.values()) == max(total, sum(taken.values()))
        free = [dealt[name] - taken[name] for name in taken]
        assert max(free) - min(free) <= 1


def test_allowances_become_the_act_that_the_journal_records() -> None:
    assert Allowances(900, {"welcome": 3}, 100).act(7) == Allowed(7, 900, {"welcome": 3})
