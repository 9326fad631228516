"""Two sides of a link and the line between them, with time that is stepped."""

from collections.abc import Callable, Iterator

from firmware.pos.link import Arrived, Link, LinkEvent

__all__ = ["RATE", "Wire", "frames_in"]

RATE = 11520

Damage = Callable[[bytes], list[bytes]]
"""What becomes of one frame on the line: the chunks that arrive."""


def whole(frame: bytes) -> list[bytes]:
    return [frame]


def frames_in(data: bytes) -> Iterator[bytes]:
    """The frames that a side wrote, one by one."""
    for part in data.split(b"\x03")[:-1]:
        yield part + b"\x03"


class Wire:
    """Links `near` and `far`; `to_far` and `to_near` may damage what passes."""

    def __init__(self) -> None:
        self.near, self.far = Link(0x1000, RATE), Link(0x2000, RATE)
        self.to_far: Damage = whole
        self.to_near: Damage = whole
        self.now = 0.0
        self.at_near: list[LinkEvent] = []
        self.at_far: list[LinkEvent] = []

    def pass_bytes(self) -> None:
        """Until both sides are silent."""
        while True:
            out, back = self.near.outgoing(), self.far.outgoing()
            if not out and not back:
                return
            for frame in frames_in(out):
                for chunk in self.to_far(frame):
                    self.at_far += self.far.receive(chunk, self.now)
            for frame in frames_in(back):
                for chunk in self.to_near(frame):
                    self.at_near += self.near.receive(chunk, self.now)

    def step(self, seconds: float) -> None:
        """Let time pass, with what is due done when it is due."""
        end = self.now + seconds
        self.pass_bytes()
        while (due := min((at for at in (self.near.due, self.far.due) if at is not None), default=end + 1)) <= end:
            self.now = max(self.now, due)
            self.at_near += self.near.tick(self.now)
            self.at_far += self.far.tick(self.now)
            self.pass_bytes()
        self.now = end

    @property
    def arrived(self) -> list[bytes]:
        """The messages that arrived at the far side, in order."""
        return [event.payload for event in self.at_far if isinstance(event, Arrived)]
