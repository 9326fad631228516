"""A till over a real journal in a folder, for tests of the parts above the journal."""

from pathlib import Path

from firmware.codes import MemberCode
from firmware.entries import ClockQuality, Identified, Sealed, Stamp, Start
from firmware.flow.effects import CommitPurchase
from firmware.flow.moment import Moment
from firmware.journal import Journal
from firmware.points.spending import Place
from firmware.score.rules import default_rules
from firmware.till import Till

__all__ = ["HANA", "NOON", "bought", "moment", "opened", "till"]

HANA = str(MemberCode.of("12345", "0000100"))
NOON = 1_782_000_000
PLACE = Place("shop-1", "12345")


def moment(seconds: int = 0, clock: ClockQuality = ClockQuality.LOCAL) -> Moment:
    """So many seconds after noon."""
    return Moment(NOON + seconds, clock, 100.0 + seconds)


def opened(folder: Path, life: int = 1, *, alone: bool = False) -> tuple[Journal, Sealed]:
    """The folder's journal in a new life, and its opening."""
    journal = Journal.open(folder / "journal.sqlite", "t-1", alone=alone)
    stamp = Stamp(NOON, ClockQuality.LOCAL, "shop-1", None)
    return journal, journal.begin_life(f"{life:016x}", stamp, "test", Start.STARTED)


def till(journal: Journal, language: str = "en") -> Till:
    """A till under the default rules."""
    return Till(journal, default_rules, PLACE, language)


def bought(amount: int, member: str | None = HANA) -> CommitPurchase:
    """What the counter asks for when clerk 7 has keyed an amount."""
    return CommitPurchase(member, Identified.STATIC if member else None, amount, "7")
