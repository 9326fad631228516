"""Spending: what may be spent here and now, and which lots go first."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.entries import GivenLot, LotPart, Scope
from firmware.points.errors import NotEnough, PointsError
from firmware.points.spending import MOST_PARTS, Place, eating_order, part_of, planned, spendable, usable
from tests.firmware.points.programme import HERE, NOW, names, part, parts

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors" / "points.json").read_text("utf-8"))[
    "plans"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_a_plan_is_that_of_the_vectors(vector: dict[str, Any]) -> None:
    held = [LotPart(name, points, Scope(scope), *about) for name, points, scope, *about in vector["parts"]]
    place, at = Place(vector["shop"], vector["company"]), vector["at"]
    assert spendable(held, place, at) == vector["spendable"]
    if vector["spends"] is None:
        with pytest.raises(NotEnough):
            planned(held, vector["points"], place, at)
    else:
        plan = planned(held, vector["points"], place, at)
        assert [[eaten.lot, eaten.points] for eaten in plan] == vector["spends"]


@given(parts, st.integers(0, 500))
def test_a_plan_comes_to_exactly_what_was_asked_or_is_refused_with_what_there_is(
    held: list[LotPart], points: int
) -> None:
    there = spendable(held, HERE, NOW)
    if points > there:
        with pytest.raises(NotEnough) as refusal:
            planned(held, points, HERE, NOW)
        assert (refusal.value.wanted, refusal.value.there) == (points, there)
    else:
        assert sum(eaten.points for eaten in planned(held, points, HERE, NOW)) == points


@given(parts, st.data())
def test_a_plan_eats_only_usable_parts_and_of_none_more_than_is_left(held: list[LotPart], data: st.DataObject) -> None:
    plan = planned(held, data.draw(st.integers(0, spendable(held, HERE, NOW))), HERE, NOW)
    left = {one.lot: one for one in held}
    assert len({eaten.lot for eaten in plan}) == len(plan)
    for eaten in plan:
        assert usable(eaten, HERE, NOW)
        assert 0 < eaten.points <= left[eaten.lot].points
        assert eaten.expires == left[eaten.lot].expires


@given(parts, st.data())
def test_nothing_is_eaten_while_something_that_goes_before_it_is_left(held: list[LotPart], data: st.DataObject) -> None:
    plan = planned(held, data.draw(st.integers(0, spendable(held, HERE, NOW))), HERE, NOW)
    eaten = {one.lot: one.points for one in plan}
    rest = [one for one in held if usable(one, HERE, NOW) and eaten.get(one.lot, 0) < one.points]
    if rest and plan:
        assert max(map(eating_order, plan)) <= min(map(eating_order, rest))
    assert plan == sorted(plan, key=eating_order)


@given(parts, st.data())
def test_a_plan_does_not_depend_on_the_order_in_which_parts_are_held(held: list[LotPart], data: st.DataObject) -> None:
    points = data.draw(st.integers(0, spendable(held, HERE, NOW)))
    shuffled = data.draw(st.permutations(held))
    assert planned(held, points, HERE, NOW) == planned(shuffled, points, HERE, NOW)


def test_the_soonest_expiry_goes_first_then_the_nearest_scope_then_the_name() -> None:
    held = [
        part(1, None, 1),
        part(1, NOW + 9, 2),
        part(1, NOW + 5, 4),
        part(1, NOW + 5, 3),
        part(1, NOW + 5, 5, Scope.COMPANY),
        part(1, NOW + 5, 6, Scope.SHOP),
    ]
    order = [names(lot) for lot in (6, 5, 3, 4, 2, 1)]
    assert [eaten.lot for eaten in planned(held, 6, HERE, NOW)] == order


@pytest.mark.parametrize(
    ("changed", "place", "at", "may"),
    [
        (part(5, NOW + 1), HERE, NOW, True),
        (part(5, NOW), HERE, NOW, False),
        (part(5, scope=Scope.SHOP), HERE, NOW, True),
        (part(5, scope=Scope.SHOP), Place("cafe", HERE.company), NOW, False),
        (part(5, scope=Scope.COMPANY), Place("cafe", HERE.company), NOW, True),
        (part(5, scope=Scope.COMPANY), Place(HERE.shop, "54321"), NOW, False),
        (part(5), Place("cafe", "54321"), NOW, True),
        (LotPart(names(1), 5, Scope.PROGRAMME, None, ready=NOW), HERE, NOW - 1, False),
        (LotPart(names(1), 5, Scope.PROGRAMME, None, ready=NOW), HERE, NOW, True),
    ],
)
def test_points_are_usable_where_they_count_once_they_are_ready_and_until_they_expire(
    changed: LotPart, place: Place, at: int, may: bool
) -> None:
    assert usable(changed, place, at) is may
    assert spendable([changed], place, at) == (5 if may else 0)


def test_one_redemption_spends_no_more_lots_than_an_entry_holds() -> None:
    held = [part(1, lot=number + 1) for number in range(MOST_PARTS + 1)]
    assert spendable(held, HERE, NOW) == MOST_PARTS
    with pytest.raises(NotEnough):
        planned(held, MOST_PARTS + 1, HERE, NOW)


def test_a_plan_for_no_points_is_empty() -> None:
    assert planned([part(5)], 0, HERE, NOW) == []


def test_a_lot_of_the_shop_is_a_part_that_names_the_shop() -> None:
    lot = GivenLot(5, Scope.SHOP, NOW, ready=7)
    assert part_of(lot, names(1), "cafe") == LotPart(names(1), 5, Scope.SHOP, NOW, "cafe", 7)
    assert part_of(GivenLot(5, Scope.SHOP, None, "kiosk"), names(1), "cafe").where == "kiosk"
    assert part_of(GivenLot(5, Scope.COMPANY, None, "12345"), names(1), "cafe").where == "12345"
    assert part_of(GivenLot(5, Scope.PROGRAMME, None), names(1), "cafe").where == ""


def test_a_lot_of_no_points_is_no_part() -> None:
    with pytest.raises(ValueError, match="no points"):
        part_of(GivenLot(0, Scope.SHOP, None), names(1), "cafe")


def test_a_refused_plan_says_what_is_there_and_that_nothing_was_planned() -> None:
    with pytest.raises(PointsError, match="30 points were to be spent and 12 may be; nothing was planned, spend 12"):
        planned([part(12)], 30, HERE, NOW)
