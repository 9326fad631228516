"""A terminal that finds its journal damaged: `… STAGE FAULT`; it marks `begun` once a new one has its first life."""

import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from firmware.entries import Start
from firmware.journal import open_or_set_aside, recovery
from tests.cuts.recording import mark
from tests.cuts.trials.shop import NOW, TERMINAL, journal_of
from tests.firmware.journal.counter import LIFE_B, stamp


def written_over() -> None:
    """Have the damaged file removed instead of renamed."""

    def remove(path: Path, now: int) -> Path:
        for ending in ("-wal", ""):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return path

    patch.object(recovery, "_move_aside", remove).start()


FAULTS: dict[str, Callable[[], None]] = {"": lambda: None, "written-over": written_over}


def main(stage: str, fault: str) -> None:
    """Start, set aside, begin."""
    FAULTS[fault]()
    journal, aside = open_or_set_aside(journal_of(Path(stage) / "disk"), TERMINAL, NOW)
    assert aside is not None
    journal.begin_life(LIFE_B, stamp(NOW), "test", Start.JOURNAL_LOST)
    mark("begun")
    journal.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
