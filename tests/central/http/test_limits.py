"""Who was refused too often waits; everybody else does not."""

import pytest

from central.http.limits import MINUTE, MOST_ADDRESSES, MOST_REFUSALS, Refusals
from central.http.problems import Problem
from tests.central.records import NOW

START = NOW - NOW % MINUTE


def refuse(refusals: Refusals, address: str, now: int, times: int = MOST_REFUSALS) -> None:
    for _ in range(times):
        refusals.check(address, now)
        refusals.count(address, now)


def test_after_so_many_refusals_an_address_waits_for_the_next_minute() -> None:
    refusals = Refusals()
    refuse(refusals, "a", START)
    with pytest.raises(Problem, match="wait a minute") as refused:
        refusals.check("a", START + MINUTE - 1)
    assert refused.value.status == 429
    refusals.check("b", START)
    refusals.check("a", START + MINUTE)


def test_looking_is_not_counted() -> None:
    refusals = Refusals()
    for _ in range(3 * MOST_REFUSALS):
        refusals.check("a", START)


def test_a_crowd_of_addresses_fills_no_memory_and_counts_as_one_beyond_the_bound() -> None:
    refusals = Refusals()
    for number in range(MOST_ADDRESSES):
        refusals.count(f"{number}", START)
    refuse(refusals, "newcomer", START)
    with pytest.raises(Problem):
        refusals.check("another newcomer", START)
    refusals.check("0", START)
    refusals.check("another newcomer", START + MINUTE)
