"""The central of the trials: what a terminal sent, and what is found when central starts again."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from central.errors import CentralError
from central.ledger.programme import programme_of
from central.store.engine import reading
from firmware.entries import entry_hash
from firmware.mqtt import topics
from provisioning.ca import ThrowAway
from tests.central.office import Office
from tests.central.records import HANA, Record, sale, signer_for
from tests.central.running import write_settings

__all__ = ["TERMINAL", "TOPIC", "Counter", "Found", "Recovered", "database_of", "found_again", "hashes_in"]

F = TypeVar("F")
TERMINAL = "t-1"
TOPIC = topics.up(TERMINAL, topics.BATCH)
ENTRIES = "SELECT l.life, e.seq, e.body FROM entries AS e JOIN lives AS l ON l.id = e.life ORDER BY e.id"


class Found(Struct, frozen=True):
    """What a start of central finds."""

    trouble: str = ""
    """Why the database could not be used, or what is wrong with it."""
    hashes: Mapping[str, str] = {}
    """Of each recorded entry, by life and sequence."""
    epoch: int = 0
    again: Mapping[str, str] = {}
    """The hashes once the terminal has sent everything again."""
    visits: int = 0
    """Of the one member, then."""
    alarms: Sequence[str] = ()
    """What an operator is told, then."""


class Counter:
    """A terminal's side: the batches it sends, in the order in which they arrive."""

    def __init__(self, stage: Path) -> None:
        self.authority = ThrowAway(stage / "authority", datetime.now(UTC))
        write_settings(stage, self.authority)
        record = Record(TERMINAL, signer_for(self.authority, TERMINAL))
        bought = record.add(sale())
        record.add(sale(1200, points=24))
        record.void(bought)
        record.add(sale(500, None))
        record.add(sale(900, points=18))
        self.entries = {f"{record.life}/{seq}": entry_hash(body) for seq, body in enumerate(record.bodies(), 1)}
        self.batches = [record.batch(3, 5), record.batch(1, 2), record.batch(6)]
        """The second one closes the gap before the first."""

    def office(self, disk: Path) -> Office:
        """Central's parts over the database on that disk."""
        return Office(database_of(disk).parent, self.authority)


def database_of(disk: Path) -> Path:
    """Central's database."""
    return disk / "data" / "central.sqlite"


def hashes_in(database: Path) -> Mapping[str, str]:
    """What is recorded, by life and sequence."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as store:
        return {f"{life}/{seq}": entry_hash(body) for life, seq, body in store.execute(ENTRIES)}


class Recovered(Generic[F]):
    """Has SQLite recover every database that is given, and looks at it once for the same rows in all its tables."""

    def __init__(self, look: Callable[[Path], F], broken: Callable[[str], F]) -> None:
        self._look = look
        self._broken = broken
        self._seen: dict[int, F] = {}

    def found(self, disk: Path) -> F:
        """What central makes of the database on that disk."""
        try:
            rows = _rows(database_of(disk))
        except sqlite3.DatabaseError as error:
            return self._broken(str(error))
        if rows not in self._seen:
            self._seen[rows] = self._look(disk)
        return self._seen[rows]


def found_again(disk: Path, counter: Counter) -> Found:
    """Open the database as central does, look, and then let the terminal send everything once more."""
    try:
        with closing(counter.office(disk)) as office:
            return _looked(office, counter)
    except (CentralError, SQLAlchemyError) as error:
        return Found(str(error))


def _rows(database: Path) -> int:
    """Stands for all that a database holds, once every page of it is proved; raises DatabaseError."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as store:
        (sound,) = store.execute("PRAGMA integrity_check(1)").fetchone()
        if sound != "ok":
            raise sqlite3.DatabaseError(sound)
        schema = store.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()
        tables = [name for kind, name, _ in schema if kind == "table"]
        return hash((*schema, *((name, *store.execute(f"SELECT * FROM {name}")) for name in tables)))  # noqa: S608


def _looked(office: Office, counter: Counter) -> Found:
    first = hashes_in(office.database)
    with reading(office.engine) as connection:
        epoch = programme_of(connection).epoch
    office.take(*((TERMINAL, batch) for batch in counter.batches))
    member = office.record(HANA)
    return Found(
        hashes=first,
        epoch=epoch,
        again=hashes_in(office.database),
        visits=member.standing.visits if member else 0,
        alarms=[*office.alerts(), *office.reviews()],
    )
