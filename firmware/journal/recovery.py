"""What to do with a damaged journal: keep it aside, and begin a new one."""

from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from firmware.entries import Instant
from firmware.folders import sync_folder
from firmware.journal.connection import opening
from firmware.journal.errors import JournalCorrupt
from firmware.journal.founding import SIDECARS
from firmware.journal.writer import Journal

__all__ = ["SetAside", "open_or_set_aside"]


class SetAside(Struct, frozen=True):
    """A journal that could not be relied on: where it is kept, and what was wrong with it."""

    path: Path
    fault: str

    def __str__(self) -> str:
        return (
            f"the journal was damaged ({self.fault}) and is kept as {self.path.name}; a new one was begun, "
            f"which holds none of the spending rights of the old one"
        )


def open_or_set_aside(
    path: Path, terminal: str, now: Instant, *, alone: bool = False
) -> tuple[Journal, SetAside | None]:
    """Open the journal; a damaged one is moved aside whole and unchanged, and a new one begun.

    When a SetAside is returned, the caller begins the next life with the cause `journal_lost` and says so on the
    display and in its presence; the rights that the old one held are gone with it. A power cut in between is made good:
    the next start returns the SetAside again.
    Raises JournalBusy, JournalForeign, JournalNewer, JournalUnwritable.
    """
    aside = None
    try:
        journal = _opened(path, terminal, alone=alone)
    except JournalCorrupt as error:
        aside = SetAside(_move_aside(path, now), error.fault)
        journal = Journal.open(path, terminal, alone=alone)
    if aside is None and journal.head() is None and (earlier := sorted(path.parent.glob(f"{path.stem}-*.corrupt"))):
        aside = SetAside(earlier[-1], "found at an earlier start, which was cut short")
    return journal, aside


def _opened(path: Path, terminal: str, *, alone: bool) -> Journal:
    if not path.exists() and Path(f"{path}-wal").exists():
        raise JournalCorrupt(path, "only its write-ahead log is left")
    return Journal.open(path, terminal, alone=alone)


def _move_aside(path: Path, now: Instant) -> Path:
    """Rename the file and its companions; the main file goes last, so that a cut in between is taken up again."""
    day = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.stem}-{day}.corrupt")
    number = 1
    while any(Path(f"{target}{ending}").exists() for ending in SIDECARS):
        number += 1
        target = path.with_name(f"{path.stem}-{day}-{number}.corrupt")
    with opening(path):
        for ending in reversed(SIDECARS):
            found = Path(f"{path}{ending}")
            if found.exists():
                found.replace(f"{target}{ending}")
        sync_folder(path.parent)
    return target
