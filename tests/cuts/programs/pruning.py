"""A journal that forgets what is safe elsewhere: `… STAGE FAULT`; it marks `pruned` once that is done."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from firmware.journal import Journal, writer
from tests.cuts.programs.planting import unsynced_journal
from tests.cuts.recording import mark
from tests.cuts.trials.shop import TERMINAL, journal_of
from tests.cuts.trials.upkeep import LATER


def torn_apart() -> None:
    """Have each statement committed by itself."""

    @contextmanager
    def apart(connection: sqlite3.Connection) -> Iterator[None]:
        assert not connection.in_transaction
        yield

    patch.object(writer, "transaction", apart).start()


FAULTS: dict[str, Callable[[], None]] = {"": lambda: None, "unsynced": unsynced_journal, "torn-apart": torn_apart}


def main(stage: str, fault: str) -> None:
    """Open, prune, close."""
    FAULTS[fault]()
    journal = Journal.open(journal_of(Path(stage) / "disk"), TERMINAL)
    assert journal.prune(LATER) > 0
    mark("pruned")
    journal.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
