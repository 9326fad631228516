"""What holds for every line to a POS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.drivers.device import DeviceClosed
from firmware.drivers.pos import Pos, PosDropped, PosLost
from firmware.pos import (
    Member,
    PosUp,
    Refusal,
    Result,
    SaleCancelled,
    SaleCorrected,
    SaleLine,
    SaleNotOpen,
    SaleOpened,
    Total,
)
from tests.contracts.rigs.pos import FakeRig, NoneRig, PosRig, SerialRig, next_news

JOINED = [FakeRig, SerialRig]
ALL = [*JOINED, NoneRig]
TOTAL = Total("17", 3400, "JPY", (SaleLine("Bread", 400), SaleLine("Wine", 3000, category="wine")))
MEMBER = Member("17", "12345 ···· 84")
BOOKED = Result("17", 3400, 3400, booked="t-1/1f0e9d8c7b6a5948/3")


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PosRig]:
    rig = request.param(tmp_path)
    yield rig
    rig.close()


def opened(rig: PosRig) -> Pos:
    pos = rig.open()
    assert next_news(rig, pos) == PosUp()
    return pos


def told(rig: PosRig, pos: Pos, count: int) -> list[object]:
    """What the POS was told, once it is so much."""
    for _ in range(100):
        if len(answers := rig.answers("17")) >= count:
            return list(answers)
        assert pos.read(0.02) is None
    return list(rig.answers("17"))


@pytest.mark.parametrize("rig", JOINED, indirect=True)
def test_a_sale_goes_from_total_to_result(rig: PosRig) -> None:
    with opened(rig) as pos:
        rig.ring_up(TOTAL)
        assert next_news(rig, pos) == SaleOpened(TOTAL)
        rig.desk.say(MEMBER)
        rig.desk.say(BOOKED)
        assert told(rig, pos, 2) == [MEMBER, BOOKED]


@pytest.mark.parametrize("rig", JOINED, indirect=True)
def test_corrections_and_cancelling_arrive_in_order(rig: PosRig) -> None:
    with opened(rig) as pos:
        rig.ring_up(TOTAL)
        rig.ring_up(Total("17", 5, "JPY"))
        rig.cancel("17")
        news = [next_news(rig, pos) for _ in range(3)]
        assert news == [SaleOpened(TOTAL), SaleCorrected(Total("17", 5, "JPY")), SaleCancelled("17")]
        rig.desk.say(Result("17", 5, 5, refused=Refusal.CANCELLED))
        assert told(rig, pos, 1) == [Result("17", 5, 5, refused=Refusal.CANCELLED)]


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_where_the_pos_does_nothing_a_read_ends_empty(rig: PosRig) -> None:
    with rig.open() as pos:
        while pos.read(0.01) is not None:
            pass
        assert pos.read(0.01) is None


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_nothing_is_said_of_a_sale_that_is_not_open(rig: PosRig) -> None:
    with rig.open(), pytest.raises(SaleNotOpen):
        rig.desk.say(MEMBER)


@pytest.mark.parametrize("rig", JOINED, indirect=True)
def test_garbage_is_named_and_the_next_total_arrives(rig: PosRig) -> None:
    with opened(rig) as pos:
        rig.garble()
        rig.ring_up(TOTAL)
        with pytest.raises(PosDropped, match="reading goes on"):
            next_news(rig, pos)
        assert next_news(rig, pos) == SaleOpened(TOTAL)


@pytest.mark.parametrize("rig", JOINED, indirect=True)
def test_a_line_that_is_unplugged_is_lost_and_the_sale_stays_open(rig: PosRig) -> None:
    pos = opened(rig)
    rig.ring_up(TOTAL)
    assert next_news(rig, pos) == SaleOpened(TOTAL)
    rig.unplug()
    with pytest.raises(PosLost, match="is gone"):
        next_news(rig, pos)
    rig.desk.say(BOOKED)
    pos.close()
    pos.close()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_a_line_closes_twice_and_then_is_read_no_more(rig: PosRig) -> None:
    pos = rig.open()
    pos.close()
    pos.close()
    with pytest.raises(DeviceClosed, match="after it was closed"):
        pos.read(0.01)
