"""A terminal's session and a POS that behaves, with a line between them and stepped time."""

from collections.abc import Iterable

from firmware.pos import Finished, Link, PosEvent, PosPeer, PosSession, Result, SaleLine, Total
from tests.firmware.pos.wires import RATE

__all__ = ["BOOKED", "SALE", "TOTAL", "Tills", "booked"]

SALE = "3-000417"
TOTAL = Total(
    SALE, 1369, "EUR", (SaleLine("Bread", 250, 1, "04006381333931", "bakery"), SaleLine("Wine", 1119, category="wine"))
)
BOOKED = "t-1/1f0e9d8c7b6a5948/17"


def booked(total: Total = TOTAL, due: int | None = None) -> Result:
    """The sale's good end."""
    return Result(total.sale, total.amount, total.amount if due is None else due, booked=BOOKED)


class Tills:
    """`cut` is True while nothing passes."""

    def __init__(self, finished: Iterable[Finished] = ()) -> None:
        self.now = 100.0
        self.cut = False
        self.terminal = PosSession("t-1", "EUR", Link(0x1000, RATE), finished)
        self.pos = PosPeer("Till 3", "EUR", Link(0x2000, RATE))
        self.news: list[PosEvent] = []
        self.terminal.opened(self.now)
        self.pos.opened(self.now)
        self.run()

    def run(self) -> list[PosEvent]:
        """Until both sides are silent; returns the terminal's news since the last time."""
        while True:
            out, back = self.terminal.outgoing(), self.pos.outgoing()
            if not (out or back):
                break
            if not self.cut:
                self.pos.receive(out, self.now)
                self.news += self.terminal.receive(back, self.now)
        news, self.news = self.news, []
        return news

    def step(self, seconds: float) -> list[PosEvent]:
        """Let time pass in small steps."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.news += self.terminal.tick(self.now)
            self.pos.tick(self.now)
            news = self.run()
            self.news = news
        self.news = []
        return news
