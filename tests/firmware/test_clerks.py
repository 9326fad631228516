"""Numbers and PINs against the list in force."""

import pytest

from firmware.clerks import ListedClerks
from firmware.flow.effects import CheckClerk
from firmware.flow.events import ClerkKnown, ClerkRefused
from firmware.points.clerks import Clerk, ClerkList, Role
from firmware.points.pins import LOCKED_SECONDS, MOST_TRIES, pin_hash
from tests.firmware.shop import moment

HANA, JUN = (
    Clerk("7", Role.CLERK, pin_hash("2580", bytes(16))),
    Clerk("3", Role.MANAGER, pin_hash("1470", bytes(16))),
)
WRONG, LOCKED = ClerkRefused("pin_wrong"), ClerkRefused("pin_locked")


@pytest.fixture
def clerks() -> ListedClerks:
    listed = ClerkList([HANA, JUN])
    return ListedClerks(lambda: listed)


def sign_on(clerks: ListedClerks, number: str, pin: str, at: int = 0) -> object:
    return clerks.checked(CheckClerk(number, pin, manager=False), moment(at))


def approve(clerks: ListedClerks, number: str, pin: str) -> object:
    return clerks.checked(CheckClerk(number, pin, manager=True), moment())


def test_without_a_list_a_number_is_believed_and_nobody_is_a_manager() -> None:
    clerks = ListedClerks(ClerkList)
    assert clerks.numbers is None
    assert sign_on(clerks, "99", "0") == ClerkKnown("99", manager=False)
    assert approve(clerks, "99", "0") == ClerkRefused("not_a_manager")


def test_a_number_with_its_pin_signs_on(clerks: ListedClerks) -> None:
    assert clerks.numbers == frozenset({"3", "7"})
    assert sign_on(clerks, "7", "2580") == ClerkKnown("7", manager=False)
    assert sign_on(clerks, "3", "1470") == ClerkKnown("3", manager=True)


@pytest.mark.parametrize(("number", "pin"), [("7", "2581"), ("7", "1470"), ("7", ""), ("8", "2580"), ("", "")])
def test_any_other_pin_does_not(clerks: ListedClerks, number: str, pin: str) -> None:
    assert sign_on(clerks, number, pin) == WRONG


def test_only_a_manager_approves(clerks: ListedClerks) -> None:
    assert approve(clerks, "7", "2580") == ClerkRefused("not_a_manager")
    assert approve(clerks, "3", "2580") == WRONG
    assert approve(clerks, "3", "1470") == ClerkKnown("3", manager=True)


def test_five_wrong_pins_in_a_row_lock_the_number_for_five_minutes(clerks: ListedClerks) -> None:
    told = [sign_on(clerks, "7", "0000", second) for second in range(MOST_TRIES)]
    assert told == [*[WRONG] * (MOST_TRIES - 1), LOCKED]
    end = MOST_TRIES - 1 + LOCKED_SECONDS
    assert sign_on(clerks, "7", "2580", end - 1) == LOCKED
    assert sign_on(clerks, "3", "1470", end - 1) == ClerkKnown("3", manager=True)
    assert sign_on(clerks, "7", "2580", end) == ClerkKnown("7", manager=False)


def test_a_right_pin_between_wrong_ones_forgives_them(clerks: ListedClerks) -> None:
    for _ in range(3):
        for _ in range(MOST_TRIES - 1):
            assert sign_on(clerks, "7", "0000") == WRONG
        assert sign_on(clerks, "7", "2580") == ClerkKnown("7", manager=False)


def test_a_new_list_counts_at_once() -> None:
    listed = [ClerkList([HANA])]
    clerks = ListedClerks(lambda: listed[-1])
    assert sign_on(clerks, "7", "2580") == ClerkKnown("7", manager=False)
    listed.append(ClerkList([JUN]))
    assert clerks.numbers == frozenset({"3"})
    assert sign_on(clerks, "7", "2580") == WRONG


def test_a_hash_that_is_none_lets_nobody_in() -> None:
    unusable = ClerkList([Clerk("7", Role.CLERK, "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA")])
    assert sign_on(ListedClerks(lambda: unusable), "7", "2580") == WRONG
