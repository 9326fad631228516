from msgspec.structs import replace

from central.rights.waiting import MOST, MOST_OF_ONE, PATIENCE, Waiter, Waiting

HANA = "12345000000184"
ONE = Waiter("t-1", HANA, HANA, "a" * 16, expires=100, since=10.0)


def test_who_asked_first_is_served_first_and_a_newer_question_keeps_the_place() -> None:
    waiting = Waiting()
    other = replace(ONE, terminal="t-2")
    assert waiting.add(ONE)
    assert waiting.add(other)
    newer = replace(ONE, id="b" * 16)
    assert waiting.add(newer)
    assert waiting.of(HANA) == [newer, other]
    waiting.drop(newer)
    assert (waiting.of(HANA), waiting.abouts()) == ([other], [HANA])


def test_nobody_waits_after_the_questions_expiry() -> None:
    waiting = Waiting()
    waiting.add(ONE)
    waiting.expire(99)
    assert len(waiting) == 1
    waiting.expire(100)
    assert (len(waiting), waiting.abouts()) == (0, [])


def test_patience_ends_once() -> None:
    waiting = Waiting()
    assert waiting.wakes() is None
    waiting.add(ONE)
    assert waiting.wakes() == 10.0 + PATIENCE
    assert list(waiting.impatient(10.0)) == []
    (late,) = waiting.impatient(10.0 + PATIENCE)
    assert late.answers == "a" * 16
    waiting.told(late)
    assert [one.answers for one in waiting.of(HANA)] == [None]
    assert list(waiting.impatient(99.0)) == []
    assert waiting.wakes() is None
    assert len(waiting) == 1, "it still gets what comes in time"


def test_one_terminal_cannot_take_all_the_room() -> None:
    waiting = Waiting()
    taken = [waiting.add(replace(ONE, about=f"{number:014d}")) for number in range(MOST_OF_ONE + 1)]
    assert taken == [True] * MOST_OF_ONE + [False]
    assert waiting.add(replace(ONE, about=f"{3:014d}", id="b" * 16)), "a question again is no more of them"
    assert waiting.add(replace(ONE, terminal="t-2"))


def test_no_more_may_wait_in_all() -> None:
    waiting = Waiting()
    taken = [waiting.add(replace(ONE, terminal=f"t-{number}")) for number in range(MOST + 1)]
    assert (taken.count(True), len(waiting)) == (MOST, MOST)
