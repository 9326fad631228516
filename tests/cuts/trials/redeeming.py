"""Points spent under a right: it comes, a sale is paid with it and taken back, another is paid, the right goes back."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from firmware.codes.rotating import day_key, day_of_step, step_at
from firmware.entries import ClockQuality, Identified, LotPart, Scope, Stamp, Start
from firmware.flow.effects import CommitPurchase
from firmware.flow.events import Proof
from firmware.journal import Journal
from firmware.mqtt.messages import DayKey, RightGrant
from firmware.points.redeeming import Redeeming
from firmware.points.reversal import Overdrawn
from firmware.score.rules import default_rules
from tests.cuts.trials.selling import shown_faults
from tests.cuts.trials.shop import MEMBER, TERMINAL, JournalFacts, journal_of, started_again
from tests.firmware.shop import NOON

__all__ = ["RIGHT", "RULES", "SECOND_STEP", "STEP", "Spending", "begun", "granted", "spending", "stamp"]

RULES = replace(default_rules(), redeeming=Redeeming(points=1, worth=1), overdrawn=Overdrawn.NEGATIVE)
RIGHT, GRANTED = 5, 300
STEP = step_at(NOON)
SECOND_STEP = STEP + 1
DAY = day_of_step(STEP, ZoneInfo(RULES.timezone))
KEY = day_key(b"k" * 32, DAY)
ACTS = (
    *(("opening",), ("right-received",), ("joining", "redeemed", "purchase")),
    *(("void",), ("redeemed", "purchase"), ("right-returned",)),
)
"""What the program records, a transaction each."""
HELD = (0, 0, GRANTED, 100, 300, 250, 0)
USED = ((False, False),) * 3 + ((True, False),) * 2 + ((True, True),) * 2
KEYS = (False, False, True, True, True, True, False)
"""The points held, the codes used up, and if the day key is there: before all of it, and after each transaction."""


def spending(points: int, step: int) -> CommitPurchase:
    """A sale paid with points alone."""
    return CommitPurchase(MEMBER, Identified.ROTATING, points, "7", points, Proof("00000000", step))


def stamp(seconds: int) -> Stamp:
    """So many seconds after noon."""
    return Stamp(NOON + seconds, ClockQuality.LOCAL, "shop-1", "7")


def begun(journal: Journal, life: str) -> None:
    """A life that central has confirmed."""
    journal.begin_life(life, stamp(0), "test", Start.STARTED)
    journal.confirm(life)


def granted() -> RightGrant:
    """The right, as central sends it."""
    lot = LotPart("t-9/00000000000000bb/9/0", GRANTED, Scope.PROGRAMME, None)
    keys = [DayKey(DAY, KEY.hex())]
    return RightGrant(to=TERMINAL, epoch=1, time=NOON, right=RIGHT, id=None, member=MEMBER, lots=[lot], keys=keys)


class RedeemFacts(Struct, frozen=True):
    """What a start finds: points held, which codes are used up, and whether the member's day key is there."""

    journal: JournalFacts
    held: int = 0
    used: tuple[bool, ...] = ()
    key: bool = False


class Spending:
    """A right to a member's points comes; the terminal spends of them and returns the rest."""

    name = "redemption"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.redeeming", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        path = journal_of(stage / "disk")
        path.parent.mkdir()
        with closing(Journal.open(path, TERMINAL)) as journal:
            begun(journal, "b" * 16)

    def examined(self, disk: Path) -> RedeemFacts:
        """See Trial."""
        found = started_again(disk)
        if found.trouble:
            return RedeemFacts(found)
        with closing(sqlite3.connect(journal_of(disk))) as store:
            (held,) = store.execute("SELECT coalesce(sum(points), 0) FROM lots").fetchone()
            codes = {step for (step,) in store.execute("SELECT step FROM used_codes")}
        key = any(KEY in path.read_bytes() for path in journal_of(disk).parent.iterdir())
        return RedeemFacts(found, held, (STEP in codes, SECOND_STEP in codes), key)

    def faults(self, facts: RedeemFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        yield from shown_faults(facts.journal, said)
        whole = [kinds_after(number) for number in range(len(ACTS) + 1)]
        if tuple(facts.journal.kinds) not in whole:
            yield f"half a transaction: {', '.join(facts.journal.kinds)}"
            return
        done = whole.index(tuple(facts.journal.kinds))
        if (facts.held, facts.used) != (HELD[done], USED[done]):
            yield f"{facts.held} points are held and codes used {facts.used} after {', '.join(facts.journal.kinds)}"
        if facts.key != KEYS[done]:
            yield f"the day key is {'still' if facts.key else 'not'} there"
        if "returned" in said and done < len(ACTS):
            yield "the right was returned, and is held again"


def kinds_after(number: int) -> tuple[str, ...]:
    """Every entry's kind after so many transactions."""
    return ("opening", *(kind for acts in ACTS[:number] for kind in acts))
