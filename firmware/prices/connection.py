"""How a price list's file is opened, and what its faults are called."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmware.folders import sync_folder
from firmware.prices.errors import PricesDamaged, PricesForeign, PricesUnwritable
from firmware.prices.schema import APPLICATION, SCHEMA, STATEMENTS, TABLES

__all__ = ["SIDECARS", "connected", "naming_faults", "transaction"]

SIDECARS = ("", "-wal", "-shm")
"""The endings of the files that make up one SQLite database."""
BUSY_SECONDS = 5.0
WAL_KEPT = 2**20
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connected(path: Path) -> sqlite3.Connection:
    """Open the file, or begin an empty one; raises PricesUnwritable, PricesForeign, PricesDamaged."""
    with naming_faults(path):
        if not path.exists():
            _found(path)
        connection = _connect(path)
        try:
            _check(connection, path)
            connection.execute("BEGIN IMMEDIATE")  # a write-protected file opens without a word, and says so only here
            connection.execute("ROLLBACK")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it durable, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def naming_faults(path: Path) -> Iterator[None]:
    """Raise PricesDamaged or PricesUnwritable for what SQLite and the file system report."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
            raise PricesDamaged(path, str(error)) from error
        raise PricesUnwritable(path, str(error)) from error
    except OSError as error:
        raise PricesUnwritable(path, str(error)) from error


def _found(path: Path) -> None:
    """Begin an empty file under that name, whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    for ending in SIDECARS:
        Path(f"{draft}{ending}").unlink(missing_ok=True)
    draft.touch(mode=0o600)
    connection = _connect(draft)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        with transaction(connection):
            for statement in STATEMENTS:
                connection.execute(statement)
    finally:
        connection.close()
    draft.replace(path)
    sync_folder(path.parent)


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=32
    )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_KEPT}")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """No more than takes the same time for any list: damage deeper inside shows when it is read."""
    if path.stat().st_size == 0:
        raise PricesDamaged(path, "it is empty")
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
    if not ours or connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
        raise PricesForeign(path)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables >= TABLES or connection.execute("SELECT count(*) FROM state").fetchone()[0] != 1:
        raise PricesDamaged(path, "its tables are not those of its version")
