"""Premiums and the bonus of a good year."""

import pytest

from firmware.points.promising import Premium, YearBonus, bonus_of

BONUSES = [YearBonus(100_000, 500), YearBonus(300_000, 2000)]


@pytest.mark.parametrize(
    ("bought", "points"), [(0, 0), (99_999, 0), (100_000, 500), (299_999, 500), (300_000, 2500), (10**9, 2500)]
)
def test_each_amount_of_a_year_that_is_reached_gives_its_bonus_once(bought: int, points: int) -> None:
    assert bonus_of(BONUSES, bought) == points


def test_a_premium_needs_an_english_name() -> None:
    with pytest.raises(ValueError, match="needs `en`"):
        Premium("mug", 500, {"ja": "マグ"})
