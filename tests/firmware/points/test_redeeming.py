"""Redeeming: exact worth, steps, minimum and the largest share of a purchase."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.points.redeeming import Redeeming, most_redeemable, refusal, worth_of

PLAIN = Redeeming(1, 1)
STEPS = Redeeming(2, 1, step=100, minimum=500, most_percent=50)

terms = st.builds(
    lambda points, worth, steps, minimum, percent: Redeeming(points, worth, points * steps, minimum, percent),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 5),
    st.integers(1, 60),
    st.integers(1, 100),
)


@given(terms, st.integers(0, 300), st.integers(0, 300))
def test_the_most_is_not_refused_and_one_step_more_is(rules: Redeeming, there: int, amount: int) -> None:
    most = most_redeemable(rules, there, amount)
    assert 0 <= most <= there
    assert worth_of(rules, most) * 100 <= amount * rules.most_percent
    if most:
        assert refusal(rules, most, there, amount) is None
    assert refusal(rules, most + rules.step, there, amount) is not None


@given(terms, st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_what_is_not_refused_is_worth_a_whole_amount_within_the_share(
    rules: Redeeming, points: int, there: int, amount: int
) -> None:
    if refusal(rules, points, there, amount) is None:
        assert points <= there
        assert points * rules.worth % rules.points == 0
        assert worth_of(rules, points) * 100 <= amount * rules.most_percent


@pytest.mark.parametrize(
    ("points", "there", "amount", "why"),
    [
        (500, 499, 2000, "points_too_few"),
        (400, 900, 2000, "points_below_minimum"),
        (550, 900, 2000, "points_not_in_steps"),
        (600, 900, 500, "points_above_share"),
        (600, 900, 600, None),
    ],
)
def test_a_refusal_names_its_reason(points: int, there: int, amount: int, why: str | None) -> None:
    assert refusal(STEPS, points, there, amount) == why


def test_nothing_can_be_redeemed_where_the_minimum_is_out_of_reach() -> None:
    assert most_redeemable(STEPS, 499, 2000) == most_redeemable(STEPS, 900, 499) == 0
    assert most_redeemable(STEPS, 900, 500) == 500
    assert most_redeemable(PLAIN, 900, 500) == 500


def test_a_step_that_is_worth_no_whole_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="whole amount"):
        Redeeming(2, 1)
