"""A till that takes a right, spends points under it, takes one sale back and returns the right: `… STAGE FAULT`.

It marks as the sale does, and `returned` once the right is given back.
"""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from firmware.entries import ReturnCause
from firmware.flow.effects import CommitVoid
from firmware.flow.events import Result
from firmware.journal import Journal, projection
from firmware.journal.rights import close_right
from firmware.till import Till
from tests.cuts.programs.planting import one_by_one, unsynced_journal
from tests.cuts.recording import mark
from tests.cuts.trials.redeeming import RIGHT, RULES, SECOND_STEP, STEP, begun, granted, spending, stamp
from tests.cuts.trials.shop import MEMBER, TERMINAL, journal_of
from tests.firmware.shop import PLACE, moment


def keys_kept() -> None:
    """Have a returned right leave its day keys behind."""

    def kept(connection: sqlite3.Connection, whose: str, through: int) -> None:
        keys = connection.execute("SELECT * FROM day_keys").fetchall()
        close_right(connection, whose, through)
        connection.executemany("INSERT INTO day_keys VALUES (?, ?, ?)", keys)

    patch.object(projection, "close_right", kept).start()


FAULTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "unsynced": unsynced_journal,
    "one-by-one": one_by_one,
    "keys-kept": keys_kept,
}


def shown(journal: Journal, result: Result) -> None:
    """What the counter does with a result."""
    mark(f"shown {result.entry}")
    mark(f"marking {result.entry}")
    journal.mark_shown(result.entry)
    mark(f"marked {result.entry}")


def main(stage: str, fault: str) -> None:
    """Take, spend, take it back, spend less, return what is left."""
    FAULTS[fault]()
    journal = Journal.open(journal_of(Path(stage) / "disk"), TERMINAL)
    begun(journal, "c" * 16)
    journal.take_right(granted(), stamp(0))
    till = Till(journal, lambda: RULES, PLACE, "en")
    sold = till.sell(spending(200, STEP), moment(1))
    shown(journal, sold)
    shown(journal, till.void(CommitVoid(sold.entry, "7"), moment(2)))
    shown(journal, till.sell(spending(50, SECOND_STEP), moment(3)))
    journal.give_right(MEMBER, None, RIGHT, ReturnCause.RECALLED, stamp(4))
    mark("returned")
    journal.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
