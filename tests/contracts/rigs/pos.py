"""Every line to a POS, with the POS at its end."""

import os
import select
import time
from pathlib import Path
from typing import Protocol

from firmware.drivers.pos.desk import PosDesk
from firmware.drivers.pos.fake import FakePos
from firmware.drivers.pos.none import NoPos
from firmware.drivers.pos.protocol import Pos, PosNews
from firmware.drivers.pos.serial import SerialPos
from firmware.pos import Answer, Link, PosPeer, PosSession, Total
from tests.contracts.pace import SteppedTime
from tests.contracts.rigs.scanners import Pty

__all__ = ["FakeRig", "NoneRig", "PosRig", "SerialRig", "new_desk", "next_news"]

RATE = 11520
TRIES = 100


def new_desk() -> PosDesk:
    """A conversation of a terminal in Japan."""
    return PosDesk(PosSession("t-1", "JPY", Link(7, RATE)))


class PosRig(Protocol):
    """One kind of line, the desk that it serves, and the POS at its far side."""

    desk: PosDesk

    def open(self) -> Pos: ...
    def ring_up(self, total: Total) -> None: ...
    def cancel(self, sale: str) -> None: ...
    def answers(self, sale: str) -> list[Answer]: ...
    def garble(self) -> None: ...
    def unplug(self) -> None: ...
    def serve(self) -> None: ...
    def close(self) -> None: ...


def next_news(rig: PosRig, pos: Pos) -> PosNews | None:
    """The next news, with the POS doing its part meanwhile; None when none comes."""
    for _ in range(TRIES):
        rig.serve()
        if (news := pos.read(0.02)) is not None:
            return news
    return None


class FakeRig:
    """The fake in memory."""

    def __init__(self, folder: Path) -> None:
        self.desk = new_desk()
        self.fake = FakePos(self.desk)

    def open(self) -> Pos:
        return self.fake

    def ring_up(self, total: Total) -> None:
        self.fake.ring_up(total)

    def cancel(self, sale: str) -> None:
        self.fake.cancel(sale)

    def answers(self, sale: str) -> list[Answer]:
        return self.fake.answers(sale)

    def garble(self) -> None:
        self.fake.garble()

    def unplug(self) -> None:
        self.fake.unplug()

    def serve(self) -> None:
        pass

    def close(self) -> None:
        self.fake.close()
        self.desk.close()


class SerialRig:
    """The real pyserial on a pseudo terminal, with a POS that behaves at its far side."""

    def __init__(self, folder: Path) -> None:
        self.desk = new_desk()
        self.pty = Pty()
        self.pos = PosPeer("Till 3", "JPY", Link(9, RATE))

    def open(self) -> Pos:
        pos = SerialPos(self.pty.settings, self.desk)
        self.pos.opened(time.monotonic())
        return pos

    def ring_up(self, total: Total) -> None:
        self.pos.ring_up(total, time.monotonic())

    def cancel(self, sale: str) -> None:
        self.pos.cancel(sale, time.monotonic())

    def answers(self, sale: str) -> list[Answer]:
        self.serve()
        return self.pos.answers(sale)

    def garble(self) -> None:
        self.pty.send(b"\xff\x00no frame")

    def unplug(self) -> None:
        self.pty.hang_up()

    def serve(self) -> None:
        """What the POS does in a round of its own loop."""
        if self.pty.far < 0:
            return
        while select.select([self.pty.far], [], [], 0)[0]:
            self.pos.receive(os.read(self.pty.far, 4096), time.monotonic())
        self.pos.tick(time.monotonic())
        self.pty.send(self.pos.outgoing())

    def close(self) -> None:
        self.pty.hang_up()
        self.desk.close()


class NoneRig(FakeRig):
    """No POS at all."""

    def open(self) -> Pos:
        return NoPos(SteppedTime().pace)
