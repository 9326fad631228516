"""The desk between the reactor's thread and the line's."""

import select
from collections.abc import Iterator

import pytest

from firmware.drivers.pace import Pace
from firmware.drivers.pos.desk import PosDesk
from firmware.pos import Link, PosPeer, PosSession, Result, SaleNotOpen, Total

TOTAL = Total("17", 3400, "JPY")
BOOKED = Result("17", 3400, 3400, booked="t-1/1f0e9d8c7b6a5948/3")


class Time:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 10.0

    @property
    def pace(self) -> Pace:
        return Pace(lambda: self.now, lambda _: None)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def desk(time: Time) -> Iterator[PosDesk]:
    desk = PosDesk(PosSession("t-1", "JPY", Link(7, 11520)), time.pace)
    yield desk
    desk.close()


def is_awake(desk: PosDesk) -> bool:
    return bool(select.select([desk.waker], [], [], 0)[0])


def test_what_is_said_wakes_the_line_once(desk: PosDesk) -> None:
    pos = PosPeer("Till 3", "JPY", Link(9, 11520))
    pos.ring_up(TOTAL, 10.0)
    desk.heard(pos.outgoing())
    assert not is_awake(desk)
    desk.say(BOOKED)
    assert is_awake(desk)
    desk.woken()
    assert not is_awake(desk)
    desk.woken()


def test_what_is_refused_wakes_nobody(desk: PosDesk) -> None:
    with pytest.raises(SaleNotOpen):
        desk.say(BOOKED)
    assert not is_awake(desk)


def test_the_time_until_something_is_due_bounds_a_wait(desk: PosDesk, time: Time) -> None:
    assert desk.patience(3.0) == 3.0
    assert desk.opened()
    assert 0.5 < desk.patience(3.0) < 0.6
    assert desk.patience(0.1) == 0.1
    time.now = 20.0
    assert desk.patience(3.0) == 0.0


def test_what_is_due_is_done_although_nothing_came(desk: PosDesk, time: Time) -> None:
    hello = desk.opened()
    assert desk.heard(b"") == ([], b"")
    time.now = 20.0
    assert desk.heard(b"") == ([], hello)
