"""What the counter must know of a member with 10,000 entries, against a bare look-up of one row by its key.

Two members of a terminal that is alone: one who spends now and then, and one who never does, so that all of the lots
are there. The look-ups take turns on the same file, which is in memory by then; what is timed is the processor's work,
so that other programs on the machine do not count.
"""

import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from firmware.entries import (
    ClockQuality,
    GivenLot,
    Identified,
    Purchase,
    Purpose,
    Redeemed,
    Scope,
    Stamp,
    Start,
)
from firmware.journal import Journal
from firmware.points.spending import MOST_PARTS, Place, planned, spendable
from firmware.score.fold import folded, new_member
from firmware.score.holdings import balance
from firmware.score.rules import default_rules
from tests.bench.spread import spread

__all__ = ["run"]

ENTRIES = 10_000
A_DAY = 5
"""Entries of the member's in a day."""
TOGETHER = 100
"""Entries of one transaction, so that the bench is soon ready."""
ROUNDS = 2_000
TARGET = 1.0
"""Milliseconds."""
BEGINS, DAY = 1_790_000_000, 86_400
NOW = BEGINS + ENTRIES // A_DAY * DAY
HERE = Place("shop", "12345")
LEFT = 5 * 365 * DAY + NOW
"""When the first points expire."""
BARE = "SELECT body FROM entries WHERE place = ?"


class Member(Struct, frozen=True):
    """A member code, and whether points are spent."""

    code: str
    spends: bool


REGULAR, HOARDER = Member("12345000000184", spends=True), Member("00000000000098", spends=False)


def run() -> None:
    """Time what a scan must read of each, in turn with the bare look-up, and print both."""
    with TemporaryDirectory(prefix="habitue-bench-") as folder:
        path = Path(folder) / "journal.sqlite"
        with closing(Journal.open(path, "t-bench", alone=True)) as journal, closing(sqlite3.connect(path)) as bare:
            journal.begin_life("00000000000000be", _stamp(BEGINS), "bench", Start.STARTED)
            for member in (REGULAR, HOARDER):
                _live(journal, member)
            for name, member in (("spends now and then", REGULAR), ("never spends", HOARDER)):
                _print(journal, bare, name, member)


def _print(journal: Journal, bare: sqlite3.Connection, name: str, member: Member) -> None:
    lots = len(journal.parts(member.code))
    least, balances, spendables = _in_turn(
        lambda: bare.execute(BARE, (ENTRIES // 2,)).fetchone(),
        lambda: _balance(journal, member.code),
        lambda: _spendable(journal, member.code),
    )
    sys.stdout.write(
        f"a member who {name}: {ENTRIES} entries, {lots} lots left, {_balance(journal, member.code)} points\n"
        f"  balance                {spread(balances)}   (wanted: p99 under {TARGET:g} ms)\n"
        f"  and what may be spent  {spread(spendables)}   (up to {MOST_PARTS} lots, in the order they are eaten)\n"
        f"  bare look-up           {spread(least)}\n"
    )


def _in_turn(*works: Callable[[], object]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            begun = time.thread_time()
            work()
            taken.append(time.thread_time() - begun)
    return times


def _balance(journal: Journal, code: str) -> int:
    known = journal.member(code)
    return balance(known.record.holdings, NOW) if known else 0


def _spendable(journal: Journal, code: str) -> int:
    return _balance(journal, code) and spendable(journal.parts(code, NOW, MOST_PARTS), HERE, NOW)


def _live(journal: Journal, member: Member) -> None:
    """Record so many entries of one member's."""
    rules, record = default_rules(), new_member(member.code)
    for first in range(0, ENTRIES, TOGETHER):
        at = BEGINS + first // A_DAY * DAY
        spent = _spent(journal, member)
        acts: list[Purchase | Redeemed] = [
            *spent,
            *(_bought(member, number) for number in range(first + len(spent), first + TOGETHER)),
        ]
        for act in acts:
            record = folded(rules, record, act, at)
        journal.record(acts, _stamp(at), [record])


def _spent(journal: Journal, member: Member) -> list[Redeemed]:
    """Most of the member's points spent at once."""
    parts = journal.parts(member.code, BEGINS, MOST_PARTS)
    points = spendable(parts, HERE, BEGINS) * 9 // 10
    if not (member.spends and points):
        return []
    spends = planned(parts, points, HERE, BEGINS)
    return [Redeemed(member.code, Identified.CARD, spends, Purpose.PREMIUM, 0, "JPY", premium="mug")]


def _bought(member: Member, number: int) -> Purchase:
    lot = GivenLot(30, Scope.PROGRAMME, LEFT + number // A_DAY * DAY, right=0)
    return Purchase(member.code, Identified.CARD, 1500, "JPY", {}, [lot], 1)


def _stamp(at: int) -> Stamp:
    return Stamp(at, ClockQuality.LOCAL, HERE.shop, None)
