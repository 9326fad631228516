"""One chain or none: which of a terminal's lives may go on spending."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.rights.continuity import BRANCHED, UNKNOWN_HEAD, Link, chain_of
from firmware.entries import Start


def life(number: int, previous: int | None = None, at: int = 5, head: int = 5, **changed: object) -> Link:
    """Life `number`, after entry `at` of the life `previous`."""
    cause = None if previous else Start.STARTED
    fields = {"sound": True, "cause": cause, **changed}
    return Link(number, f"{number:016x}", head, f"{previous:016x}" if previous else None, at, **fields)  # type: ignore[arg-type]


def name(number: int) -> str:
    return f"{number:016x}"


def test_the_lives_that_follow_each_other_are_one_chain_and_the_last_is_good() -> None:
    chain = chain_of([life(1), life(2, 1), life(3, 2)])
    assert (chain.newest, chain.fault) == (name(3), "")
    assert [one.id for one in chain.lives] == [1, 2, 3]


def test_a_life_recorded_before_the_one_it_continues_is_the_newest_all_the_same() -> None:
    chain = chain_of([life(1), life(2, 3), life(3, 1)])
    assert (chain.newest, chain.fault) == (name(2), "")


def test_a_terminal_that_nothing_is_recorded_of_has_no_known_head() -> None:
    chain = chain_of([])
    assert (chain.newest, chain.fault) == (None, UNKNOWN_HEAD)


@pytest.mark.parametrize(
    "lives",
    [
        [life(2, 1)],
        [life(1, head=4), life(2, 1)],
        [life(1), life(3, 2)],
    ],
    ids=["the life before is not recorded", "not up to where it was continued", "one between is missing"],
)
def test_what_is_still_to_come_before_the_newest_life_leaves_its_head_unknown(lives: list[Link]) -> None:
    assert chain_of(lives).fault == UNKNOWN_HEAD


@pytest.mark.parametrize(
    "lives",
    [
        [life(1), life(2, 1), life(3, 1)],
        [life(1), life(2, 1), life(3, 1, at=3, head=9)],
        [life(1, head=9), life(2, 1)],
        [life(1), life(2)],
        [life(1), life(2, 1, sound=False)],
        [life(1, 2), life(2, 1), life(3)],
    ],
    ids=["two continue one", "one of them earlier", "the first went on", "two beginnings", "another hash", "a ring"],
)
def test_a_copied_or_restored_card_is_no_one_chain(lives: list[Link]) -> None:
    assert chain_of(lives).fault == BRANCHED


def test_a_ring_of_lives_alone_has_no_newest() -> None:
    assert chain_of([life(1, 2), life(2, 1)]).fault == UNKNOWN_HEAD


def test_a_journal_that_was_lost_begins_a_chain_of_its_own() -> None:
    lost = life(3, cause=Start.JOURNAL_LOST)
    chain = chain_of([life(1), life(2, 1), lost, life(4, 3)])
    assert (chain.newest, chain.fault, len(chain.lives)) == (name(4), "", 2)


def test_the_old_card_that_comes_back_after_a_lost_journal_is_a_branch() -> None:
    lost = life(3, cause=Start.JOURNAL_LOST)
    assert chain_of([life(1), life(2, 1), lost, life(4, 2)]).fault == BRANCHED
    assert chain_of([life(1), life(2, 1), lost, life(4, 2), life(5, 3)]).fault == BRANCHED


def test_what_an_operator_has_forgiven_is_no_branch_any_more() -> None:
    lives = [life(1), life(2, 1), life(3, 1)]
    assert chain_of(lives, forgiven=2).fault == ""
    assert chain_of([*lives, life(4, 2)], forgiven=3).fault == ""
    assert chain_of([*lives, life(4, 2), life(5, 2)], forgiven=3).fault == BRANCHED


@given(st.permutations(range(1, 6)), st.data())
def test_two_lives_that_continue_one_are_found_in_whatever_order_they_are_recorded(
    ids: list[int], data: st.DataObject
) -> None:
    """Lives 1 to 4 follow each other; the fifth continues one of the first three as well, or the second's tip."""
    names = [name(number) for number in range(1, 6)]
    before = [None, *names[:3], data.draw(st.sampled_from(names[:3]))]
    causes = [Start.STARTED, None, None, None, None]
    lives = [
        Link(number, one, 5, previous, 5, True, cause)
        for number, one, previous, cause in zip(ids, names, before, causes, strict=True)
    ]
    assert chain_of(lives).fault == BRANCHED
    assert chain_of(lives[:4]).fault == ""
