"""A journal's migration from its first schema to today's, and on to one that a newer release may bring.

That one has a table more, filled, and a column more.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

import msgspec
from msgspec import Struct

from firmware.entries import GENESIS, Act, Opening, Start
from firmware.journal import connection, founding, migrations
from firmware.journal.appending import seal_all
from firmware.journal.verify import act_kind
from firmware.score.standing import MemberRecord, Standing
from tests.cuts.trials.shop import MEMBER, TERMINAL, JournalFacts, journal_of, started_again
from tests.firmware.journal.counter import LIFE_A, T0, entry_id, purchase, stamp

__all__ = ["Migrating", "MigrationFacts", "moved_by_halves", "moved_over", "newer_release"]

SALES, AMOUNT = 40, 3400
"""So many that what is moved takes several pages."""
FIRST_HALF = (
    "CREATE TABLE receipts (place INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "INSERT INTO receipts SELECT place, body FROM entries",
)
SECOND_HALF = (
    "ALTER TABLE members ADD COLUMN receipts INTEGER NOT NULL DEFAULT 0",
    "UPDATE members SET receipts = (SELECT count(*) FROM entries WHERE member = code)",
)


def moved_over(connection: sqlite3.Connection) -> None:
    """The step, in the one transaction that it is given."""
    for statement in (*FIRST_HALF, *SECOND_HALF):
        connection.execute(statement)


def moved_by_halves(connection: sqlite3.Connection) -> None:
    """The same, planted: in two transactions."""
    for statement in (*FIRST_HALF, "COMMIT", "BEGIN IMMEDIATE", *SECOND_HALF):
        connection.execute(statement)


@contextmanager
def newer_release(step: Callable[[sqlite3.Connection], None] = moved_over) -> Iterator[None]:
    """Have the journal's code know a schema beyond today's."""
    steps = (*migrations.MIGRATIONS, step)
    with (
        patch.object(migrations, "MIGRATIONS", steps),
        patch.object(founding, "MIGRATIONS", steps),
        patch.object(connection, "SCHEMA", len(steps)),
    ):
        yield


class MigrationFacts(Struct, frozen=True):
    """What the newer release finds."""

    journal: JournalFacts
    moved: int
    counted: int


class Migrating:
    """The newer release starts on the journal of the older one."""

    name = "migration"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.migrating", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        path = journal_of(stage / "disk")
        path.parent.mkdir()
        with closing(sqlite3.connect(path, isolation_level=None)) as store:
            store.execute("PRAGMA journal_mode = WAL")
            migrations.migrate(store, migrations.MIGRATIONS[:1])
            store.execute("INSERT INTO owner VALUES (?)", (TERMINAL,))
            store.execute("INSERT INTO lives (number, life, start) VALUES (1, ?, 1)", (LIFE_A,))
            store.executemany("INSERT INTO entries VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)", _history())
            view = MemberRecord(MEMBER, None, Standing({}, SALES, SALES * AMOUNT, T0, T0), [])
            store.execute("INSERT INTO members (code, view) VALUES (?, ?)", (int(MEMBER), msgspec.json.encode(view)))

    def examined(self, disk: Path) -> MigrationFacts:
        """See Trial."""
        with newer_release():
            found = started_again(disk)
        if found.trouble:
            return MigrationFacts(found, 0, 0)
        with closing(sqlite3.connect(journal_of(disk))) as store:
            (moved,) = store.execute("SELECT count(*) FROM receipts").fetchone()
            (counted,) = store.execute("SELECT sum(receipts) FROM members").fetchone()
        return MigrationFacts(found, moved, counted)

    def faults(self, facts: MigrationFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        if facts.journal.trouble:
            yield facts.journal.trouble
        yield from facts.journal.flaws
        if (facts.journal.visits, facts.journal.kinds.count("purchase")) != (SALES, SALES):
            yield f"{facts.journal.visits} visits and {facts.journal.kinds.count('purchase')} sales of {SALES}"
        if (facts.moved, facts.counted) != (SALES + 1, SALES):
            yield f"{facts.moved} receipts moved and {facts.counted} counted"


def _history() -> Iterator[tuple[object, ...]]:
    """The rows of an opening and so many sales."""
    acts: list[Act] = [Opening(None, Start.STARTED, "0.1.0"), *[purchase(MEMBER, AMOUNT)] * SALES]
    for place, one in enumerate(seal_all(entry_id(1), GENESIS, acts, stamp()), start=1):
        member = int(MEMBER) if place > 1 else None
        yield place, place, T0, T0, act_kind(one.entry.act), member, one.body, bytes.fromhex(one.hash)
