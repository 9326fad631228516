"""Point rules: what a purchase earns under each of them, and what no rule may say."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from firmware.score.points import Campaign, Earning, PointRules, Rounding, earned

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors" / "points.json").read_text("utf-8"))[
    "earnings"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_a_purchase_earns_what_the_vectors_say(vector: dict[str, Any]) -> None:
    rules = msgspec.convert(vector["points"], PointRules)
    about = {"categories": {}, "grades": {}, "at": 0, "today": 0, "percent": 100} | vector
    earning = msgspec.convert({key: about[key] for key in Earning.__struct_fields__}, Earning)
    assert earned(rules, earning) == vector["earned"]


@given(integers(0, 10**12), integers(1, 10**6), integers(1, 10**6), integers(1, 1000))
def test_rounding_up_gives_one_step_more_than_down_at_most(amount: int, rate: int, per: int, step: int) -> None:
    down, half, up = (points(amount, rate, per, step, rounding) for rounding in Rounding)
    assert down <= half <= up <= down + step


def points(amount: int, rate: int, per: int, step: int, rounding: Rounding) -> int:
    rules = PointRules(rate, per, rounding=rounding, round_to=step)
    return earned(rules, Earning(amount, {}, {}, 0, 0))


@given(integers(0, 10**6), integers(0, 10**6), integers(0, 10**6), sampled_from([100, 130, 500]))
def test_points_of_parts_rounded_down_never_exceed_those_of_the_whole(
    coffee: int, cake: int, rest: int, percent: int
) -> None:
    campaigns = [Campaign("coffee", percent, 0, 10, "coffee")] if percent > 100 else []
    rules = PointRules(20, 1000, campaigns=campaigns)
    whole = earned(rules, Earning(coffee + cake + rest, {"coffee": coffee, "cake": cake}, {}, 5, 0))
    parts = (({"coffee": coffee}, coffee), ({"cake": cake}, cake), ({}, rest))
    assert sum(earned(rules, Earning(amount, categories, {}, 5, 0)) for categories, amount in parts) <= whole


def test_categories_beyond_the_amount_earn_only_what_they_hold() -> None:
    assert earned(PointRules(20, 1000), Earning(1000, {"coffee": 2000}, {}, 0, 0)) == 40


def test_a_campaign_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="later than `starts`"):
        Campaign("never", 200, 10, 10)


@pytest.mark.parametrize("extra", [{"measure": "recent"}, {"grades": ["A"]}])
def test_a_campaign_for_grades_needs_the_measure_and_the_grades(extra: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match="both `measure` and `grades`"):
        msgspec.convert({"name": "c", "percent": 200, "starts": 0, "ends": 1} | extra, Campaign)
