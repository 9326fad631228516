"""A POS on a real pseudo terminal: plugged again, hostile, and talked to from another thread."""

import os
import queue
import threading
from collections.abc import Iterator

import pytest

from firmware.drivers.device import DeviceNotOpened
from firmware.drivers.pos.protocol import PosDropped, PosNews
from firmware.drivers.pos.serial import SerialPos
from firmware.drivers.pump import DeviceFailed, Pump
from firmware.drivers.serial import LineSettings
from firmware.pos import Link, PosPeer, PosUp, Result, SaleOpened, Total
from tests.contracts.rigs.pos import SerialRig, new_desk, next_news
from tests.contracts.rigs.scanners import Pty
from tests.firmware.drivers.waits import PATIENCE

TOTAL = Total("17", 3400, "JPY")
BOOKED = Result("17", 3400, 3400, booked="t-1/1f0e9d8c7b6a5948/3")


@pytest.fixture
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SerialRig]:
    rig = SerialRig(tmp_path_factory.getbasetemp())
    yield rig
    rig.close()


def sale_opened(rig: SerialRig, pos: SerialPos) -> None:
    rig.ring_up(TOTAL)
    while next_news(rig, pos) != SaleOpened(TOTAL):
        pass


def test_a_sale_outlives_the_cable_and_its_result_is_told_when_asked(rig: SerialRig) -> None:
    first = SerialPos(rig.pty.settings, rig.desk)
    sale_opened(rig, first)
    rig.unplug()
    first.close()
    rig.desk.say(BOOKED)
    rig.pty = Pty()
    with SerialPos(rig.pty.settings, rig.desk) as again:
        rig.pos.opened(0.0)
        rig.ring_up(TOTAL)
        while rig.pos.result("17") is None:
            rig.serve()
            again.read(0.02)
    assert rig.pos.result("17") == BOOKED


def test_what_is_said_in_another_thread_wakes_a_read_that_waits(rig: SerialRig) -> None:
    with SerialPos(rig.pty.settings, rig.desk) as pos:
        sale_opened(rig, pos)
        rig.serve()
        pos.read(0.0)
        rig.serve()
        said = threading.Thread(target=rig.desk.say, args=[BOOKED])
        said.start()
        assert pos.read(PATIENCE) is None
        said.join()
        rig.serve()
    assert rig.pos.result("17") == BOOKED


def test_ten_megabytes_of_garbage_are_a_handful_of_faults(rig: SerialRig) -> None:
    with SerialPos(rig.pty.settings, rig.desk) as pos:
        sale_opened(rig, pos)
        writer = threading.Thread(target=rig.pty.send, args=[b"\x02" + b"x" * 10 * 2**20 + b"\x03"])
        writer.start()
        faults = 0
        while writer.is_alive():
            try:
                assert pos.read(0.02) is None
            except PosDropped:
                faults += 1
        writer.join()
        assert faults <= 2
        rig.desk.say(BOOKED)
        while rig.pos.result("17") is None:
            try:
                pos.read(0.02)
            except PosDropped:
                faults += 1
            rig.serve()
    assert faults <= 3


def test_a_line_that_is_not_there_does_not_open(rig: SerialRig) -> None:
    with pytest.raises(DeviceNotOpened, match="serial:/dev/ttyNONE"):
        SerialPos(LineSettings("/dev/ttyNONE"), rig.desk)


def test_a_pump_opens_the_line_again_and_the_conversation_goes_on() -> None:
    desk, ptys, news = new_desk(), [Pty(), Pty()], queue.Queue[object]()
    lines = iter(ptys)
    pump: Pump[PosNews] = Pump(
        "pos", lambda: SerialPos(next(lines).settings, desk), news.put, news.put, wait=lambda _: False
    )
    pump.start()
    heard: list[object] = []
    for pty in ptys:
        assert b'"kind":"hello"' in os.read(pty.far, 4096), "the line is open"
        pos = PosPeer("Till 3", "JPY", Link(99, 11520))
        pos.opened(0.0)
        pty.send(pos.outgoing())
        while PosUp() not in heard:
            heard.append(news.get(timeout=PATIENCE))
        heard.clear()
        if pty is ptys[0]:
            pty.hang_up()
            assert isinstance(news.get(timeout=PATIENCE), DeviceFailed)
    pump.stop()
    ptys[1].hang_up()
    desk.close()
