"""An ESC/POS printer as its line sees it (Epson, ESC/POS Command Reference): bytes in, answers and paper out.

It knows nothing of the driver. What comes in is worked off in turn, as far as there is paper; the real-time questions
are answered the moment they arrive, were they the dots of a picture. Of the commands it knows those of a printer that
draws: any other byte is misuse.
"""

import re
from collections.abc import Callable

from PIL import Image

__all__ = ["EscposDouble", "PrinterMisused"]

QUESTION = re.compile(rb"\x10\x04([\x01-\x04])", re.DOTALL)
LENGTHS = {b"\x1b@": 2, b"\x1dr": 3, b"\x10\x04": 3, b"\x1bJ": 3}
FEED_AND_CUT = (65, 66)
TO_THE_KNIFE = 120
"""Rows from the head to the knife, which GS V 65 and 66 feed."""


class PrinterMisused(AssertionError):
    """Bytes that the reference does not allow."""


class EscposDouble:
    """`out` is every receipt that was cut off; `rows` are left of the roll, None for endless."""

    def __init__(self, width: int = 576, rows: int | None = None) -> None:
        self.width = width
        self.rows = rows
        self.cover_open = self.broken = self.mute = self.deaf_to_done = False
        self.out: list[Image.Image] = []
        self._roll: list[bytes] = []
        self._waiting = b""
        self._last = b""
        self._answer: Callable[[bytes], object] = lambda data: None

    def plug(self, answer: Callable[[bytes], object]) -> None:
        """Answers go there from now on."""
        self._answer = answer

    def take(self, data: bytes) -> None:
        """Bytes arrive; raises PrinterMisused."""
        heard = self._last + data
        for question in QUESTION.finditer(heard):
            self._say(self._state(question[1][0]))
        self._last = heard[-2:] if not QUESTION.search(heard[-3:]) else b""
        self._waiting += data
        self._work()

    def new_roll(self, rows: int | None = None) -> None:
        """Somebody puts paper in, tears off what hangs out, and the printer forgets what it had."""
        self.rows = rows
        self._roll.clear()
        self._waiting = b""

    def hanging(self) -> Image.Image:
        """What hangs out of the printer."""
        return _picture(self._roll, self.width)

    @property
    def stopped(self) -> bool:
        """Whether it prints nothing for now."""
        return self.rows == 0 or self.cover_open or self.broken

    def _work(self) -> None:
        while self._waiting and not self.stopped and (length := self._length(self._waiting)) <= len(self._waiting):
            command, self._waiting = self._waiting[:length], self._waiting[length:]
            self._carry_out(command[:2], command[2:])

    def _length(self, data: bytes) -> int:
        """How long the command is that these bytes begin with; more than there are while that cannot be told yet."""
        command = data[:2]
        if command in LENGTHS:
            return LENGTHS[command]
        if command == b"\x1dV":
            return 4 if data[2:3] and data[2] in FEED_AND_CUT else 3
        if command == b"\x1dv":
            size = _size(data[4:8]) if len(data) >= 8 else (1, 0)
            return 8 + size[0] * size[1]
        if len(data) < 2 and data[0] in (0x10, 0x1B, 0x1D):
            return 2
        raise PrinterMisused(f"no command {command.hex(' ')}")

    def _carry_out(self, command: bytes, rest: bytes) -> None:
        if command == b"\x1dv":
            self._draw(rest)
        elif command == b"\x1bJ":
            self._feed(rest[0])
        elif command == b"\x1dV":
            self._feed(TO_THE_KNIFE if rest[0] in FEED_AND_CUT else 0)
            self.out.append(_picture(self._roll, self.width))
            self._roll.clear()
        elif command == b"\x1dr" and not self.deaf_to_done:
            self._say(0x00)

    def _draw(self, rest: bytes) -> None:
        mode, (width, height), dots = rest[:2], _size(rest[2:6]), rest[6:]
        if mode not in (b"0\x00", b"\x00\x00") or not width or not height or width * 8 > self.width:
            raise PrinterMisused(f"a picture of {width} bytes by {height} in mode {mode.hex()}")
        for at in range(0, len(dots), width):
            self._row(dots[at : at + width])

    def _feed(self, rows: int) -> None:
        for _ in range(rows):
            self._row(b"")

    def _row(self, dots: bytes) -> None:
        """One row of dots, where there is paper."""
        if self.rows == 0:
            return
        if self.rows is not None:
            self.rows -= 1
        self._roll.append(dots.ljust(self.width // 8, b"\0"))

    def _state(self, question: int) -> int:
        bits = {
            1: 0x08 * self.stopped,
            2: 0x04 * self.cover_open | 0x20 * (self.rows == 0) | 0x40 * self.broken,
            3: 0x20 * self.broken,
            4: 0x60 * (self.rows == 0),
        }
        return 0x12 | bits[question]

    def _say(self, state: int) -> None:
        if not self.mute:
            self._answer(bytes([state]))


def _size(four: bytes) -> tuple[int, int]:
    return int.from_bytes(four[:2], "little"), int.from_bytes(four[2:], "little")


def _picture(rows: list[bytes], width: int) -> Image.Image:
    """White paper with its ink, as it is seen."""
    if not rows:
        return Image.new("1", (width, 0), 1)
    ink = Image.frombytes("1", (width, len(rows)), b"".join(rows))
    return ink.point(lambda level: not level, "1")
