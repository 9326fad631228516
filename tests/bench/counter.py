"""From a camera's frame to the result on the display, against the least that any program would have to do.

The floor is one bare zxing-cpp read of that frame for the formats that a member's phone may show, one durable SQLite
commit of a purchase's bytes and one bare Pillow draw of four such lines. Both run in turn, frame by frame, over the
same photographs and the same disk.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from firmware.clerks import ListedClerks
from firmware.clock import Clock
from firmware.codes import CompanyProfile, MemberCode
from firmware.config.terminal import FONT
from firmware.entries import Stamp, Start
from firmware.eye import Eye
from firmware.flow.drawing import Face
from firmware.flow.events import KeyPressed, ResultSeen, Started
from firmware.flow.keys import Key
from firmware.flow.session import Settings
from firmware.flow.texts import load_texts
from firmware.journal import Journal
from firmware.linking import NoLink
from firmware.mailbox import Mailbox
from firmware.outputs import Outputs
from firmware.performing import CounterPerformer
from firmware.points.spending import Place
from firmware.points.clerks import ClerkList
from firmware.problems import Problems
from firmware.runner import Runner
from firmware.score.rules import default_rules
from firmware.till import Till
from firmware.vision import MEMBER_FORMATS, Frame
from provisioning.demo.phone import Phone, draw_phone
from provisioning.demo.scene import photograph
from tests.bench.quiet import QuietUpkeep
from tests.bench.spread import spread

__all__ = ["run"]

PHONES = 20
ROUNDS = 500
TARGET = 1.5
LIMIT = 10.0
"""Seconds to wait for one result before the bench gives up."""
SETTINGS = Settings(
    currency="JPY",
    companies=(CompanyProfile("12345"),),
    sign_on=False,
    largest_amount=10**7,
    entry_timeout=60.0,
    result_timeout=20.0,
    notice_timeout=3.0,
)


def run() -> None:
    """Measure and print."""
    frames = [_frame(number) for number in range(PHONES)]
    with TemporaryDirectory() as folder:
        counter, floor = Counter(Path(folder)), Floor(Path(folder))
        ours, bare = [], []
        for number in range(ROUNDS):
            frame = frames[number % PHONES]
            bare.append(floor.time(frame))
            ours.append(counter.time(frame))
        counter.close()
        floor.close()
    _print(ours[PHONES:], bare[PHONES:])


def _print(ours: list[float], bare: list[float]) -> None:
    terminal, least = spread(ours), spread(bare)
    sys.stdout.write(
        f"frame to result drawn  {terminal}\n"
        f"read + commit + draw   {least}\n"
        f"ratio: median {terminal.median / least.median:.2f}, p99 {terminal.p99 / least.p99:.2f}"
        f" (wanted: p99 at most {TARGET})\n"
    )


def _frame(number: int) -> Frame:
    phone = Phone("Habitue", "", MemberCode.of("12345", f"{number:05d}00"))
    picture = photograph(draw_phone(phone), seed=number)
    return Frame(picture.width, picture.height, picture.convert("L").tobytes(), float(number))


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


class Counter:
    """The terminal's own parts, wired as it wires them; the amount is keyed, the phone is still to be shown."""

    def __init__(self, folder: Path) -> None:
        clock = Clock(0)
        moment = clock.moment()
        self._journal = Journal.open(folder / "journal.sqlite", "t-bench")
        self._journal.begin_life(
            "00000000000000be", Stamp(moment.at, moment.clock, "shop", None), "bench", Start.STARTED
        )
        rules = default_rules()
        till = Till(self._journal, lambda: rules, Place("shop", "12345"), "en")
        self._mailbox = Mailbox()
        self._outputs = Outputs("none:", "none:", Face(Path(FONT)), load_texts("en"), post=self._mailbox.post)
        self._outputs.start()
        performer = CounterPerformer(till, self._outputs, Problems(), NoLink(), ListedClerks(ClerkList))
        self._runner = Runner(lambda: SETTINGS, performer, QuietUpkeep(), self._mailbox, clock.moment)
        self._runner.handle(Started(None))

    def time(self, frame: Frame) -> float:
        for key in (Key.CANCEL, Key.DIGIT_3, Key.DIGIT_4, Key.DOUBLE_ZERO, Key.ENTER):
            self._runner.handle(KeyPressed(key))
        eye = Eye(self._mailbox.post)
        begun = time.perf_counter()
        eye.look(frame)
        for news in self._news():
            if isinstance(news, ResultSeen):
                passed = time.perf_counter() - begun
                self._runner.handle(news)
                return passed
            self._runner.handle(news)
        raise TimeoutError(f"no result within {LIMIT:g} s: was the phone read?")

    def _news(self) -> Iterator[object]:
        while (news := self._mailbox.take(LIMIT)) is not None:
            yield news

    def close(self) -> None:
        self._outputs.stop()
        self._journal.close()
