"""A newer release that opens a journal of this one: `… STAGE FAULT`; it marks `migrated` once it is open."""

import sys
from pathlib import Path

from firmware.journal import Journal
from tests.cuts.programs.planting import unsynced_journal
from tests.cuts.recording import mark
from tests.cuts.trials.migrating import moved_by_halves, moved_over, newer_release
from tests.cuts.trials.shop import TERMINAL, journal_of


def main(stage: str, fault: str) -> None:
    """Open, which migrates, and close."""
    if fault == "unsynced":
        unsynced_journal()
    with newer_release(moved_by_halves if fault == "by-halves" else moved_over):
        journal = Journal.open(journal_of(Path(stage) / "disk"), TERMINAL)
        mark("migrated")
        journal.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
