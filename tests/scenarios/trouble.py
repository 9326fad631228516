"""A terminal alone whose disk and clock are in the test's hands: the shim of the power cuts is preloaded into it."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from firmware.entries import Entry, decode_entry
from firmware.journal import JournalReader
from firmware.journal.verify import journal_faults
from tests.cuts.record import Kind, parse
from tests.cuts.recording import preloaded
from tests.scenarios.alone import AloneTerminal

__all__ = ["TroubledTerminal"]


class TroubledTerminal(AloneTerminal):
    """Started with `shim`; `slow` milliseconds are added to each sync."""

    def __init__(self, folder: Path, shim: Path, slow: int = 0) -> None:
        super().__init__(folder)
        self._fault, self._ahead, self._record = folder / "fault", folder / "ahead", folder / "record"
        told = {"CUTS_FAULT": self._fault, "CUTS_CLOCK": self._ahead, "CUTS_RECORD": self._record}
        self._environment = preloaded(
            shim, self.places.terminal, CUTS_SLOW=str(slow), **{name: str(path) for name, path in told.items()}
        )

    def start(self) -> None:
        """See AloneTerminal."""
        with patch.dict(os.environ, self._environment):
            super().start()

    def fails_to_start(self) -> str:
        """Start it, wait until it gave up, and what it said."""
        before = self.program.log.stat().st_size if self.program.log.exists() else 0
        with patch.dict(os.environ, self._environment):
            self.program.start()
        self.until("gave up", lambda: self.program.died is not None)
        assert self.program.died == 1
        return self.program.log.read_bytes()[before:].decode()

    @contextmanager
    def disk_fails(self, how: str) -> Iterator[None]:
        """ENOSPC, EROFS or EIO, whatever is done below the terminal's data."""
        self._fault.write_text(how)
        yield
        self._fault.unlink()

    @contextmanager
    def clock_says(self, year: int) -> Iterator[None]:
        """The wall clock is in the middle of that year, and goes on from there."""
        self._ahead.write_text(str(int(datetime(year, 7, 1, tzinfo=UTC).timestamp() - time.time())))
        yield
        self._ahead.unlink()

    def syncs(self) -> int:
        """How often the terminal waited for its disk until now."""
        return sum(done.kind is Kind.SYNCED for done in parse(self._record.read_bytes()))

    def entries(self) -> Sequence[Entry]:
        """Everything in the journal, once all of it is verified."""
        with closing(JournalReader(self.places.journal)) as reader, reader.moment():
            assert [str(flaw) for flaw in journal_faults(reader.connection, reader.terminal)] == []
            rows = reader.connection.execute("SELECT body FROM entries ORDER BY place").fetchall()
        return [decode_entry(body) for (body,) in rows]
