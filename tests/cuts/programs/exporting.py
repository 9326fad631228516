"""A terminal alone whose journal is exported, marked and pruned: `… STAGE FAULT`; it marks `pruned` in the end."""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from firmware.journal import Journal, JournalReader
from firmware.journal.export import chosen, json_lines, mark_exported, write_out
from tests.cuts.programs.planting import unsynced_files
from tests.cuts.recording import mark
from tests.cuts.trials.shop import TERMINAL, journal_of
from tests.cuts.trials.upkeep import LATER, export_of

FAULTS: dict[str, Callable[[], None]] = {"": lambda: None, "unsynced": unsynced_files}


def main(stage: str, fault: str) -> None:
    """What `journal export --out FILE --mark-exported` does, and then the terminal's upkeep."""
    FAULTS[fault]()
    disk = Path(stage) / "disk"
    with closing(JournalReader(journal_of(disk))) as reader, reader.moment():
        choice = chosen(reader.connection, None)
        write_out(export_of(disk), json_lines(reader, choice))
        mark_exported(journal_of(disk), choice)
    journal = Journal.open(journal_of(disk), TERMINAL)
    assert journal.prune(LATER, alone=True) > 0
    mark("pruned")
    journal.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
