"""Dividing what may be given: never more than there is, whoever is away, and no more moving than is needed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from central.documents.dealing import Stake, dealt


def test_what_there_is_is_divided_evenly_at_first() -> None:
    assert dealt(100, {"a": Stake(0, 0), "b": Stake(0, 0), "c": Stake(0, 0)}) == {"a": 34, "b": 33, "c": 33}


def test_while_everybody_has_enough_nothing_is_moved() -> None:
    stakes = {"a": Stake(10, 50), "b": Stake(2, 50)}
    assert dealt(100, stakes) == {"a": 50, "b": 50}


def test_who_has_little_left_gets_of_what_is_free() -> None:
    assert dealt(200, {"a": Stake(45, 50), "b": Stake(0, 50)}) == {"a": 123, "b": 77}


def test_where_nothing_is_free_the_others_are_told_of_less_first() -> None:
    told = dealt(100, {"a": Stake(48, 50), "b": Stake(0, 50)})
    assert told == {"a": 50, "b": 26}
    assert dealt(100, {"a": Stake(48, 50), "b": Stake(0, 50, waits=True)}) == {"a": 50, "b": 50}
    assert dealt(100, {"a": Stake(48, 50), "b": Stake(0, 26)}) == {"a": 74, "b": 26}


def test_what_one_may_use_that_is_away_is_kept_for_it() -> None:
    assert dealt(100, {"a": Stake(0, 0), "b": Stake(10, 60, takes=False)}) == {"a": 40, "b": 60}


def test_more_that_is_paid_in_reaches_everybody_once_they_need_it() -> None:
    assert dealt(1000, {"a": Stake(50, 50), "b": Stake(50, 50)}) == {"a": 500, "b": 500}


def test_what_is_used_up_is_used_up() -> None:
    assert dealt(100, {"a": Stake(60, 60), "b": Stake(45, 45)}) == {"a": 60, "b": 45}
    assert dealt(0, {"a": Stake(0, 0)}) == {"a": 0}
    assert dealt(5, {}) == {}


class Till(Struct):
    """A terminal: what it was told and when it heard of it, what it has used, and what central knows of both."""

    told: list[int]
    heard: int = 0
    used: int = 0
    known: int = 0
    recorded: int = 0

    def stake(self) -> Stake:
        may = max(self.told[self.recorded :], default=0)
        return Stake(self.known, may, waits=self.recorded < len(self.told) - 1)


steps = st.tuples(st.sampled_from(["use", "hear", "send", "deal"]), st.integers(0, 1), st.integers(1, 6))
actions = st.lists(steps, min_size=12, max_size=50)


@settings(deadline=None, max_examples=400)
@given(st.integers(0, 20), actions)
def test_whatever_is_heard_late_or_never_no_more_is_used_than_there_is(
    total: int, taken: list[tuple[str, int, int]]
) -> None:
    tills = {f"t-{number}": Till([0]) for number in range(2)}
    for action, number, much in taken:
        till = tills[f"t-{number}"]
        match action:
            case "use":
                till.used += min(much, max(till.told[till.heard] - till.used, 0))
            case "hear":
                till.heard = len(till.told) - 1
            case "send":
                till.known, till.recorded = till.used, till.heard
            case "deal":
                for name, may in dealt(total, {name: one.stake() for name, one in tills.items()}).items():
                    if may != tills[name].told[-1]:
                        tills[name].told.append(may)
        assert sum(one.used for one in tills.values()) <= total


def test_between_terminals_that_are_heard_everything_can_be_used_wherever_it_is_wanted() -> None:
    tills = {name: Till([0]) for name in "abc"}
    used = 0
    for _ in range(200):
        for name, may in dealt(100, {name: one.stake() for name, one in tills.items()}).items():
            till = tills[name]
            if may != till.told[-1]:
                till.told.append(may)
            till.heard = till.recorded = len(till.told) - 1
        busy = tills["b"]
        busy.used = busy.known = min(busy.used + 3, max(busy.told[-1], busy.used))
        used = busy.used
    assert used >= 98  # what does not divide stays with the others
