"""From a camera's frame to the result on the display, against the least that any program would have to do.

The floor is one bare zxing-cpp read of that frame for the formats that a member's phone may show, one durable SQLite
commit of a purchase's bytes and one bare Pillow draw of four such lines. Beside a purchase that earns, one is paid in
part with points, and one with a coupon too: the right held, a rotating code read off the frame, the keys pressed by no
hand. All run in turn, frame by frame, over the same phones and the same disk.
"""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import zxingcpp
from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from firmware.clock import Clock
from firmware.config.terminal import FONT
from firmware.score.rules import default_rules
from firmware.vision import MEMBER_FORMATS, Frame
from tests.bench.counters import Counter
from tests.bench.phones import static_frame
from tests.bench.spending import Spending, SpendingWithCoupon, spenders
from tests.bench.spread import Spread, spread

__all__ = ["run"]

PHONES = 20
BATCHES = 25
"""Each with a journal of its own for those who spend: a rotating code pays once."""
TARGET, SPENDING_TARGET = 1.5, 1.6


class Times(Struct, frozen=True):
    """Seconds of each sale, and of what is the least to do for one that earns."""

    floor: list[float]
    earning: list[float]
    spending: list[float]
    coupon: list[float]


def run() -> None:
    """Measure and print."""
    clock, times = Clock(0), Times([], [], [], [])
    moment = clock.moment()
    frames, codes = [static_frame(number) for number in range(PHONES)], spenders(PHONES, moment)
    with TemporaryDirectory() as name:
        folder = Path(name)
        with closing(Counter(folder, default_rules(), clock.moment)) as earning, closing(Floor(folder)) as floor:
            for batch in range(BATCHES):
                spending = Spending(_made(folder / f"points-{batch}"), PHONES, moment)
                coupon = SpendingWithCoupon(_made(folder / f"coupon-{batch}"), PHONES, moment)
                with closing(spending), closing(coupon):
                    for frame, code in zip(frames, codes, strict=True):
                        times.floor.append(floor.time(frame))
                        times.earning.append(earning.time(frame))
                        times.spending.append(spending.time(code))
                        times.coupon.append(coupon.time(code))
    _print(times)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _print(times: Times) -> None:
    least = spread(times.floor[PHONES:])
    sys.stdout.write(f"read + commit + draw             {least}\n")
    _compare("frame to result drawn", times.earning[PHONES:], least, TARGET)
    _compare("the same, part paid in points", _warm(times.spending), least, SPENDING_TARGET)
    _compare("with points and a coupon", _warm(times.coupon), least, SPENDING_TARGET)


def _warm(taken: list[float]) -> list[float]:
    """Without the first sale of each journal."""
    return [one for number, one in enumerate(taken) if number % PHONES]


def _compare(what: str, taken: list[float], least: Spread, target: float) -> None:
    ours = spread(taken)
    sys.stdout.write(
        f"{what:32} {ours}   ratio: median {ours.median / least.median:.2f}, p99 {ours.p99 / least.p99:.2f}"
        f" (wanted: p99 at most {target})\n"
    )


class Floor:
    """A read, a commit and a draw, bare."""

    def __init__(self, folder: Path) -> None:
        self._store = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
        self._store.execute("PRAGMA journal_mode = WAL")
        self._store.execute("PRAGMA synchronous = FULL")
        self._store.execute("CREATE TABLE entries (place INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        names = sorted(MEMBER_FORMATS)
        self._formats = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in names])
        self._font = ImageFont.truetype(FONT, 16)

    def time(self, frame: Frame) -> float:
        begun = time.perf_counter()
        pixels = memoryview(frame.pixels).cast("B", (frame.height, frame.width))
        zxingcpp.read_barcodes(pixels, self._formats)
        self._store.execute("INSERT INTO entries (body) VALUES (?)", (b"x" * 400,))
        picture = Image.new("1", (128, 64))
        draw = ImageDraw.Draw(picture)
        for line, text in enumerate(("A C ...010078", "+68 pt", "More than ever:", "offer a coupon")):
            draw.text((0, 16 * line), text, font=self._font, fill=1)
        return time.perf_counter() - begun

    def close(self) -> None:
        self._store.close()
