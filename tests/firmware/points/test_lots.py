"""The algebra of lots: commutative, conserving, and giving nobody more than was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.points.lots import UNTOUCHED, LotState, expired, free, joined, total

states = st.builds(LotState, *[st.integers(0, 60)] * 4) | st.builds(
    LotState, st.integers(0, 60), st.integers(-60, 120), st.integers(0, 120), st.integers(0, 60)
)
moves = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), states), max_size=8)


@given(moves, st.data())
def test_moves_come_to_the_same_in_any_order_and_grouping(
    some: list[tuple[str, LotState]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(some))
    cut = data.draw(st.integers(0, len(some)))
    parts = [joined(shuffled[:cut]), joined(shuffled[cut:])]
    assert joined(some) == joined(shuffled)
    assert joined(some) == joined(move for part in parts for move in part.items())


@given(states)
def test_each_lot_accounts_for_every_point(state: LotState) -> None:
    assert state.given + state.covered + state.loss == state.used + state.back + state.left - state.owed
    assert min(state.left, state.owed) == 0
    assert min(state.used, state.back, state.loss, state.left, state.owed) >= 0


@given(st.lists(st.tuples(states, st.booleans()), max_size=6))
def test_many_lots_account_for_every_point(lots: list[tuple[LotState, bool]]) -> None:
    sums = total(lots)
    assert sums.conserved
    assert sums.balance == sum(state.left for state, over in lots if not over) - sum(state.owed for state, _ in lots)


@given(states)
def test_no_lot_ever_holds_more_than_it_was_given_and_was_paid_for(state: LotState) -> None:
    assert state.left <= state.given + state.covered


@given(states, st.integers(1, 60))
def test_a_redemption_and_its_reversal_change_nothing(state: LotState, points: int) -> None:
    assert state.plus(LotState(spent=points)).plus(LotState(spent=-points)) == state
    assert state.plus(UNTOUCHED) == state


@given(st.integers(1, 60), st.integers(1, 5))
def test_a_purchase_voided_again_and_again_takes_its_points_once(points: int, times: int) -> None:
    state = LotState(given=points, reversed=points * times)
    assert (state.left, state.owed, state.back) == (0, 0, points)


@pytest.mark.parametrize(
    ("state", "left", "owed", "loss"),
    [
        (LotState(68), 68, 0, 0),
        (LotState(68, spent=50), 18, 0, 0),
        (LotState(68, spent=50, reversed=68), 0, 50, 0),
        (LotState(68, spent=50, reversed=68, covered=50), 0, 0, 0),
        (LotState(68, spent=0, reversed=68, covered=50), 50, 0, 0),
        (LotState(68, spent=118), 0, 0, 50),
        (LotState(68, spent=118, reversed=68), 0, 68, 50),
        (LotState(68, spent=-10), 68, 0, 0),
        (LotState(0, spent=10), 0, 0, 10),
        (LotState(0, reversed=10), 0, 0, 0),
    ],
)
def test_debt_and_loss_are_told_apart(state: LotState, left: int, owed: int, loss: int) -> None:
    assert (state.left, state.owed, state.loss) == (left, owed, loss)


@given(st.lists(st.tuples(states, st.booleans()), min_size=1, max_size=6), st.sampled_from(["given", "spent", "left"]))
def test_sums_that_lost_or_made_a_point_do_not_add_up(lots: list[tuple[LotState, bool]], wrong: str) -> None:
    sums = total(lots)
    assert not replace(sums, **{wrong: getattr(sums, wrong) + 1}).conserved


@pytest.mark.parametrize(
    ("right", "returned", "is_free"),
    [
        (None, None, True),
        (None, -1, True),
        (0, None, False),
        (0, -1, False),
        (0, 0, True),
        (1, 0, False),
        (3, 2, False),
        (3, 3, True),
    ],
)
def test_a_lot_is_free_once_its_highest_right_is_returned(
    right: int | None, returned: int | None, is_free: bool
) -> None:
    assert free(right, returned) is is_free


@pytest.mark.parametrize(
    ("expires", "now", "holder", "over"),
    [
        (None, 99, None, False),
        (10, 9, None, False),
        (10, 10, None, True),
        (10, 99, 9, False),
        (10, 99, 10, True),
        (10, 9, 99, False),
    ],
)
def test_a_lot_in_escrow_expires_only_once_its_holder_is_acknowledged_past_that_instant(
    expires: int | None, now: int, holder: int | None, over: bool
) -> None:
    assert expired(expires, now, holder) is over
