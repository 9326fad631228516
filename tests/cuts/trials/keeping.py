"""Central's database as its operator keeps it: migrated, backed up, restored."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from central.backup import back_up, contents_of
from central.errors import BackupUnusable, CentralError
from central.founding import migrate
from central.store import migrate as migrations
from central.store.engine import open_engine, reading
from central.store.migrate import newest
from tests.central.records import NOW
from tests.central.store.first_release import first_release, written
from tests.cuts.trials.office import TERMINAL, Counter, Found, Recovered, database_of, found_again, hashes_in

__all__ = ["HALVES", "BackingUp", "Restoring", "Upgrading", "backup_of", "newer_release", "plan_migration"]

LATER = '''
"""What a newer release may bring: a table more, filled, and a column more."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "later", "{newest}"
def upgrade() -> None:
    op.create_table("receipts", sa.Column("entry", sa.Integer(), primary_key=True), sa.Column("body", sa.LargeBinary()))
    op.execute("INSERT INTO receipts SELECT id, body FROM entries")
    {between}
    op.add_column("members", sa.Column("receipts", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE members SET receipts = (SELECT count(*) FROM entries WHERE member = code)")
'''
PURCHASES = 4
"""Entries of the one member."""
HALVES = 'op.execute("COMMIT"); op.execute("BEGIN IMMEDIATE")'


def backup_of(disk: Path) -> Path:
    """Where the backup is."""
    return disk / "backup.sqlite"


@contextmanager
def newer_release(stage: Path) -> Iterator[None]:
    """Have central's code know the schema that `Upgrading` prepared."""
    with patch.object(migrations, "FOLDER", stage / "migrations"):
        yield


class Keeping:
    """What these trials share."""

    work: str

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.keeping", str(stage), fault, self.work)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        self.counter = counter = Counter(stage)
        self.recovered = Recovered(lambda disk: found_again(disk, counter), Found)


class UpgradeFacts(Struct, frozen=True):
    """What the newer release finds once it has migrated, and what it moved: receipts, and what members count."""

    found: Found
    moved: tuple[int, int] = (0, 0)


class Upgrading(Keeping):
    """A newer release brings the database of the first one to its schema, over all that lie between."""

    name = "central: migration"
    work = "upgrade"

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        super().prepare(stage)
        database_of(stage / "disk").parent.mkdir()
        older = first_release(database_of(stage / "disk"))
        with closing(self.counter.office(stage / "made")) as office:
            office.take(*((TERMINAL, batch) for batch in self.counter.batches))
            written(office, older)
        older.dispose()
        shutil.copytree(migrations.FOLDER, stage / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
        plan_migration(stage)
        self._upgraded = Recovered(lambda disk: self._migrated(disk, stage), lambda words: UpgradeFacts(Found(words)))

    def examined(self, disk: Path) -> UpgradeFacts:
        """See Trial."""
        return self._upgraded.found(disk)

    def faults(self, facts: UpgradeFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        if facts.found.trouble:
            yield facts.found.trouble
        elif (facts.found.hashes, facts.moved) != (self.counter.entries, (len(self.counter.entries), PURCHASES)):
            yield f"{len(facts.found.hashes)} entries, moved and counted {facts.moved}"

    def _migrated(self, disk: Path, stage: Path) -> UpgradeFacts:
        engine = open_engine(database_of(disk))
        try:
            with newer_release(stage):
                migrate(engine, NOW)
                found = found_again(disk, self.counter)
            with reading(engine) as connection:
                receipts = connection.exec_driver_sql("SELECT count(*) FROM receipts").scalar_one()
                counted = connection.exec_driver_sql("SELECT sum(receipts) FROM members").scalar_one()
        except (CentralError, SQLAlchemyError) as error:
            return UpgradeFacts(Found(str(error)))
        finally:
            engine.dispose()
        return UpgradeFacts(found, (receipts, counted))


class BackupFacts(Struct, frozen=True):
    """The database, and what is under the backup's name; `sound` is None where there is nothing."""

    found: Found
    entries: int | None
    trouble: str = ""


class BackingUp(Keeping):
    """The database is copied."""

    name = "central: backup"
    work = "back-up"

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        super().prepare(stage)
        sold(stage / "disk", self.counter)

    def examined(self, disk: Path) -> BackupFacts:
        """See Trial."""
        found = self.recovered.found(disk)
        if not backup_of(disk).exists():
            return BackupFacts(found, None)
        try:
            return BackupFacts(found, contents_of(backup_of(disk)).entries)
        except BackupUnusable as error:
            return BackupFacts(found, None, str(error))

    def faults(self, facts: BackupFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        wanted = self.counter.entries
        if facts.trouble or facts.found.trouble:
            yield facts.trouble or facts.found.trouble
        if facts.found.hashes != wanted:
            yield f"of {len(wanted)} entries {len(facts.found.hashes)} are left in the database"
        if facts.entries not in ((len(wanted),) if "done" in said else (len(wanted), None)):
            yield f"{facts.entries} entries in the backup"


class RestoreFacts(Struct, frozen=True):
    """The database, and the entries of the one that was set aside."""

    found: Found
    kept: Sequence[Mapping[str, str]]


class Restoring(Keeping):
    """A backup takes the place of a database that was cut off, with much of it in its log only."""

    name = "central: restore"
    work = "restore"

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        super().prepare(stage)
        made = stage / "made"
        with closing(self.counter.office(made)) as office:
            office.take((TERMINAL, self.counter.batches[1]))
            self._backed_up = hashes_in(database_of(made))
            back_up(database_of(made), backup_of(stage / "disk"), lambda done, total: None)
            office.take(*((TERMINAL, batch) for batch in self.counter.batches))
            database_of(stage / "disk").parent.mkdir()
            for ending in ("", "-wal"):
                shutil.copy(f"{database_of(made)}{ending}", f"{database_of(stage / 'disk')}{ending}")

    def examined(self, disk: Path) -> RestoreFacts:
        """See Trial."""
        kept = [path for path in database_of(disk).parent.glob("*.before-*") if path.name.endswith("Z")]
        return RestoreFacts(self.recovered.found(disk), [_kept(path) for path in kept])

    def faults(self, facts: RestoreFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        found, wanted = facts.found, self.counter.entries
        if found.trouble:
            yield found.trouble
        old, new = (found.epoch, found.hashes) == (1, wanted), (found.epoch, found.hashes) == (2, self._backed_up)
        if not (new if "done" in said else old or new):
            yield f"neither the old database nor the new one: epoch {found.epoch}, {len(found.hashes)} entries"
        if not old and wanted not in facts.kept:
            yield f"the old database is lost: {[len(kept) for kept in facts.kept]} entries are kept"
        if found.again != wanted:
            yield f"sent again: {len(found.again)} entries of {len(wanted)}"


def sold(disk: Path, counter: Counter) -> None:
    """Everything that the terminal has is at central."""
    with closing(counter.office(disk)) as office:
        office.take(*((TERMINAL, batch) for batch in counter.batches))


def plan_migration(stage: Path, between: str = "") -> None:
    """Write the newer release's migration; `between` stands in its middle."""
    text = LATER.format(newest=newest(), between=between or "pass")
    (stage / "migrations" / "versions" / "later.py").write_text(text)


def _kept(path: Path) -> Mapping[str, str]:
    try:
        return hashes_in(path)
    except sqlite3.DatabaseError:
        return {}
