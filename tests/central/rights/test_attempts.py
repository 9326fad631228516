from central.rights.attempts import MOST_NAMES, Attempts


def test_after_so_many_tries_none_is_left_until_a_while_after_the_first() -> None:
    attempts = Attempts(3, 100)
    assert [attempts.count("t-1", now) for now in (10, 20, 30)] == [False, False, True]
    assert attempts.spent("t-1", 109)
    assert not attempts.spent("t-2", 109)
    assert not attempts.spent("t-1", 110)
    assert attempts.count("t-1", 111) is False


def test_the_last_try_is_told_once() -> None:
    attempts = Attempts(2, 100)
    assert [attempts.count("t-1", 10) for _ in range(4)] == [False, True, False, False]


def test_what_came_right_in_the_end_is_forgiven() -> None:
    attempts = Attempts(1, 100)
    attempts.count("t-1", 10)
    attempts.forgive("t-1")
    attempts.forgive("t-9")
    assert not attempts.spent("t-1", 10)


def test_a_clock_set_back_does_not_lock_anybody_out_for_ever() -> None:
    attempts = Attempts(1, 100)
    attempts.count("t-1", 10_000)
    assert attempts.spent("t-1", 10_050)
    assert not attempts.spent("t-1", 50)


def test_a_flood_of_names_is_forgotten_from_its_beginning() -> None:
    attempts = Attempts(1, 100)
    for number in range(MOST_NAMES + 1):
        attempts.count(str(number), 10)
    assert not attempts.spent("0", 10)
    assert attempts.spent("1", 10)
