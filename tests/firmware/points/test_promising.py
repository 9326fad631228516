"""Premiums and the bonus of a good year."""

import msgspec
import pytest

from firmware.points.promising import Premium, YearBonus


@pytest.mark.parametrize("about", [{"amount": 0, "points": 1}, {"amount": 1, "points": 0}])
def test_a_bonus_gives_something_for_something(about: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(about, YearBonus)


def test_a_premium_needs_an_english_name() -> None:
    with pytest.raises(ValueError, match="needs `en`"):
        Premium("mug", 500, {"ja": "マグ"})
