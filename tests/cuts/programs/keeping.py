"""What an operator does to central's database: `… STAGE FAULT WORK`; it marks `done` in the end."""

import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from central import backup
from central.founding import migrate
from central.lock import serving
from central.store.engine import open_engine
from tests.central.records import NOW
from tests.cuts.recording import mark
from tests.cuts.trials.keeping import HALVES, backup_of, newer_release, plan_migration
from tests.cuts.trials.office import database_of


def upgrade(stage: Path) -> None:
    """`central migrate` of a newer release."""
    database = database_of(stage / "disk")
    with newer_release(stage), serving(database):
        engine = open_engine(database)
        migrate(engine, NOW)
        engine.dispose()


def back_up(stage: Path) -> None:
    """`central backup FILE`."""
    backup.back_up(database_of(stage / "disk"), backup_of(stage / "disk"), lambda done, total: None)


def restore(stage: Path) -> None:
    """`central restore FILE`."""
    backup.restore(database_of(stage / "disk"), backup_of(stage / "disk"), NOW, lambda done, total: None)


def copied_over() -> None:
    """Have a backup be a plain copy, renamed before it is on the disk."""
    patch.object(backup, "sync", lambda path: None).start()
    patch.object(backup, "_copy", lambda source, target, _: target.write_bytes(source.read_bytes())).start()


def renamed_away() -> None:
    """Have the old database lose its name before the new one gets it."""

    def set_aside(database: Path, now: int) -> Path:
        kept = database.with_name(f"{database.name}.before-{now}Z")
        for ending in ("-wal", ""):
            Path(f"{database}{ending}").rename(f"{kept}{ending}")
        return kept

    patch.object(backup, "_set_aside", set_aside).start()


WORKS = {"upgrade": upgrade, "back-up": back_up, "restore": restore}
FAULTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "copied-over": copied_over,
    "renamed-away": renamed_away,
}


def main(stage: str, fault: str, work: str) -> None:
    """Do it."""
    if fault == "by-halves":
        plan_migration(Path(stage), HALVES)
    else:
        FAULTS[fault]()
    WORKS[work](Path(stage))
    mark("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
