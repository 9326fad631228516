"""A purchase at the counter: on a terminal's very first start, and while the log is being folded into the file."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from firmware.entries import ClockQuality, Stamp, Start
from firmware.journal import Journal
from tests.cuts.trials.shop import NOW, TERMINAL, JournalFacts, journal_of, set_up, started_again

__all__ = ["FirstSale", "SaleOnFullLog", "shown_faults"]

PROGRAM = "tests.cuts.programs.sale"
PAGES = 24
"""So long a log is folded into the file."""


def shown_faults(facts: JournalFacts, said: Sequence[str]) -> Iterator[str]:
    """What no power cut may do to acts whose results were shown."""
    if facts.trouble:
        yield facts.trouble
    yield from facts.flaws
    shown = {mark.removeprefix("shown ") for mark in said if mark.startswith("shown ")}
    yield from (f"{entry} was shown, and is lost" for entry in sorted(shown - facts.hashes.keys()))
    if f"marked {facts.unshown}" in said:
        yield f"{facts.unshown} is to be shown, though it was noted as shown"


def sale_faults(facts: JournalFacts, said: Sequence[str]) -> Iterator[str]:
    """What no power cut may do to a member's first sale."""
    yield from shown_faults(facts, said)
    if facts.kinds.count("joining") != facts.kinds.count("purchase"):
        yield f"half a sale: {', '.join(facts.kinds)}"
    if facts.visits != facts.kinds.count("purchase"):
        yield f"{facts.visits} visits after {', '.join(facts.kinds)}"
    if "purchase" in facts.kinds and not facts.unshown and not any(mark.startswith("marking") for mark in said):
        yield "the sale was seen by nobody, and will not be shown"


class FirstSale:
    """A purchase on a terminal that is started for the first time: its folder, its journal and its life are new too."""

    name = "purchase"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return (PROGRAM, str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        set_up(stage)

    def examined(self, disk: Path) -> JournalFacts:
        """See Trial."""
        return started_again(disk, alone=True)

    def faults(self, facts: JournalFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        return sale_faults(facts, said)


class SaleOnFullLog(FirstSale):
    """A purchase while the write-ahead log is folded in and begun anew over its old frames."""

    name = "purchase, log full"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return (PROGRAM, str(stage), fault, str(PAGES))

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        set_up(stage)
        made = stage / "made"
        made.mkdir()
        path = made / "journal.sqlite"
        with closing(Journal.open(path, TERMINAL, alone=True)) as journal:
            stamp = Stamp(NOW - 60, ClockQuality.LOCAL, "shop-1", None)
            journal.begin_life("0" * 16, stamp, "test", Start.STARTED)
            for version in range(PAGES):
                journal.note_version("rules", version)
            target = journal_of(stage / "disk")
            target.parent.mkdir()
            for ending in ("", "-wal"):  # as a terminal leaves them that was cut off
                shutil.copy(f"{path}{ending}", f"{target}{ending}")
